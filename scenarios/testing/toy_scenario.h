// A scenario of toys, read and ready to run: the fixture of tests that look at runs.
//
//   class SmallRunTest : public ToyScenario {
//    protected:
//     SmallRunTest() : ToyScenario(kScenario) {}
//   };

#ifndef SCENARIOS_TESTING_TOY_SCENARIO_H_
#define SCENARIOS_TESTING_TOY_SCENARIO_H_

#include <memory>
#include <string>

#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"
#include "sim/core/check.h"

namespace scenarios {

class ToyScenario : public testing::Test {
 protected:
  // A text with problems ends the test: nothing after it would mean anything.
  explicit ToyScenario(const std::string& text) {
    faults::Diagnostics problems;
    scenario_ = LoadText("toys/pay.textproto", text, catalogue_, problems);
    SIM_CHECK(scenario_ != nullptr) << faults::ToStatus(problems).ToString();
    runner_ = NewRunner(*scenario_);
  }

  const Catalogue catalogue_ = ToyCatalogue();  // outlives the scenario
  std::unique_ptr<LoadedScenario> scenario_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace scenarios

#endif  // SCENARIOS_TESTING_TOY_SCENARIO_H_
