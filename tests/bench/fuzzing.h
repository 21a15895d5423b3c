// What `settle fuzz` costs beside its seeds: what a second core brings, and the share of its
// parent process, which alone writes the corpus.

#ifndef TESTS_BENCH_FUZZING_H_
#define TESTS_BENCH_FUZZING_H_

#include "absl/status/status.h"
#include "tests/bench/row.h"

namespace bench {

// The second core by wall time, so that it means something on a quiet machine only. The
// share by CPU time; that of the scenario whose seeds cost least is printed. An error if `settle`,
// which must lie in the folder where this runs, does not do its work.
absl::Status AddFuzzing(Effort effort, Rows& rows);

}  // namespace bench

#endif  // TESTS_BENCH_FUZZING_H_
