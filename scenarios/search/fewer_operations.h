// Ways of making a failing run smaller by what clients do in it.

#ifndef SCENARIOS_SEARCH_FEWER_OPERATIONS_H_
#define SCENARIOS_SEARCH_FEWER_OPERATIONS_H_

#include "scenarios/search/lineage.h"
#include "scenarios/search/trials.h"

namespace scenarios {

// Keeps, with all faults, only the operations of the key at fault; or these and one more;
// or, where the key is of none, one or two that hang together with it. Operations begin
// when they did, so that those which met still meet.
void KeepToLineage(Trials& trials, const Lineage& lineage);

// Delta debugging.
void LeaveOutOperations(Trials& trials);

// Of more than two operations two that begin at once: as they are, then with larger and
// larger amounts, since many small ones may be there only to make a large one.
void LetTwoMeet(Trials& trials, const Lineage& lineage);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_FEWER_OPERATIONS_H_
