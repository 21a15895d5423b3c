// Reads the checks of a scenario, those in included files too.
//
// What is wrong goes into `problems`, with the line and column of the field, and all of
// it: reading goes on. What is returned is of use only if nothing was added.

#ifndef SCENARIOS_CHECK_TEXT_H_
#define SCENARIOS_CHECK_TEXT_H_

#include <vector>

#include "faults/source_text.h"
#include "scenarios/catalogue.h"
#include "scenarios/checks/mirror.h"
#include "scenarios/planned_check.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/world_plan.h"

namespace scenarios {

struct CheckInText {
  settle::CheckText text;
  faults::Where where;
};

// The scenario's own checks, then the included ones.
std::vector<CheckInText> GatherChecks(const settle::Scenario& text, const faults::Where& where,
                                      faults::Diagnostics& problems);

// Finds each check in the catalogue, or reads its declaration, and fits it to the
// world.
std::vector<PlannedCheck> ReadChecks(const std::vector<CheckInText>& texts,
                                     const Catalogue& catalogue, const WorldPlan& world,
                                     Mirror& mirror, faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_CHECK_TEXT_H_
