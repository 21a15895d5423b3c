// Goal: a run that somebody ends says nothing and leaves nothing; one that was only
// asked whether to end is the run that it would have been.
// Method: one toy scenario, never stopped, asked, and stopped.

#include "gtest/gtest.h"
#include "scenarios/run.h"
#include "scenarios/testing/toy_scenario.h"

namespace scenarios {
namespace {

constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" }
  }
  workload { name: "pay" clients: 3 operations: 200 }
  chaos {
    rule { message { to: "ledger" leg: REPLY } drop {} one_in: 4 }
    heal_after: "2m" quiet_for: "2m"
  }
  check { name: "booked_once" }
)text";

class StoppedRunTest : public ToyScenario {
 protected:
  StoppedRunTest() : ToyScenario(kScenario) {}
};

TEST_F(StoppedRunTest, IsTheSameIfItWasOnlyAsked) {
  RunOptions options;
  const uint64_t digest = runner_->Run(options).digest();
  int asked = 0;
  options.stop = [&asked] { return ++asked < 0; };
  const settle::RunResult result = runner_->Run(options);
  EXPECT_EQ(result.digest(), digest);
  EXPECT_FALSE(result.stopped());
  EXPECT_GT(asked, 0);
}

TEST_F(StoppedRunTest, SaysNothingAndLeavesNothing) {
  RunOptions options;
  const uint64_t digest = runner_->Run(options).digest();
  bool traced = false;
  options.stop = [] { return true; };
  options.with_trace = [&traced](const sim::Trace&) { traced = true; };
  const settle::RunResult stopped = runner_->Run(options);
  EXPECT_TRUE(stopped.stopped());
  EXPECT_EQ(stopped.verdict(), settle::VERDICT_UNSPECIFIED);
  EXPECT_EQ(stopped.check_size(), 0);
  EXPECT_FALSE(traced);
  EXPECT_EQ(runner_->Run(RunOptions()).digest(), digest);
}

}  // namespace
}  // namespace scenarios
