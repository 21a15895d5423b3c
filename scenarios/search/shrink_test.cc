// Shrinking leaves out what a failure does not need, and nothing that it needs. Method: a
// runner that computes nothing and breaks a promise for a reason that the test knows, or
// for one that rapidcheck chooses.

#include "scenarios/search/shrink.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "faults/pins.h"
#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

sim::Pin Pin(const std::string& point, sim::ChoiceKind kind, sim::Nanos amount = 0,
             uint64_t occurrence = 1) {
  sim::Pin pin;
  pin.point = point;
  pin.occurrence = occurrence;
  pin.kind = kind;
  pin.amount = amount;
  return pin;
}

sim::Pin Drop(int n) {
  return Pin(absl::StrCat("request a.Pay c>a order-", n), sim::ChoiceKind::kDrop);
}
sim::Pin Late(int n, sim::Nanos by) {
  return Pin(absl::StrCat("reply a.Pay c<a order-", n), sim::ChoiceKind::kLate, by);
}

// Draws the pins `drawn`; those strike that `reach` lets strike. The promise breaks if
// `breaks` says so.
class FakeRunner final : public Runner {
 public:
  using Condition = std::function<bool(const std::vector<sim::Pin>&, const Operations&)>;

  FakeRunner(std::vector<sim::Pin> drawn, Operations all, Condition breaks)
      : drawn_(std::move(drawn)), all_(std::move(all)), breaks_(std::move(breaks)) {}

  settle::RunResult Run(const RunOptions& options) override {
    ++runs;
    last = options;
    settle::RunResult result;
    TakeTurns(options);
    const std::vector<sim::Pin>& pins = options.pins ? *options.pins : drawn_;
    std::vector<sim::Pin> fired;
    for (const sim::Pin& pin : pins) {
      if (!reach(pin)) {
        *result.add_unreached() = faults::PinProto(pin);
        continue;
      }
      fired.push_back(pin);
      *result.add_fired() = faults::PinProto(pin);
    }
    if (breaks_(fired, options.only.value_or(all_)) && (!needs || needs(options))) {
      settle::FindingResult& finding = *result.add_finding();
      finding.set_check("once");
      finding.set_key("order-1");
    }
    if (other) result.add_finding()->set_check("another");
    return result;
  }

  const LoadedScenario* scenario() const override { return of; }

  int runs = 0;
  const LoadedScenario* of = nullptr;  // whose services have instances
  bool other = false;                  // another promise breaks always
  std::function<bool(const sim::Pin&)> reach = [](const sim::Pin&) { return true; };
  std::function<bool(const RunOptions&)> needs;  // besides; empty: nothing
  RunOptions last;

 private:
  // Every client pays "order-N" in its N-th operation, a second after the one before.
  void TakeTurns(const RunOptions& options) const {
    if (options.observer == nullptr) return;
    for (const auto& [client, numbers] : options.only.value_or(all_)) {
      for (const int64_t number : numbers) {
        const sim::Nanos at = sim::Seconds(number);
        options.observer->OnTurn(client, number, at);
        const std::string key = absl::StrCat("order-", number);
        sim::Traffic sent;
        sent.caller = client;
        sent.key = key;
        sent.at = at;
        options.observer->OnTraffic(sent);
      }
    }
  }

  std::vector<sim::Pin> drawn_;
  Operations all_;
  Condition breaks_;
};

bool Has(const std::vector<sim::Pin>& pins, const sim::Pin& wanted) {
  return std::find(pins.begin(), pins.end(), wanted) != pins.end();
}

std::vector<sim::Pin> Drops(int count) {
  std::vector<sim::Pin> pins;
  for (int n = 1; n <= count; ++n) pins.push_back(Drop(n));
  return pins;
}

const Wanted kWanted{"once", "order-1"};
const Operations kAll{{"pay1", {1, 2, 3, 4, 5}}, {"pay2", {1, 2, 3, 4, 5}}};

