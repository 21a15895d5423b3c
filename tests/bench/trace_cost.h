// What it costs that the trace is always on.

#ifndef TESTS_BENCH_TRACE_COST_H_
#define TESTS_BENCH_TRACE_COST_H_

#include "tests/bench/row.h"

namespace bench {

void AddTraceCost(Effort effort, Rows& rows);

}  // namespace bench

#endif  // TESTS_BENCH_TRACE_COST_H_
