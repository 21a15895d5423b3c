// write: clients that have entries written by two clerks, one after another each.
//
// Every other client goes to the second clerk. Some try to write by themselves, with a
// token that nobody has issued: zero, negative, or far beyond.

#ifndef SCENARIOS_LOCK_WORKLOAD_WRITE_H_
#define SCENARIOS_LOCK_WORKLOAD_WRITE_H_

#include "sim/world/system.h"

namespace scenarios {

sim::SystemSpec WriteWorkload();

}  // namespace scenarios

#endif  // SCENARIOS_LOCK_WORKLOAD_WRITE_H_
