// replay: somebody who has got hold of A's key, and submits payments of A that B
// has accepted once more, each with another amount.
//
// The numbers are those of client `client` of the workload "pay": "pay1-3".

#ifndef SCENARIOS_EXCHANGE_WORKLOAD_REPLAY_H_
#define SCENARIOS_EXCHANGE_WORKLOAD_REPLAY_H_

#include "sim/world/system.h"

namespace scenarios {

sim::SystemSpec ReplayWorkload();

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_WORKLOAD_REPLAY_H_
