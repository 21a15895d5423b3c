// What the database costs against bare SQLite, which runs the same statements on the
// same disk with the same settings: row locks, facts of commits, coroutines.

#ifndef TESTS_BENCH_ROW_LOCKS_H_
#define TESTS_BENCH_ROW_LOCKS_H_

#include "tests/bench/row.h"

namespace bench {

// One transaction at a time, and four that take turns at every statement.
void AddRowLocks(Effort effort, Rows& rows);

}  // namespace bench

#endif  // TESTS_BENCH_ROW_LOCKS_H_
