// Reads what goes wrong in a scenario: the business outcomes of its workloads and
// its chaos, made ready for its world.
//
// What is wrong goes into `problems`, with the line and column of the field, and all of
// it: reading goes on. What is returned is of use only if nothing was added.

#ifndef SCENARIOS_FAULT_TEXT_H_
#define SCENARIOS_FAULT_TEXT_H_

#include "faults/lint.h"
#include "faults/plan.h"
#include "faults/plan_text.h"
#include "faults/source_text.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/world_plan.h"

namespace scenarios {

// Outcomes first, then the chaos with all that it includes.
faults::PlanText GatherFaults(const settle::Scenario& text, const faults::Where& where,
                              faults::Diagnostics& problems);

// What rules can speak about in `world`.
faults::Vocabulary VocabularyOf(const WorldPlan& world);

// Checks each rule and pin against the world. A rule of an included plan for which this
// world has no place stays, marked; one of the scenario's own is an error.
faults::Plan ReadFaults(const settle::Scenario& text, const faults::PlanText& plan_text,
                        const WorldPlan& world, faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_FAULT_TEXT_H_
