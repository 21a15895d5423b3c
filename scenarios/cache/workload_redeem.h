// redeem: customers who try each of their coupons twice, the second time somewhat later.

#ifndef SCENARIOS_CACHE_WORKLOAD_REDEEM_H_
#define SCENARIOS_CACHE_WORKLOAD_REDEEM_H_

#include "sim/world/system.h"

namespace scenarios {

sim::SystemSpec RedeemWorkload();

}  // namespace scenarios

#endif  // SCENARIOS_CACHE_WORKLOAD_REDEEM_H_
