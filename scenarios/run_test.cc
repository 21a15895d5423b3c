// Goal: a run is a pure function of scenario, seed and pins, and its result says
// how it ended.
// Method: toy scenarios, run under a few seeds and compared with themselves,
// with checks and without, with rules and with the pins that they left.

#include "scenarios/run.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/repro.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/leave_one_out.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

using settle::RunResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" $1 }
  }
  workload { name: "pay" clients: 3 operations: 8 $2 }
  chaos { heal_after: "2m" quiet_for: "2m" no_swarm: true $0 }
  check { name: "booked_once" }
  check { name: "amounts_arrive" claim: "A payment is booked with its amount."
          sql: "SELECT payment, amount FROM ledger.booked WHERE amount <> 100"
          exercised_sql: "SELECT count(*) FROM ledger.booked" }
  budget { $3 }
  $4
)text";

constexpr char kBug[] = R"(quirk: "books_again" )";
constexpr char kRestless[] = R"(set: "restless=yes" )";

constexpr char kLostAnswers[] = R"(
  rule { message { to: "ledger" leg: REPLY } drop {} one_in: 4 }
)";
constexpr char kEverything[] = R"(
  rule { message {} drop {} one_in: 20 }
  rule { message {} delay { min: "50ms" max: "400ms" } one_in: 20 }
  rule { message { to: "ledger" } duplicate { max: "300ms" } one_in: 20 }
  rule { process { node: "ledger" } crash { down_for: "100ms" } one_in: 60 }
  rule { disk { node: "ledger" at: SYNC } crash { down_for: "50ms" } one_in: 60 }
  rule { link {} partition { for: "1s" } one_in: 30 }
)";

class RunTest : public testing::Test {
 protected:
  // What varies between the scenarios of this test.
  struct Toy {
    std::string rules = "";
    std::string ledger = "";   // settings of the ledger
    std::string outcome = "";  // of the workload
    std::string budget = "";
    std::string check = "";  // one more
  };

  void Load(const Toy& toy) {
    faults::Diagnostics problems;
    scenario_ = LoadText(
        "toys/pay.textproto",
        absl::Substitute(kScenario, toy.rules, toy.ledger, toy.outcome, toy.budget, toy.check),
        catalogue_, problems);
    ASSERT_TRUE(problems.empty()) << faults::ToStatus(problems).ToString();
    runner_ = NewRunner(*scenario_);
  }

  RunResult Run(RunOptions options) { return runner_->Run(options); }

  RunResult RunSeed(uint64_t seed) {
    RunOptions options;
    options.seed = seed;
    return Run(options);
  }

  // The same seed, its faults from `pins`.
  RunResult RunPinned(uint64_t seed, std::vector<sim::Pin> pins) {
    RunOptions options;
    options.seed = seed;
    options.pins = std::move(pins);
    return Run(options);
  }

  static int64_t Metric(const RunResult& result, const std::string& name) {
    for (const settle::Metric& metric : result.metric()) {
      if (metric.name() == name) return metric.value();
    }
    return -1;
  }

  const Catalogue catalogue_ = ToyCatalogue();
  std::unique_ptr<LoadedScenario> scenario_;
  std::unique_ptr<Runner> runner_;
};

// ---- how a run ends ---------------------------------------------------------------

TEST_F(RunTest, HoldsWhenNothingGoesWrong) {
  Load({});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::HELD) << result.DebugString();
  EXPECT_EQ(result.scenario(), "pay");
  EXPECT_EQ(result.scenario_hash(), scenario_->hash());
  EXPECT_NE(result.build(), "");
  EXPECT_EQ(result.simulated_nanos(), sim::Minutes(4));
  EXPECT_EQ(result.fired_size(), 0);
  ASSERT_EQ(result.check_size(), 2);
  EXPECT_EQ(result.check(0).name(), "booked_once");
  EXPECT_EQ(result.check(0).catalogue(), "M4");
  EXPECT_EQ(result.check(0).exercised(), 24);
  EXPECT_EQ(result.check(1).exercised(), 24);
}

TEST_F(RunTest, CountsWhatItCost) {
  Load({});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(Metric(result, "commits"), 24);
  EXPECT_EQ(Metric(result, "rows_changed"), 24);
  EXPECT_EQ(Metric(result, "crashes"), 0);
  EXPECT_GE(Metric(result, "messages_sent"), 4 * 24);
  EXPECT_EQ(Metric(result, "events"), static_cast<int64_t>(result.events()));
}

TEST_F(RunTest, ToleratesLostAnswers) {
  Load({.rules = kLostAnswers});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::HELD) << result.DebugString();
  EXPECT_GT(result.fired_size(), 0);
  ASSERT_EQ(result.rule_matched_size(), 1);
  EXPECT_GE(result.rule_matched(0), result.rule_fired(0));
  EXPECT_EQ(result.rule_fired(0), result.fired_size());
}

