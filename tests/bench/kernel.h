// The workloads as components of a world, over nothing but what a component has:
// Env::Call with protobuf messages, Env::Spawn, clock().Sleep. Choices and trace
// are on; the workload's delays are installed as the world's source of latencies.

#ifndef TESTS_BENCH_KERNEL_H_
#define TESTS_BENCH_KERNEL_H_

#include "tests/bench/workload.h"

namespace bench {

Checksum KernelW1(Size size);
Checksum KernelW2(Size size);
Checksum KernelW3(Size size);

}  // namespace bench

#endif  // TESTS_BENCH_KERNEL_H_
