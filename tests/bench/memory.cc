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
  constexpr int kDatabases = 100;
  const double before = InUse();
  {
    BankWorld banks(kDatabases, /*transfers=*/50);
    banks.Work();
    rows.Add({"memory: a 100-account database with its node",
              (InUse() - before) / 1024 / kDatabases, "KiB", 300, 200});
  }

  // The same seed is run at both ends, so that what it needs does not count.
  const int many = effort == Effort::kQuick ? 1000 : 10'000;
  ExchangeSeeds seeds;
  double early = 0;
  for (int seed = 1; seed <= many; ++seed) {
    seeds.Run(static_cast<uint64_t>(seed));
    if (seed != many / 10 && seed != many) continue;
    seeds.Run(1);
    if (seed != many) early = InUse();
  }
  std::printf("after %d seeds: %.2f MiB in use, at most %.1f MiB resident\n", many,
              InUse() / (1 << 20), static_cast<double>(PeakMemory()) / 1024);
  rows.Add(
      {"memory: growth from seed to seed", (InUse() - early) / (many - many / 10), "bytes", 1, 0});
}

}  // namespace bench