TEST_F(RunTest, FindsTheBugThatLostAnswersTrigger) {
  Load({.rules = kLostAnswers, .ledger = kBug});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::VIOLATED);
  ASSERT_GT(result.finding_size(), 0);
  EXPECT_EQ(result.finding(0).check(), "booked_once");
  EXPECT_THAT(result.finding(0).key(), HasSubstr("pay"));
  EXPECT_EQ(result.finding(0).what(), result.finding(0).key() + " is booked twice");
  EXPECT_NE(result.finding(0).record(), 0);
  for (int i = 1; i < result.finding_size(); ++i) {
    EXPECT_LE(result.finding(i - 1).at_nanos(), result.finding(i).at_nanos());
  }
}

TEST_F(RunTest, SaysWhatWasStillGoingOn) {
  Load({.ledger = kRestless});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::INCONCLUSIVE);
  EXPECT_THAT(result.going_on(), ElementsAre(HasSubstr("ledger: fret")));
}

TEST_F(RunTest, SaysThatABrokenPromiseIsWorseThanARunThatNeverEnds) {
  Load({.rules = kLostAnswers, .ledger = std::string(kBug) + kRestless});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::VIOLATED);
  EXPECT_THAT(result.going_on(), Not(IsEmpty()));
}

TEST_F(RunTest, StopsAtItsBudget) {
  Load({.budget = "max_events: 100"});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::INCONCLUSIVE);
  EXPECT_EQ(result.events(), 100);
  ASSERT_GT(result.going_on_size(), 0);
  EXPECT_EQ(result.going_on(0),
            "stopped after 100 events, the most that the scenario's budget allows");
}

// True of the books at the end, and of no moment before.
constexpr char kAllBooked[] = R"(
  check { name: "all_booked" claim: "All is booked in the end."
          sql: "SELECT 'pay' WHERE (SELECT count(*) FROM ledger.booked) < 24"
          exercised_sql: "SELECT 1" }
)";

TEST_F(RunTest, JudgesNoQuietStateOfARunThatWasStopped) {
  Load({.check = kAllBooked});
  EXPECT_EQ(RunSeed(1).verdict(), settle::HELD);
  Load({.budget = "max_events: 100", .check = kAllBooked});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::INCONCLUSIVE);
  EXPECT_EQ(result.finding_size(), 0);
  for (const settle::CheckResult& check : result.check()) EXPECT_FALSE(check.judged());
}

TEST_F(RunTest, CountsWhatMonitorsFoundBeforeItWasStopped) {
  Load({.rules = kLostAnswers, .ledger = kBug});
  const RunResult whole = RunSeed(1);
  Load({.rules = kLostAnswers,
        .ledger = kBug,
        .budget = absl::StrCat("max_events: ", whole.events() - 1),
        .check = kAllBooked});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::VIOLATED);
  EXPECT_EQ(result.finding_size(), whole.finding_size());
  ASSERT_EQ(result.check_size(), 3);
  EXPECT_TRUE(result.check(0).judged());
  EXPECT_FALSE(result.check(1).judged());
  EXPECT_FALSE(result.check(2).judged());
}

