// pay: customers who pay a merchant through A, each one payment after another.
//
// They behave as customers do: some click twice, some ask again until they are
// answered, and some ask again with another amount. Order numbers are the
// client's name and a count, "pay1-3".

#ifndef SCENARIOS_EXCHANGE_WORKLOAD_PAY_H_
#define SCENARIOS_EXCHANGE_WORKLOAD_PAY_H_

#include <cstdint>
#include <string>

#include "sim/world/system.h"

namespace scenarios {

// The number of the `payment`-th payment of a client; both count from 1.
std::string PaymentNumber(int64_t client, int64_t payment);

sim::SystemSpec PayWorkload();

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_WORKLOAD_PAY_H_
