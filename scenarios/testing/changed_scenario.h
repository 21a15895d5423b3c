// ChangedScenario: a scenario of the tree, changed for a test, and how often a promise of it
// breaks then. Of a fault and the check that is to notice it:
//
//   ChangedScenario careless("scenarios/time/skew.textproto");
//   careless.Plant("time.Worker", "believes_its_lease");
//   EXPECT_GT(careless.Breaks("no_stale_write", catalogue), 0);
//   EXPECT_EQ(careless.LeaveOut("skew").Breaks("no_stale_write", catalogue), 0);
//
// Whatever does not fit (no such node, rule or check, an inconclusive run) fails the test.

#ifndef SCENARIOS_TESTING_CHANGED_SCENARIO_H_
#define SCENARIOS_TESTING_CHANGED_SCENARIO_H_

#include <string>

#include "scenarios/catalogue.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

class ChangedScenario {
 public:
  explicit ChangedScenario(std::string path);

  // Plants the quirk in all nodes of the system.
  ChangedScenario& Plant(const std::string& system, const std::string& quirk);

  // Takes away what makes this fault, "skew": rules, pins, outcomes of a workload. What else
  // there is stays.
  ChangedScenario& LeaveOut(const std::string& fault);

  // For any other change.
  settle::Scenario& text() { return text_; }

  // How many of a few seeds break the promise.
  int Breaks(const std::string& check, const Catalogue& catalogue) const;

 private:
  std::string path_;
  settle::Scenario text_;
};

}  // namespace scenarios

#endif  // SCENARIOS_TESTING_CHANGED_SCENARIO_H_