Operations Without(Operations operations) {
  std::erase_if(operations, [](const auto& of_client) { return of_client.second.empty(); });
  return operations;
}

TEST(Shrink, LeavesTheFaultsAndOperationsThatItTakes) {
  FakeRunner runner(Drops(40), kAll, [](const auto& pins, const auto& only) {
    const auto pay2 = only.find("pay2");
    return Has(pins, Drop(7)) && Has(pins, Drop(31)) && pay2 != only.end() &&
           pay2->second.count(3) > 0;
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_TRUE(shrunk.found);
  EXPECT_TRUE(shrunk.least);
  EXPECT_EQ(*shrunk.run.pins, (std::vector<sim::Pin>{Drop(7), Drop(31)}));
  EXPECT_EQ(Without(*shrunk.run.only), (Operations{{"pay2", {3}}}));
  EXPECT_EQ(shrunk.faults_before, 40);
  EXPECT_EQ(shrunk.operations_before, 10);
  EXPECT_EQ(shrunk.runs, runner.runs);
}

TEST(Shrink, SendsIdleClientsHomeAndCalmsTheNoise) {
  FakeRunner runner(Drops(1), kAll, [](const auto&, const auto& only) {
    const auto pay1 = only.find("pay1");
    return pay1 != only.end() && pay1->second.count(2) > 0;
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_EQ(shrunk.run.clients, 1);
  EXPECT_EQ(shrunk.run.operations, 2);
  EXPECT_TRUE(shrunk.run.calm);
  EXPECT_TRUE(shrunk.run.pins->empty());
}

TEST(Shrink, PrefersShortDelays) {
  FakeRunner runner({Late(1, sim::Minutes(40))}, kAll, [](const auto& pins, const auto&) {
    return pins.size() == 1 && pins[0].amount >= sim::Seconds(3);
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  ASSERT_EQ(shrunk.run.pins->size(), 1u);
  EXPECT_EQ((*shrunk.run.pins)[0].amount, sim::Seconds(5));
}

TEST(Shrink, PrefersTheFirstMessageOfItsKind) {
  const sim::Pin tenth = Pin("request a.Pay c>a order-1", sim::ChoiceKind::kDrop, 0, 10);
  FakeRunner runner({Drop(2), tenth}, kAll, [&](const auto& pins, const auto&) {
    return Has(pins, Drop(1)) || (Has(pins, tenth) && Has(pins, Drop(2)));
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_EQ(*shrunk.run.pins, std::vector<sim::Pin>{Drop(1)});
}

TEST(Shrink, KeepsTheSameFailureInSight) {
  FakeRunner runner(Drops(8), kAll, [](const auto& pins, const auto&) { return pins.size() > 2; });
  runner.other = true;  // The run with nothing in it breaks a promise, but not this one.
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_EQ(shrunk.run.pins->size(), 3u);
  EXPECT_NE(kWanted.In(shrunk.result), nullptr);
}

TEST(Shrink, SaysThatTheFailureIsNotThere) {
  FakeRunner runner(Drops(3), kAll, [](const auto&, const auto&) { return false; });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_FALSE(shrunk.found);
  EXPECT_EQ(runner.runs, 1);
}

TEST(Shrink, NamesPinsThatTheRunDoesNotComeTo) {
  FakeRunner runner({}, kAll, [](const auto& pins, const auto&) { return Has(pins, Drop(2)); });
  runner.reach = [](const sim::Pin& pin) { return pin == Drop(2) || pin == Drop(3); };
  RunOptions recorded;
  recorded.pins = Drops(5);
  const Shrunk shrunk = Shrink(runner, recorded, kAll, kWanted, 300);
  ASSERT_EQ(shrunk.unreached.size(), 3);
  EXPECT_EQ(shrunk.unreached[0].point(), Drop(1).point);
  EXPECT_EQ(shrunk.faults_before, 2);
  EXPECT_EQ(*shrunk.run.pins, std::vector<sim::Pin>{Drop(2)});
}

TEST(Shrink, StopsWhenTheBudgetIsSpent) {
  FakeRunner runner(Drops(64), kAll, [](const auto& pins, const auto&) {
    return Has(pins, Drop(1)) && Has(pins, Drop(20)) && Has(pins, Drop(40)) && Has(pins, Drop(63));
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 20);
  EXPECT_TRUE(shrunk.found);
  EXPECT_FALSE(shrunk.least);
  EXPECT_EQ(runner.runs, 20);
  EXPECT_TRUE(Has(*shrunk.run.pins, Drop(63)));
}

// The key at fault is that of the first operations, which alone need not be tried after others.
TEST(Shrink, BeginsWithTheOperationsOfTheKeyAtFault) {
  FakeRunner runner(Drops(3), kAll, [](const auto& pins, const auto& only) {
    return Has(pins, Drop(2)) && only.at("pay1").count(1) > 0;
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_EQ(Without(*shrunk.run.only), (Operations{{"pay1", {1}}}));
  const auto lineage = std::find_if(shrunk.passes.begin(), shrunk.passes.end(),
                                    [](const ShrinkPass& pass) { return pass.name == "lineage"; });
  ASSERT_NE(lineage, shrunk.passes.end());
  EXPECT_EQ(lineage->runs, 1);
  EXPECT_EQ(lineage->operations, 2);
}

TEST(Shrink, LetsOperationsBeginWhenTheyDidIfTheyMustMeet) {
  FakeRunner runner({}, kAll, [](const auto&, const auto& only) {
    const auto pay1 = only.find("pay1");
    return pay1 != only.end() && pay1->second.count(4) > 0;
  });
  runner.needs = [](const RunOptions& run) {
    if (run.only->at("pay1").size() > 3) return true;  // The others take the time.
    const auto starts = run.starts.find("pay1");
    return starts != run.starts.end() && starts->second.count(4) > 0;
  };
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_EQ(Without(*shrunk.run.only), (Operations{{"pay1", {4}}}));
  EXPECT_EQ(shrunk.run.starts, (Starts{{"pay1", {{4, sim::Seconds(4)}}}}));
}

TEST(Shrink, RoundsAmounts) {
  FakeRunner runner({}, kAll, [](const auto&, const auto&) { return true; });
  runner.needs = [](const RunOptions& run) { return run.amount.value_or(7'421) >= 80; };
  EXPECT_EQ(Shrink(runner, RunOptions(), kAll, kWanted, 300).run.amount, 100);
  runner.needs = [](const RunOptions& run) { return !run.amount.has_value(); };
  EXPECT_EQ(Shrink(runner, RunOptions(), kAll, kWanted, 300).run.amount, std::nullopt);
}

constexpr char kThreeTellers[] = R"text(
  organisation {
    name: "bank"
    service { name: "teller" node: "t1" node: "t2" node: "t3" }
    node { name: "t1" system: "toy.Teller" }
    node { name: "t2" system: "toy.Teller" }
    node { name: "t3" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" }
  }
  workload { name: "pay" clients: 2 operations: 5 peer { role: "teller" node: "t1" } }
  chaos { heal_after: "2m" quiet_for: "2m" }
  check { name: "booked_once" }
)text";

TEST(Shrink, LeavesOutInstances) {
  const Catalogue catalogue = ToyCatalogue();
  faults::Diagnostics problems;
  const auto tellers = LoadText("toys/tellers.textproto", kThreeTellers, catalogue, problems);
  ASSERT_TRUE(problems.empty()) << faults::ToStatus(problems).ToString();
  FakeRunner runner({}, kAll, [](const auto&, const auto&) { return true; });
  runner.of = tellers.get();
  runner.needs = [](const RunOptions& run) { return run.without.count("t2") == 0; };
  EXPECT_EQ(Shrink(runner, RunOptions(), kAll, kWanted, 300).run.without,
            (std::set<std::string>{"t1", "t3"}));
  runner.needs = [](const RunOptions& run) { return run.without.empty(); };
  EXPECT_TRUE(Shrink(runner, RunOptions(), kAll, kWanted, 300).run.without.empty());
}

TEST(Shrink, RunsNothingTwiceInVain) {
  FakeRunner runner(Drops(1), kAll, [](const auto& pins, const auto& only) {
    return Has(pins, Drop(1)) && Count(only) == 10;
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 300);
  EXPECT_TRUE(shrunk.least);
  EXPECT_LT(shrunk.runs, 60);
}

// ---- laws -----------------------------------------------------------------------

std::vector<sim::Pin> SomeOf(const std::vector<sim::Pin>& pins) {
  std::vector<sim::Pin> some;
  for (const sim::Pin& pin : pins) {
    if (*rc::gen::inRange(0, 8) == 0) some.push_back(pin);
  }
  return some;
}

bool HasAll(const std::vector<sim::Pin>& pins, const std::vector<sim::Pin>& needed) {
  return std::all_of(needed.begin(), needed.end(),
                     [&pins](const sim::Pin& pin) { return Has(pins, pin); });
}

size_t SizeOf(const Shrunk& shrunk) {
  return shrunk.run.pins->size() + static_cast<size_t>(Count(*shrunk.run.only));
}

// What breaks it is a set of faults and one operation, so the least is known.
RC_GTEST_PROP(ShrinkLaws, FindsTheLeastAndLeavesItAsItIs, ()) {
  const std::vector<sim::Pin> drawn = Drops(*rc::gen::inRange(1, 30));
  const std::vector<sim::Pin> needed = SomeOf(drawn);
  const std::string client = *rc::gen::element<std::string>("pay1", "pay2");
  const int64_t number = *rc::gen::inRange<int64_t>(1, 6);
  FakeRunner runner(drawn, kAll, [&](const auto& pins, const auto& only) {
    const auto numbers = only.find(client);
    return HasAll(pins, needed) && numbers != only.end() && numbers->second.count(number) > 0;
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, 3000);
  RC_ASSERT(shrunk.least);
  RC_ASSERT(*shrunk.run.pins == needed);
  RC_ASSERT(Without(*shrunk.run.only) == (Operations{{client, {number}}}));
  const Shrunk again = Shrink(runner, shrunk.run, *shrunk.run.only, kWanted, 3000);
  RC_ASSERT(*again.run.pins == *shrunk.run.pins);
  RC_ASSERT(Without(*again.run.only) == Without(*shrunk.run.only));
}

// Whatever it is that breaks it, also if less of it mends it, and within any budget.
RC_GTEST_PROP(ShrinkLaws, StillBreaksTheSameAndIsNeverLarger, ()) {
  const std::vector<sim::Pin> drawn = Drops(*rc::gen::inRange(1, 30));
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const int budget = *rc::gen::inRange(1, 300);
  FakeRunner runner(drawn, kAll, [&](const auto& pins, const auto& only) {
    uint64_t hash = seed;
    for (const sim::Pin& pin : pins) hash = (hash ^ pin.point.back()) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ static_cast<uint64_t>(Count(only))) * 0x9e3779b97f4a7c15u;
    return (pins.size() == drawn.size() && Count(only) == 10) || (hash >> 62) == 0;
  });
  const Shrunk shrunk = Shrink(runner, RunOptions(), kAll, kWanted, budget);
  RC_ASSERT(shrunk.found);
  RC_ASSERT(shrunk.runs <= budget);
  RC_ASSERT(SizeOf(shrunk) <= drawn.size() + 10);
  RunOptions again = shrunk.run;
  RC_ASSERT(kWanted.In(runner.Run(again)) != nullptr);
  const Shrunk once_more = Shrink(runner, again, *again.only, kWanted, budget);
  RC_ASSERT(SizeOf(once_more) <= SizeOf(shrunk));
}

}  // namespace
}  // namespace scenarios
