// Reads the world that a scenario describes: organisations, nodes, workloads, the
// times of the run.
//
// What is wrong goes into `problems`, with the line and column of the field, and all of
// it: reading goes on. What is returned is of use only if nothing was added.

#ifndef SCENARIOS_WORLD_TEXT_H_
#define SCENARIOS_WORLD_TEXT_H_

#include "faults/source_text.h"
#include "scenarios/catalogue.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/world_plan.h"

namespace scenarios {

// Roles are wired only if everything else is right: one mistake, one error.
WorldPlan ReadWorld(const settle::Scenario& text, const faults::Where& where,
                    const Catalogue& catalogue, faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_WORLD_TEXT_H_
