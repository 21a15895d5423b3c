// Goal: every seed that did not run is taken once, in order. Method: all sets of seeds
// that ran among eight, and all sizes of batches.

#include "scenarios/command/seed_queue.h"

#include <vector>

#include "gtest/gtest.h"

namespace scenarios {
namespace {

constexpr uint64_t kFirst = 5, kCount = 8;

// The seeds around the range whose bits are set.
std::vector<SeedInterval> Ran(uint64_t bits) {
  std::vector<SeedInterval> ran;
  for (uint64_t seed = kFirst - 1; seed <= kFirst + kCount; ++seed) {
    if ((bits >> (seed - kFirst + 1) & 1) == 0) continue;
    if (!ran.empty() && ran.back().last + 1 == seed) {
      ran.back().last = seed;
    } else {
      ran.push_back({seed, seed});
    }
  }
  return ran;
}

TEST(SeedQueueTest, GivesWhatDidNotRunOnceAndInOrder) {
  for (uint64_t bits = 0; bits < 1 << (kCount + 2); ++bits) {
    std::vector<uint64_t> expected;
    for (uint64_t seed = kFirst; seed < kFirst + kCount; ++seed) {
      if ((bits >> (seed - kFirst + 1) & 1) == 0) expected.push_back(seed);
    }
    for (const uint64_t most : {1, 3, 100}) {
      SeedQueue queue(kFirst, kCount, Ran(bits));
      EXPECT_EQ(queue.size(), expected.size());
      std::vector<uint64_t> taken;
      while (!queue.empty()) {
        const SeedInterval batch = queue.Take(most);
        EXPECT_LE(batch.last - batch.first + 1, most);
        for (uint64_t seed = batch.first; seed <= batch.last; ++seed) taken.push_back(seed);
      }
      ASSERT_EQ(taken, expected) << "bits " << bits << ", batches of " << most;
    }
  }
}

TEST(SeedQueueTest, GivesWhatIsReturnedFirst) {
  SeedQueue queue(1, 10, {});
  EXPECT_EQ(queue.Take(5).last, 5u);
  queue.Return({3, 5});
  EXPECT_EQ(queue.size(), 8u);
  EXPECT_EQ(queue.Take(2).first, 3u);
  EXPECT_EQ(queue.Take(9).first, 5u);
  EXPECT_EQ(queue.Take(9).first, 6u);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace scenarios
