#include "tests/bench/typical.h"

#include <algorithm>
#include <cstdio>

#include "sim/core/check.h"
#include "tests/bench/bank.h"
#include "tests/bench/cpu_time.h"

namespace bench {

void AddTypical(Effort effort, Rows& rows) {
  const int rounds = effort == Effort::kQuick ? 3 : 5;
  const int seeds = effort == Effort::kQuick ? 5 : 20;
  TypicalSeeds typical;
  typical.Run(1);  // The schema images are made once per process.
  RunBareSqlite(1);
  double ours = 0, bare = 0, events = 0;
  for (int round = 0; round < rounds; ++round) {
    double began = CpuSeconds();
    events = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
      events += static_cast<double>(typical.Run(static_cast<uint64_t>(seed)).events());
    }
    const double one = (CpuSeconds() - began) / seeds;
    began = CpuSeconds();
    for (int seed = 1; seed <= seeds; ++seed) RunBareSqlite(kBanks);
    const double other = (CpuSeconds() - began) / seeds;
    ours = round == 0 ? one : std::min(ours, one);
    bare = round == 0 ? other : std::min(bare, other);
  }
  std::printf("\na typical seed: %.2f ms, %.0f events; bare SQLite: %.2f ms\n", ours * 1e3,
              events / seeds, bare * 1e3);
  rows.Add({"typical seed: 10 databases x 300 transactions x 3", 1 / ours, "seeds/s", 35, 60,
            /*at_least=*/true});
  rows.Add({"typical seed limit: against bare SQLite", ours / bare, "x", 1.5, 1.25});
}

void AddRestart(Effort effort, Rows& rows) {
  const int rounds = effort == Effort::kQuick ? 3 : 5;
  const int crashes = effort == Effort::kQuick ? 300 : 2000;
  BankWorld bank(/*banks=*/1, kTransfers);
  bank.Work();
  double best = 0;
  for (int round = 0; round < rounds; ++round) {
    const double began = CpuSeconds();
    for (int i = 0; i < crashes; ++i) {
      bank.world().Crash("bank1", sim::DiskFate::kEach, absl::Milliseconds(50));
      bank.Work();  // It boots, reads and finds nothing to do.
    }
    const double one = (CpuSeconds() - began) / crashes;
    best = round == 0 ? one : std::min(best, one);
  }
  rows.Add({"crash and restart of a node with one database", best * 1e6, "us", 250, 150});
}

}  // namespace bench
