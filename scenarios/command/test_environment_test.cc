// What Bazel asks of a test, read from a made-up environment, and the seeds that
// follow from it: together the shards and runs must take every seed once.

#include "scenarios/command/test_environment.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scenarios/command/seeds.h"

namespace scenarios {
namespace {

using Environment = std::map<std::string, std::string>;

absl::StatusOr<TestEnvironment> Read(const Environment& environment) {
  return ReadTestEnvironment([&environment](const char* name) -> const char* {
    const auto it = environment.find(name);
    return it == environment.end() ? nullptr : it->second.c_str();
  });
}

TEST(TestEnvironment, TakesAllSeedsOutsideOfBazel) {
  const auto test = Read({});
  ASSERT_TRUE(test.ok());
  const Seeds share = test->Share({1, 200, 1});
  EXPECT_EQ(share.first, 1u);
  EXPECT_EQ(share.last, 200u);
  EXPECT_EQ(share.count(), 200u);
}

TEST(TestEnvironment, ShardsAndRunsTakeEverySeedOnce) {
  std::set<uint64_t> taken;
  uint64_t count = 0;
  for (int run = 1; run <= 3; ++run) {
    for (int shard = 0; shard < 4; ++shard) {
      const auto test = Read({{"TEST_TOTAL_SHARDS", "4"},
                              {"TEST_SHARD_INDEX", absl::StrCat(shard)},
                              {"TEST_RANDOM_SEED", absl::StrCat(run)}});
      ASSERT_TRUE(test.ok());
      const Seeds share = test->Share({1, 10, 1});
      count += share.count();
      for (uint64_t i = 0; i < share.count(); ++i) taken.insert(share.first + i * share.step);
    }
  }
  EXPECT_EQ(count, 30u);
  EXPECT_EQ(taken.size(), 30u);
  EXPECT_EQ(*taken.begin(), 1u);
  EXPECT_EQ(*taken.rbegin(), 30u);
}

TEST(TestEnvironment, SlowBuildsTakeFewerSeedsButNeverNone) {
  const auto test = Read({{"SETTLE_SEEDS_DIVISOR", "20"}});
  ASSERT_TRUE(test.ok());
  EXPECT_EQ(test->Share({1, 200, 1}).count(), 10u);
  EXPECT_EQ(test->Scaled(50), 2u);
  EXPECT_EQ(test->Scaled(3), 1u);
}

TEST(TestEnvironment, SoaksTakeMoreSeedsFromWhereTheyAreTold) {
  const auto test = Read({{"SETTLE_SEEDS_FACTOR", "50"}, {"SETTLE_FIRST_SEED", "5000"}});
  ASSERT_TRUE(test.ok());
  const Seeds share = test->Share({1, 10, 1});
  EXPECT_EQ(share.first, 5000u);
  EXPECT_EQ(share.count(), 500u);
}

TEST(TestEnvironment, KnowsWhereItsOutputsWillBe) {
  const auto whole = Read({{"TEST_TARGET", "//scenarios/exchange:pay_test"}});
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->outputs_zip,
            "bazel-testlogs/scenarios/exchange/pay_test/test.outputs/outputs.zip");
  const auto shard =
      Read({{"TEST_TARGET", "//:pay_test"}, {"TEST_TOTAL_SHARDS", "4"}, {"TEST_SHARD_INDEX", "2"}});
  ASSERT_TRUE(shard.ok());
  EXPECT_EQ(shard->outputs_zip, "bazel-testlogs/pay_test/shard_3_of_4/test.outputs/outputs.zip");
}

TEST(TestEnvironment, RefusesWhatIsNoNumber) {
  EXPECT_FALSE(Read({{"SETTLE_SEEDS_DIVISOR", "0"}}).ok());
  EXPECT_FALSE(Read({{"SETTLE_SEEDS_FACTOR", "many"}}).ok());
  EXPECT_FALSE(Read({{"TEST_TOTAL_SHARDS", "2"}, {"TEST_SHARD_INDEX", "2"}}).ok());
}

TEST(Seeds, AreReadAsARangeOrOne) {
  const auto range = ParseSeeds("3..12");
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->first, 3u);
  EXPECT_EQ(range->count(), 10u);
  const auto one = ParseSeeds("7");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->first, 7u);
  EXPECT_EQ(one->count(), 1u);
}

TEST(Seeds, ThatAreNoneAreRefused) {
  for (const char* text :
       {"", "..", "1..", "..5", "5..1", "1...5", "-1", "a..b", "0..18446744073709551615"}) {
    EXPECT_FALSE(ParseSeeds(text).ok()) << text;
  }
}

}  // namespace
}  // namespace scenarios
