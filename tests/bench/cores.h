// What a second core brings: `settle run --jobs=2` against `--jobs=1`.

#ifndef TESTS_BENCH_CORES_H_
#define TESTS_BENCH_CORES_H_

#include "absl/status/status.h"
#include "tests/bench/row.h"

namespace bench {

// Wall time, so that it means something on a quiet machine only; how busy it was is
// printed. No row on a machine with one processor. An error if `settle`, which must
// lie in the folder where this runs, does not do its work, or finds something else
// with two processes than with one.
absl::Status AddCores(Effort effort, Rows& rows);

}  // namespace bench

#endif  // TESTS_BENCH_CORES_H_
