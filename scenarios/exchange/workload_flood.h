// flood: machines of a merchant that all submit the same payments to B, each payment at
// the same moment, as after a restart of all of them.
//
// As many copies of a submission are there at once as the workload has clients. None
// comes from A: it is B alone that is put to the test. Payments are called "flood-1",
// "flood-2" and so on.

#ifndef SCENARIOS_EXCHANGE_WORKLOAD_FLOOD_H_
#define SCENARIOS_EXCHANGE_WORKLOAD_FLOOD_H_

#include "sim/world/system.h"

namespace scenarios {

sim::SystemSpec FloodWorkload();

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_WORKLOAD_FLOOD_H_
