// Reads what a scenario expects of its runs, and how many it asks for.
//
// What is wrong goes into `problems`, with the line and column of the field, and all of
// it: reading goes on. What is returned is of use only if nothing was added.

#ifndef SCENARIOS_EXPECTATION_TEXT_H_
#define SCENARIOS_EXPECTATION_TEXT_H_

#include <vector>

#include "faults/source_text.h"
#include "scenarios/check_text.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

// Runs of a scenario that does not say how many.
inline constexpr uint32_t kDefaultSeeds = 100;

// Checks `expect`, `violated` and `budget`, and fills in what they leave open.
void ReadExpectation(const std::vector<CheckInText>& checks, const faults::Where& where,
                     settle::Scenario& text, faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_EXPECTATION_TEXT_H_
