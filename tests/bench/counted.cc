// Work whose instructions tools/counted.sh counts:   counted W2 | seed
//
// W2 at a tenth of its size, or one typical seed, for which this process has made what
// it makes once. What stands in Counted() is counted, and nothing else.

#include <cstdio>
#include <cstring>

#include "tests/bench/bank.h"
#include "tests/bench/kernel.h"

// The name is told to callgrind: it must not be mangled, and not be inlined.
extern "C" __attribute__((noinline)) void Counted(bench::TypicalSeeds* typical) {
  if (typical != nullptr) {
    typical->Run(1);
  } else {
    bench::KernelW2({bench::kW2.processes, bench::kW2.rounds / 10});
  }
}

int main(int argc, char** argv) {
  const bool w2 = argc == 2 && std::strcmp(argv[1], "W2") == 0;
  const bool seed = argc == 2 && std::strcmp(argv[1], "seed") == 0;
  if (!w2 && !seed) {
    std::fprintf(stderr, "usage: counted W2 | seed\n");
    return 2;
  }
  if (w2) {
    Counted(nullptr);
  } else {
    bench::TypicalSeeds typical;
    typical.Run(1);
    Counted(&typical);
  }
  return 0;
}
