// deposit: customers who each hand in money several times.

#ifndef SCENARIOS_SHARED_WORKLOAD_DEPOSIT_H_
#define SCENARIOS_SHARED_WORKLOAD_DEPOSIT_H_

#include "sim/world/system.h"

namespace scenarios {

sim::SystemSpec DepositWorkload();

}  // namespace scenarios

#endif  // SCENARIOS_SHARED_WORKLOAD_DEPOSIT_H_
