// How fast the kernel is beside loops that do nothing but the workload, and beside
// other simulators.

#ifndef TESTS_BENCH_LIMITS_H_
#define TESTS_BENCH_LIMITS_H_

#include <vector>

#include "absl/status/status.h"
#include "tests/bench/peer.h"
#include "tests/bench/row.h"

namespace bench {

// Adds a row for each workload against the bare loops, and one against each peer.
// An error if a program did other work than the workload, or a peer did not do it.
absl::Status AddLimits(Effort effort, const std::vector<Peer>& peers, Rows& rows);

}  // namespace bench

#endif  // TESTS_BENCH_LIMITS_H_
