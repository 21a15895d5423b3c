// PlannedCheck: a check of a scenario, found and fitted to its world; and measures,
// which are taken wherever they fit.
//
// Made once for a scenario, and of it one fresh Check or Measure for each run. The
// catalogue must outlive it.

#ifndef SCENARIOS_PLANNED_CHECK_H_
#define SCENARIOS_PLANNED_CHECK_H_

#include <map>
#include <memory>
#include <set>
#include <string>

#include "faults/source_text.h"
#include "scenarios/check.h"
#include "scenarios/checks/mirror.h"
#include "scenarios/measure.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/world_plan.h"

namespace scenarios {

struct PlannedCheck {
  std::string name;
  std::string catalogue;  // "M4"
  std::string claim;
  std::string counts;               // what counts as exercised
  const CheckSpec* spec = nullptr;  // of the catalogue; null: `text` declares it
  settle::CheckText text;
  std::map<std::string, std::string> nodes;  // role of the check -> name of a node
  faults::Where where;

  // The nodes whose databases it reads: if one is damaged, it is not judged.
  std::set<std::string> Reads(Mirror& mirror) const;

  // A fresh check, for one run in a world of all these nodes.
  std::unique_ptr<Check> Make(const std::vector<sim::NodeSpec>& all, const WorldPlan& world,
                              Mirror& mirror) const;
};

struct PlannedMeasure {
  const MeasureSpec* spec = nullptr;
  std::map<std::string, std::string> nodes;  // as of a check

  std::unique_ptr<Measure> Make(const std::vector<sim::NodeSpec>& all,
                                const WorldPlan& world) const;
};

}  // namespace scenarios

#endif  // SCENARIOS_PLANNED_CHECK_H_
