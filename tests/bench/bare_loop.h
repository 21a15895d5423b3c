// The workloads as a loop over typed events, without coroutines, messages, nodes,
// trace or faults: the least that a simulation of them can cost. What the kernel
// is measured against.

#ifndef TESTS_BENCH_BARE_LOOP_H_
#define TESTS_BENCH_BARE_LOOP_H_

#include "tests/bench/workload.h"

namespace bench {

Checksum BareLoopW1(Size size);
Checksum BareLoopW2(Size size);
Checksum BareLoopW3(Size size);

}  // namespace bench

#endif  // TESTS_BENCH_BARE_LOOP_H_
