// What a typical seed costs, beside bare SQLite doing the same transactions, and
// what a crash costs.

#ifndef TESTS_BENCH_TYPICAL_H_
#define TESTS_BENCH_TYPICAL_H_

#include "tests/bench/row.h"

namespace bench {

void AddTypical(Effort effort, Rows& rows);
void AddRestart(Effort effort, Rows& rows);

}  // namespace bench

#endif  // TESTS_BENCH_TYPICAL_H_
