// Goal: a result says how often each protocol step was reached and struck; of steps
// at which no fault was ever possible, too.
// Method: toy payments, calm and with a crash at the one step that the toy has.

#include "scenarios/reached_steps.h"

#include <string>
#include <vector>

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
  workload { name: "pay" clients: 1 operations: 2 }
  chaos { heal_after: "2m" quiet_for: "2m" no_swarm: true }
  check { name: "booked_once" }
)text";

class ReachedStepsTest : public ToyScenario {
 protected:
  ReachedStepsTest() : ToyScenario(kScenario) {}

  settle::StepCount OnlyStepOf(const std::vector<sim::Pin>& pins) {
    RunOptions options;
    options.pins = pins;
    const settle::RunResult run = runner_->Run(options);
    EXPECT_EQ(run.fired_size(), static_cast<int>(pins.size()));
    EXPECT_EQ(run.step_size(), 1);
    return run.step(0);
  }
};

TEST_F(ReachedStepsTest, CountsThoseOfACalmRun) {
  const settle::StepCount step = OnlyStepOf({});

  EXPECT_EQ(step.node(), "ledger");
  EXPECT_EQ(step.name(), "toy.booked.after");
  EXPECT_EQ(step.reached(), 2u);
  EXPECT_EQ(step.struck(), 0u);
}

TEST_F(ReachedStepsTest, CountsCrashesThere) {
  sim::Pin crash;
  crash.point = "step ledger toy.booked.after pay1-2";
  crash.occurrence = 1;
  crash.kind = sim::ChoiceKind::kCrash;
  crash.amount = sim::Millis(50);
  const settle::StepCount step = OnlyStepOf({crash});

  EXPECT_EQ(step.reached(), 2u);
  EXPECT_EQ(step.struck(), 1u);
}

}  // namespace
}  // namespace scenarios
