// Prints how fast the kernel is, side by side with loops that do nothing but the
// workload, and how fast whole systems run.
//
//   ./bazelw run //tests/bench:table              a quarter of an hour
//   ./bazelw run //tests/bench:table -- --quick   half a minute
//
// Times are CPU time of the process; the programs take turns, and the best of
// five rounds counts. Ratios can be compared between machines, times cannot.

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <vector>

#include "tests/bench/bare_coroutines.h"
#include "tests/bench/bare_loop.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/kernel.h"
#include "tests/bench/seeds.h"

namespace bench {
namespace {

struct Program {
  const char* name;
  Checksum (*run)(Size);
  double best = 0;  // ns per item
  Checksum checksum = {};
};

struct Workload {
  const char* name;
  Size size;
  Checksum expected;
  double items_per_round;  // of each process
  std::vector<Program> programs;
};

std::vector<Workload> Workloads() {
  return {
      {"W1 timers",
       kW1,
       kW1Sum,
       1,
       {{"bare loop", BareLoopW1}, {"bare coroutines", BareCoroutinesW1}, {"kernel", KernelW1}}},
      {"W2 ping-pong",
       kW2,
       kW2Sum,
       2,
       {{"bare loop", BareLoopW2}, {"bare coroutines", BareCoroutinesW2}, {"kernel", KernelW2}}},
      {"W3 transfers",
       kW3,
       kW3Sum,
       1,
       {{"bare loop", BareLoopW3}, {"bare coroutines", BareCoroutinesW3}, {"kernel", KernelW3}}},
  };
}

double ItemsOf(const Workload& workload) {
  return workload.items_per_round * workload.size.processes * workload.size.rounds;
}

// Whether every program gave the expected checksum.
bool PrintWorkloads(int rounds) {
  std::vector<Workload> workloads = Workloads();
  for (int round = 0; round < rounds; ++round) {
    for (Workload& workload : workloads) {
      for (Program& program : workload.programs) {
        const double began = CpuSeconds();
        program.checksum = program.run(workload.size);
        const double ns = (CpuSeconds() - began) * 1e9 / ItemsOf(workload);
        program.best = round == 0 ? ns : std::min(program.best, ns);
      }
    }
  }
  std::printf("%-14s %-16s %10s %9s %14s %14s  %s\n", "workload", "program", "items", "ns/item",
              "x bare loop", "x coroutines", "checksum");
  bool right = true;
  for (const Workload& workload : workloads) {
    for (const Program& program : workload.programs) {
      const bool ok = program.checksum == workload.expected;
      right = right && ok;
      std::printf("%-14s %-16s %10.0f %9.1f %14.2f %14.2f  %s\n", workload.name, program.name,
                  ItemsOf(workload), program.best, program.best / workload.programs[0].best,
                  program.best / workload.programs[1].best, ok ? "ok" : "WRONG");
    }
  }
  return right;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  if (argc > 1 && !quick) {
    std::fprintf(stderr, "usage: table [--quick]\n");
    return 2;
  }
  const bool right = bench::PrintWorkloads(quick ? 2 : 5);
  std::fflush(stdout);
  bench::PrintSeeds(quick ? 50 : 500);
  std::fflush(stdout);
  bench::PrintMemory(200, quick ? 1000 : 20'000);
  return right ? 0 : 1;
}
