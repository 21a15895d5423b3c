// What databases and runs leave in memory.

#ifndef TESTS_BENCH_MEMORY_H_
#define TESTS_BENCH_MEMORY_H_

#include "tests/bench/row.h"

namespace bench {

// A database of a hundred accounts after fifty transfers; and how much more memory
// this process has in use after 10,000 seeds than after half of them.
void AddMemory(Effort effort, Rows& rows);

}  // namespace bench

#endif  // TESTS_BENCH_MEMORY_H_
