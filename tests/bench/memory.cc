#include "tests/bench/memory.h"

#include <malloc.h>

#include <cstdio>

#include "tests/bench/bank.h"
#include "tests/bench/cpu_time.h"
#include "tests/bench/seeds.h"

namespace bench {
namespace {

// Bytes that were asked for and not given back.
double InUse() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
}

}  // namespace

void AddMemory(Effort effort, Rows& rows) {
  // Before anything that needs more: the peak never falls. The same seed is run before
  // each look at what is in use, so that what it needs does not count.
  constexpr int kFew = 200;
  const int many = effort == Effort::kQuick ? 1000 : 20'000;
  ExchangeSeeds seeds;
  double half = 0;
  double few_peak = 0;
  for (int seed = 1; seed <= many; ++seed) {
    seeds.Run(static_cast<uint64_t>(seed));
    if (seed == kFew) few_peak = static_cast<double>(PeakMemory());
    if (seed != many / 2 && seed != many) continue;
    seeds.Run(1);
    if (seed != many) half = InUse();
  }
  const double all = InUse();
  const double peak = static_cast<double>(PeakMemory());
  std::printf(
      "%.1f KiB in use after %d seeds, %.1f KiB after %d; at most %.1f MiB, then %.1f MiB\n",
      half / 1024, many / 2, all / 1024, many, few_peak / 1024, peak / 1024);
  rows.Add({"memory: peak after many seeds against 200", peak / few_peak, "x", 1.02, 1});
  rows.Add({"memory: growth over the second half of many seeds", (all - half) / 1024, "KiB", 0, 0});

  constexpr int kDatabases = 100;
  const double before = InUse();
  BankWorld banks(kDatabases, /*transfers=*/50);
  banks.Work();
  rows.Add({"memory: a 100-account database with its node", (InUse() - before) / 1024 / kDatabases,
            "KiB", 300, 300});
}

}  // namespace bench
