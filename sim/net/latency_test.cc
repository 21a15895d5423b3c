// Goal: latencies are exact functions of their bits, with the quantiles that the
// header promises and never above its cap, on every machine.
// Method: bits whose latency can be worked out by hand, and the empirical
// distribution of a million hashed ones.

#include "sim/net/latency.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/core/hash.h"

namespace sim {
namespace {

constexpr uint64_t kAllOnes = ~uint64_t{0};

// `zeros` leading zeros, then a one, then `rest` as the next 16 bits.
uint64_t Bits(int zeros, uint64_t rest) {
  return (uint64_t{1} << (63 - zeros)) | (rest << (63 - zeros - 16));
}

TEST(LongTail, IsExactForKnownBits) {
  LongTail tail;
  const auto sample = [&tail](uint64_t bits) { return tail.Sample(0, 1, bits); };
  EXPECT_EQ(sample(Bits(0, 65535)), Millis(5)) << "floor and unit: the least";
  EXPECT_EQ(sample(kAllOnes), Millis(5));
  EXPECT_EQ(sample(Bits(2, 65535)), Millis(9)) << "two halvings double the unit";
  EXPECT_EQ(sample(Bits(4, 65535)), Millis(17));
  EXPECT_EQ(sample(Bits(1, 65535)), Millis(1) + Micros(5656) + 250) << "181/128 for a root of two";
  EXPECT_EQ(sample(Bits(0, 0)), Millis(5) + Nanos{1'656'250} * 65535 / 65536);
}

TEST(LongTail, IsCapped) {
  LongTail tail;
  EXPECT_EQ(tail.Sample(0, 1, 0), Millis(1) + Millis(4) * 256);
  EXPECT_EQ(tail.Sample(0, 1, 1), Millis(1) + Millis(4) * 256);
  EXPECT_LE(tail.Sample(0, 1, Bits(15, 0)), Millis(1) + Millis(4) * 256);
}

TEST(LongTail, KeepsItsQuantiles) {
  LongTail tail;
  constexpr size_t kSamples = 1'000'000;
  std::vector<Nanos> samples;
  samples.reserve(kSamples);
  for (uint64_t i = 0; i < kSamples; ++i) samples.push_back(tail.Sample(0, 1, Mix(i + 1)));
  std::stable_sort(samples.begin(), samples.end());
  EXPECT_NEAR(samples[kSamples / 2], Micros(6656), Micros(60));
  EXPECT_NEAR(samples[kSamples / 100 * 99], Millis(41), Millis(2));
  EXPECT_NEAR(samples[kSamples / 1000 * 999], Millis(127), Millis(8));
  EXPECT_GE(samples.front(), Millis(5));
  EXPECT_LE(samples.back(), Millis(1025));
}

RC_GTEST_PROP(LongTailLaw, MoreOnesAreNeverSlower, (uint64_t a, uint64_t b)) {
  LongTail tail;
  const Nanos of_less = tail.Sample(0, 1, std::min(a, b));
  const Nanos of_more = tail.Sample(0, 1, std::max(a, b));
  RC_ASSERT(of_more <= of_less);
}

RC_GTEST_PROP(LongTailLaw, StaysWithinItsBounds, (uint64_t bits)) {
  LongTail tail(Micros(100), Micros(64));
  const Nanos latency = tail.Sample(0, 1, bits);
  RC_ASSERT(latency >= Micros(164));
  RC_ASSERT(latency <= Micros(100 + 64 * 256));
}

}  // namespace
}  // namespace sim
