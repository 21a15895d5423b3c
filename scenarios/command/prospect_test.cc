// What a search makes of what it meets in one scenario. Method: runs that are written by
// hand, and failures that somebody has made small.

#include "scenarios/command/prospect.h"

#include <memory>
#include <string>
#include <utility>

#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" }
  }
  workload { name: "pay" clients: 2 operations: 5 }
  chaos { heal_after: "2m" quiet_for: "2m" }
  check { name: "booked_once" }
)text";

class ProspectTest : public testing::Test {
 protected:
  ProspectTest() { Another(); }

  // A search that has met nothing yet.
  void Another() {
    faults::Diagnostics problems;
    auto scenario = LoadText("toys/pay.textproto", kScenario, catalogue_, problems);
    EXPECT_TRUE(problems.empty()) << faults::ToStatus(problems).ToString();
    prospect_ = std::make_unique<Prospect>(std::move(scenario), "out", Overrides());
  }

  static settle::Pin Lost(int occurrence) {
    settle::Pin pin;
    pin.set_point("reply toy.Book teller<ledger pay1-1");
    pin.set_occurrence(static_cast<uint64_t>(occurrence));
    pin.set_choice(settle::Pin::DROP);
    return pin;
  }

  // A run with two faults that breaks the promise in that manner; its kind.
  std::string Meet(uint64_t seed, const std::string& what) {
    settle::RunResult run;
    run.set_seed(seed);
    run.set_digest(seed);
    run.set_verdict(settle::VIOLATED);
    *run.add_fired() = Lost(1);
    *run.add_fired() = Lost(2);
    settle::FindingResult& finding = *run.add_finding();
    finding.set_check("booked_once");
    finding.set_key("pay1-1");
    finding.set_what(what);
    return prospect_->Add(run).at(0);
  }

  // As it was met, but with so many faults, and of one shape with others.
  FailureKind* MakeSmall(const std::string& kind, int faults, uint64_t digest) {
    const settle::Failure& met = prospect_->kinds().at(kind).failure;
    settle::Failure small = met;
    small.set_preliminary(kind);
    small.set_signature("shape");
    small.mutable_repro()->clear_pin();
    for (int i = 1; i <= faults; ++i) *small.mutable_repro()->add_pin() = Lost(i);
    small.mutable_repro()->set_digest(digest);
    const settle::Repro made_of = met.repro();
    return prospect_->Replace(made_of, small);
  }

  uint64_t DigestOf(const std::string& kind) const {
    return prospect_->kinds().at(kind).failure.repro().digest();
  }

  const Catalogue catalogue_ = ToyCatalogue();
  std::unique_ptr<Prospect> prospect_;
};

// They have one file name, so two repros would have it by turns.
TEST_F(ProspectTest, KindsThatBecomeOneHaveOneRepro) {
  const std::string twice = Meet(1, "is booked 2 times");
  const std::string late = Meet(2, "is booked after it was refused");
  ASSERT_NE(twice, late);
  ASSERT_NE(MakeSmall(twice, 1, 101), nullptr);
  ASSERT_NE(MakeSmall(late, 2, 102), nullptr);
  EXPECT_EQ(DigestOf(twice), 101u);
  EXPECT_EQ(DigestOf(late), 101u);
  const settle::CampaignResult told = prospect_->Told();
  ASSERT_EQ(told.failure_size(), 1);
  EXPECT_EQ(told.failure(0).seeds(), 2u);
  EXPECT_EQ(told.failure(0).first_seed(), 1u);
  EXPECT_EQ(prospect_->Shapes().size(), 1u);
}

TEST_F(ProspectTest, KnowsAllThatBecameOneShape) {
  CorpusFailure small;
  small.signature = "shape";
  small.preliminary = {Meet(1, "is booked 2 times"), Meet(2, "is booked after it was refused")};
  Another();
  prospect_->Begin(SeedQueue(1, 9, {}), {small});
  for (const char* what : {"is booked 2 times", "is booked after it was refused"}) {
    EXPECT_TRUE(prospect_->kinds().at(Meet(3, what)).known) << what;
  }
  EXPECT_FALSE(prospect_->kinds().at(Meet(4, "is never booked")).known);
}

TEST_F(ProspectTest, TheBetterReproComesInAnyOrder) {
  const std::string twice = Meet(1, "is booked 2 times");
  const std::string late = Meet(2, "is booked after it was refused");
  MakeSmall(twice, 2, 101);
  MakeSmall(late, 1, 102);
  EXPECT_EQ(DigestOf(twice), 102u);
  EXPECT_EQ(DigestOf(late), 102u);
}

TEST_F(ProspectTest, IsNotReplacedByWhatWasMadeOfAnotherRepro) {
  const std::string twice = Meet(1, "is booked 2 times");
  const settle::Failure small = prospect_->kinds().at(twice).failure;
  EXPECT_EQ(prospect_->Replace(settle::Repro(), small), nullptr);
}

}  // namespace
}  // namespace scenarios
