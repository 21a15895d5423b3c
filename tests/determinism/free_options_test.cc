// Goal: how a database does its work changes no run: the options of its transactions that
// are free. Method: whole scenarios with each option off; every byte of the result, and so
// the digest, is compared. Options do change when which page goes to the journal, and so
// what a disk takes and where it fails: disks take no time here, and do not fail. That the
// options arrive is shown by one that is not free.

#include <cstdint>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "sim/storage/lock_rules.h"
#include "tests/determinism/scenarios.h"

namespace determinism {
namespace {

constexpr uint64_t kSeeds = 12;

// Where everything goes wrong with transactions and connections, and nothing with disks.
constexpr const char* kNoDiskFails[] = {
    "shared/cut_from_the_database",
    "shared/deadlock_victims",
    "shared/lagging_replica",
    "shared/lock_timeouts",
};

class FreeOptions : public testing::TestWithParam<const char*> {
 protected:
  settle::RunResult Run(const scenarios::RunOptions& options) {
    return loaded_.runner(0).Run(options);
  }

  Scenarios loaded_{{GetParam()}};
};

TEST_P(FreeOptions, ChangeNoRun) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    scenarios::RunOptions options;
    options.seed = seed;
    options.disks_take_time = false;
    options.chaos = absl::StartsWith(GetParam(), "shared/");  // The exchange's has failing disks.
    const settle::RunResult with = Run(options);
    for (bool sim::LockRules::* const option : sim::kFreeOptions) {
      options.rules = sim::LockRules();
      options.rules.*option = !(options.rules.*option);
      const settle::RunResult without = Run(options);
      EXPECT_EQ(without.digest(), with.digest()) << "seed " << seed;
      EXPECT_TRUE(without.SerializeAsString() == with.SerializeAsString()) << "seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Exchange, FreeOptions, testing::ValuesIn(kVariants));
INSTANTIATE_TEST_SUITE_P(Shared, FreeOptions, testing::ValuesIn(kNoDiskFails));

TEST(Options, Arrive) {
  Scenarios loaded(kVariants);
  int changed = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    scenarios::RunOptions options;
    options.seed = seed;
    const uint64_t with = loaded.runner(0).Run(options).digest();
    options.rules.flaw = sim::LockFlaw::kNoRowLocks;
    changed += loaded.runner(0).Run(options).digest() != with ? 1 : 0;
  }
  EXPECT_GT(changed, 0) << "without row locks nothing is different";
}

}  // namespace
}  // namespace determinism