TEST_F(RunTest, CountsAPromiseThatBrokeAsPutToTheTest) {
  Load({.check = R"(
    check { name: "nothing_booked" claim: "Nothing is ever booked."
            sql: "SELECT payment FROM ledger.booked" exercised_sql: "SELECT 0" }
  )"});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::VIOLATED);
  EXPECT_EQ(result.check(2).findings(), 24);
  EXPECT_EQ(result.check(2).exercised(), 24);
}

TEST_F(RunTest, WithoutWorkExercisesNothing) {
  Load({});
  RunOptions options;
  options.operations = 0;

  const RunResult result = Run(options);

  EXPECT_EQ(result.verdict(), settle::NOT_EXERCISED);
  EXPECT_EQ(result.check(0).exercised(), 0);
}

TEST_F(RunTest, ProvesNothingIfARuleThatMustMatchDoesNot) {
  Load({.rules = R"(
    rule { message { method: "toy.Pay" key: "pay1-99" } drop {} one_in: 1 must_match: true }
  )"});

  EXPECT_EQ(RunSeed(1).verdict(), settle::NOT_EXERCISED);
}

TEST_F(RunTest, ObeysTheNumbersOfClientsAndOperations) {
  Load({});
  RunOptions options;
  options.clients = 2;
  options.operations = 5;

  EXPECT_EQ(Run(options).check(0).exercised(), 10);
}

// ---- chaos and outcomes -----------------------------------------------------------

constexpr char kRefusals[] =
    R"(outcome { outcome { node: "ledger" name: "refuse" } result { value: 1 } one_in: 3 })";

TEST_F(RunTest, KeepsBusinessOutcomesWithoutChaos) {
  Load({.rules = kLostAnswers, .outcome = kRefusals});
  RunOptions calm;
  calm.chaos = false;

  const RunResult result = Run(calm);

  ASSERT_EQ(result.rule_fired_size(), 2);
  EXPECT_GT(result.rule_fired(0), 0) << "the workload's outcome";
  EXPECT_EQ(result.rule_fired(1), 0) << "the rule of the chaos";
  for (const settle::Pin& pin : result.fired()) EXPECT_EQ(pin.choice(), settle::Pin::OUTCOME);
}

TEST_F(RunTest, CrashesAtAProtocolStep) {
  Load({.rules = R"(
    rule { step { name: "toy.booked.after" } crash { down_for: "1s" } one_in: 1 at_most: 2 }
  )"});

  const RunResult result = RunSeed(1);

  EXPECT_EQ(result.verdict(), settle::HELD) << result.DebugString();
  EXPECT_EQ(Metric(result, "crashes"), 2);
}

// ---- purity -----------------------------------------------------------------------

TEST_F(RunTest, IsAFunctionOfItsSeed) {
  Load({.rules = kEverything});

  EXPECT_EQ(RunSeed(7).SerializeAsString(), RunSeed(7).SerializeAsString());
  EXPECT_NE(RunSeed(7).digest(), RunSeed(8).digest());
}

TEST_F(RunTest, IsTheSameInAFreshRunner) {
  Load({.rules = kEverything});
  RunSeed(1);
  const RunResult after_another = RunSeed(2);

  Load({.rules = kEverything});

  EXPECT_EQ(RunSeed(2).SerializeAsString(), after_another.SerializeAsString());
}

TEST_F(RunTest, IsTheSameWhetherAnybodyWatches) {
  Load({.rules = kEverything, .ledger = kBug});
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const RunResult watched = RunSeed(seed);
    RunOptions options;
    options.seed = seed;
    options.checks = false;

    const RunResult alone = Run(options);

    EXPECT_EQ(alone.digest(), watched.digest()) << "seed " << seed;
    EXPECT_EQ(alone.events(), watched.events()) << "seed " << seed;
    EXPECT_EQ(alone.verdict(), settle::VERDICT_UNSPECIFIED);
    EXPECT_EQ(alone.check_size(), 0);
  }
}

TEST_F(RunTest, IsTheSameWhetherItIsKeptWhole) {
  Load({.rules = kEverything});
  RunOptions options;
  options.seed = 3;
  options.depth = sim::TraceDepth::kWhole;
  uint64_t records = 0;
  options.with_trace = [&records](const sim::Trace& trace) { records = trace.size(); };

  EXPECT_EQ(Run(options).digest(), RunSeed(3).digest());
  EXPECT_GT(records, 100);
}

TEST_F(RunTest, IsRepeatedByItsPins) {
  Load({.rules = kEverything, .ledger = kBug, .outcome = kRefusals});
  int pins = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const RunResult drawn = RunSeed(seed);

    const RunResult replayed = RunPinned(seed, ToPins(drawn.fired()));

    EXPECT_EQ(replayed.digest(), drawn.digest()) << "seed " << seed;
    EXPECT_EQ(replayed.verdict(), drawn.verdict()) << "seed " << seed;
    EXPECT_TRUE(replayed.unreached().empty()) << "seed " << seed;
    EXPECT_EQ(replayed.fired_size(), drawn.fired_size());
    pins += drawn.fired_size();
  }
  EXPECT_GT(pins, 100);
}

TEST_F(RunTest, SaysWhenAPinIsNeverReached) {
  Load({});
  sim::Pin pin;
  pin.point = "reply toy.Book teller<ledger pay1-99";
  pin.occurrence = 1;
  pin.kind = sim::ChoiceKind::kDrop;

  const RunResult run = RunPinned(1, {pin});
  ASSERT_EQ(run.unreached_size(), 1);
  EXPECT_EQ(run.unreached(0).point(), pin.point);
}

TEST_F(RunTest, LeavesOtherFaultsInPlaceWhenOneIsRemoved) {
  Load({.rules = kEverything});

  const LeaveOneOut measured = MeasureLeaveOneOut(*runner_, /*seeds=*/10);

  EXPECT_GT(measured.left, 1000);
  EXPECT_GE(measured.percent(), 95) << measured.ToString();
  RecordProperty("leave_one_out_percent", static_cast<int>(measured.percent()));
}

}  // namespace
}  // namespace scenarios
