// The workloads as coroutines over the same queue, with pooled frames, mailboxes
// and calls, but no nodes, trace or faults: what coroutines themselves cost.

#ifndef TESTS_BENCH_BARE_COROUTINES_H_
#define TESTS_BENCH_BARE_COROUTINES_H_

#include "tests/bench/workload.h"

namespace bench {

Checksum BareCoroutinesW1(Size size);
Checksum BareCoroutinesW2(Size size);
Checksum BareCoroutinesW3(Size size);

}  // namespace bench

#endif  // TESTS_BENCH_BARE_COROUTINES_H_
