// transfer: customers who move money from one vault to the other, and back.

#ifndef SCENARIOS_XA_WORKLOAD_TRANSFER_H_
#define SCENARIOS_XA_WORKLOAD_TRANSFER_H_

#include "sim/world/system.h"

namespace scenarios {

sim::SystemSpec TransferWorkload();

}  // namespace scenarios

#endif  // SCENARIOS_XA_WORKLOAD_TRANSFER_H_
