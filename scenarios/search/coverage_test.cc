// Goal: a feature says where, what and in which state, and nothing that differs from run to
// run. Method: places, commits and faults by hand; then runs of a toy, of which the later
// ones come to less and less that is new.

#include "scenarios/search/coverage.h"

#include <algorithm>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/search/hits.h"
#include "scenarios/testing/toy_scenario.h"

namespace scenarios {
namespace {

constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" }
  }
  workload { name: "pay" clients: 2 operations: 3 }
  chaos {
    rule { message { to: "ledger" } drop {} one_in: 8 }
    rule { message { to: "ledger" leg: REQUEST } duplicate { max: "300ms" } one_in: 8 }
    heal_after: "2m" quiet_for: "2m"
  }
  check {
    name: "amounts" claim: "Amounts stay."
    state_machine { node: "ledger" table: "booked" column: "amount" allow: "1->2" }
  }
  budget { seeds: 8 }
)text";

const sim::TableInfo kBooked{"booked", {"id", "payment", "amount"}, {0}};

class CoverageTest : public ToyScenario {
 protected:
  CoverageTest() : ToyScenario(kScenario) {}

  // What a run comes to at whose only place a request about `key` is on its way.
  Covered At(const std::string& key, uint64_t occurrence, sim::ChoiceKind fault,
             const sim::Commit* before = nullptr) {
    Coverage coverage(*scenario_, 1);
    RunOptions run;
    coverage.Watch(run);
    if (before != nullptr) coverage.OnCommit(*before);
    sim::Place place;
    place.leg = sim::Leg::kRequest;
    place.node = "teller";
    place.peer = "ledger";
    place.method = "toy.Book";
    place.key = key;
    run.on_place(place, occurrence, 0);
    sim::Pin pin;
    pin.kind = fault;
    if (fault != sim::ChoiceKind::kNone) coverage.OnFault(pin, 0);
    return coverage.covered();
  }

  Covered Run(uint64_t seed) {
    Coverage coverage(*scenario_, seed);
    RunOptions run;
    run.seed = seed;
    coverage.Watch(run);
    if (runner_ == nullptr) runner_ = NewRunner(*scenario_);
    const settle::RunResult result = runner_->Run(run);
    RunOptions unwatched;
    unwatched.seed = seed;
    EXPECT_EQ(runner_->Run(unwatched).digest(), result.digest());
    return coverage.covered();
  }
};

constexpr sim::ChoiceKind kNone = sim::ChoiceKind::kNone;
constexpr sim::ChoiceKind kDrop = sim::ChoiceKind::kDrop;

TEST_F(CoverageTest, AFeatureIsThePointTheChoiceAndTheState) {
  const auto calm = At("k1", 1, kNone).features;
  EXPECT_EQ(calm.size(), 1u);
  EXPECT_EQ(At("k2", 1, kNone).features, calm) << "keys do not count";
  EXPECT_NE(At("k1", 2, kNone).features, calm) << "a second time is another";
  EXPECT_EQ(At("k1", 5, kNone).features, At("k1", 7, kNone).features);
  EXPECT_EQ(At("k1", 1, kDrop).features.size(), 2u) << "it came there, and a fault struck";

  const sim::Commit one = CommitByHand("ledger").Insert(kBooked, {1, "k1", 1});
  const sim::Commit two = CommitByHand("ledger").Insert(kBooked, {1, "k1", 2});
  const sim::Commit back = CommitByHand("ledger")
                               .Insert(kBooked, {1, "k1", 2})
                               .Update(kBooked, {1, "k1", 2}, {1, "k1", 1});
  const sim::Commit gone =
      CommitByHand("ledger").Insert(kBooked, {1, "k1", 1}).Delete(kBooked, {1, "k1", 1});
  const sim::Commit twice =
      CommitByHand("ledger").Insert(kBooked, {1, "k1", 1}).Insert(kBooked, {2, "k1", 1});
  const sim::Commit elsewhere = CommitByHand("teller").Insert(kBooked, {1, "k1", 1});
  const auto booked = At("k1", 1, kNone, &one).features;
  EXPECT_NE(booked, calm);
  EXPECT_NE(At("k1", 1, kNone, &two).features, booked);
  EXPECT_EQ(At("k1", 1, kNone, &back).features, booked);
  EXPECT_EQ(At("k1", 1, kNone, &twice).features, booked) << "how many rows does not count";
  EXPECT_EQ(At("k1", 1, kNone, &gone).features, calm);
  EXPECT_EQ(At("k2", 1, kNone, &one).features, calm) << "the row of another key";
  EXPECT_EQ(At("k1", 1, kNone, &elsewhere).features, calm);
}

TEST_F(CoverageTest, TellsWhatFaultsThereCouldBeAndTheirFeatures) {
  const Covered covered = At("k1", 1, kNone);
  std::set<sim::ChoiceKind> kinds;
  for (const Alternative& one : covered.alternatives) {
    EXPECT_EQ(one.pin.point, "request toy.Book teller>ledger k1");
    EXPECT_EQ(one.pin.occurrence, 1u);
    kinds.insert(one.pin.kind);
    const auto struck = At("k1", 1, one.pin.kind).features;
    EXPECT_TRUE(std::binary_search(struck.begin(), struck.end(), one.feature));
  }
  EXPECT_THAT(kinds, testing::ElementsAre(kDrop, sim::ChoiceKind::kDuplicate));
}

TEST_F(CoverageTest, IsAFunctionOfTheRunAndIsSoonComplete) {
  EXPECT_EQ(Run(3).features, Run(3).features);
  EXPECT_EQ(Run(3).alternatives, Run(3).alternatives);
  Hits hits;
  size_t early = 0, late = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const size_t before = hits.size();
    hits.Add(Run(seed).features);
    if (seed <= 20) early += hits.size() - before;
    if (seed > 40) late += hits.size() - before;
  }
  EXPECT_GT(early, 10u);
  EXPECT_LT(late * 5, early);
}

}  // namespace
}  // namespace scenarios
