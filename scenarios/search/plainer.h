// Ways of making a failing run plainer that has as few faults and operations as it takes:
// what is left is there for a reason.

#ifndef SCENARIOS_SEARCH_PLAINER_H_
#define SCENARIOS_SEARCH_PLAINER_H_

#include "scenarios/search/trials.h"

namespace scenarios {

// Without clients that do nothing.
void SendIdleClientsHome(Trials& trials);

// Of the nodes of a service one.
void LeaveOutInstances(Trials& trials);

// Every message travels equally long.
void Calm(Trials& trials);

// Operations begin at their own pace, and not when they did in the run with all.
void LetBegin(Trials& trials);

// Delays as short as those that people speak of.
void Shorten(Trials& trials);

// All operations are about the same amount, the least round one.
void RoundAmounts(Trials& trials);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_PLAINER_H_
