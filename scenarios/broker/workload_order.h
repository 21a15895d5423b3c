// order: customers who place orders at the shop, one after another each, and change some.

#ifndef SCENARIOS_BROKER_WORKLOAD_ORDER_H_
#define SCENARIOS_BROKER_WORKLOAD_ORDER_H_

#include "sim/world/system.h"

namespace scenarios {

sim::SystemSpec OrderWorkload();

}  // namespace scenarios

#endif  // SCENARIOS_BROKER_WORKLOAD_ORDER_H_
