// Ways of making a failing run smaller by its faults. How business ends is a pin as well,
// and goes where it can, but is no fault.

#ifndef SCENARIOS_SEARCH_FEWER_FAULTS_H_
#define SCENARIOS_SEARCH_FEWER_FAULTS_H_

#include <vector>

#include "scenarios/search/lineage.h"
#include "scenarios/search/trials.h"

namespace scenarios {

// None; or none but how business ends.
void LeaveOutAll(Trials& trials);

// Those that fire late. Faults fire in the order of time: the shortest beginning that is
// enough, roughly.
void Truncate(Trials& trials);

// All of one kind at one kind of place.
void LeaveOutFamilies(Trials& trials);

// All but one, those of the key at fault and those next to the violation first.
void KeepOne(Trials& trials);

// Delta debugging.
void LeaveOutFaults(Trials& trials);

// A fault of a tenth message needs nine before it, and often what made them.
void MoveToFirst(Trials& trials);

// From the other end: these operations without faults, and then with a single one that the
// scenario's plan allows, at a place to which they come; the first of each kind first, and
// of these such as strike the failing run, too.
void BeginAnew(Trials& trials, const std::vector<Operation>& operations);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_FEWER_FAULTS_H_
