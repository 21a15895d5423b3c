// What a plan could do at a place: the finite alternatives from which a search takes one
// at a time.
//
// Every rule that matches, on whatever its rate, gives its least and its greatest amount;
// a crash that decides about each unsynced write alone becomes one that loses all and one
// that keeps all. How business ends is no fault and not among them.

#ifndef FAULTS_ALTERNATIVES_H_
#define FAULTS_ALTERNATIVES_H_

#include <cstdint>
#include <vector>

#include "faults/plan.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"
#include "sim/core/time.h"

namespace faults {

// In the order of the rules, without repetitions.
std::vector<sim::Pin> AlternativesAt(const Plan& plan, const sim::Place& place, uint64_t occurrence,
                                     sim::Nanos now);

// Bit (1 << PlaceKind) for the kinds of place about which the plan has rules.
uint32_t PlacesOf(const Plan& plan);

}  // namespace faults

#endif  // FAULTS_ALTERNATIVES_H_
