// How many seeds of whole systems a second of CPU time buys, and what they leave
// in memory: the scenarios of the exchange, everything on.

#ifndef TESTS_BENCH_SEEDS_H_
#define TESTS_BENCH_SEEDS_H_

namespace bench {

// Runs each scenario under `seeds` seeds and prints a line for it.
void PrintSeeds(int seeds);

// Runs `many` seeds in this process and prints the peak of its memory after
// `few` of them and after all.
void PrintMemory(int few, int many);

}  // namespace bench

#endif  // TESTS_BENCH_SEEDS_H_
