// Goal: what several searches know merges in any order and again without effect, and the
// rarest feature decides about energy. Method: laws over any few features, and examples.

#include "scenarios/search/hits.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace scenarios {
namespace {

Hits AnyHits() {
  Hits hits;
  const int features = *rc::gen::inRange(0, 6);
  for (int i = 0; i < features; ++i) {
    const auto feature = static_cast<Feature>(*rc::gen::inRange(0, 8));
    hits.Set(feature, static_cast<uint64_t>(*rc::gen::inRange(1, 5)));
  }
  return hits;
}

Hits Together(Hits a, const Hits& b) {
  a.Merge(b);
  return a;
}

RC_GTEST_PROP(HitsLaws, MergingIsCommutativeAssociativeAndIdempotent, ()) {
  const Hits a = AnyHits();
  const Hits b = AnyHits();
  const Hits c = AnyHits();
  RC_ASSERT(Together(a, b) == Together(b, a));
  RC_ASSERT(Together(Together(a, b), c) == Together(a, Together(b, c)));
  RC_ASSERT(Together(a, a) == a);
  RC_ASSERT(Together(Together(a, b), b) == Together(a, b));
}

RC_GTEST_PROP(HitsLaws, TheRarerFeatureHasTheGreaterEnergy, ()) {
  const auto seldom = static_cast<uint64_t>(*rc::gen::inRange(1, 1000));
  const auto often = seldom + static_cast<uint64_t>(*rc::gen::inRange(1, 1000));
  Hits hits;
  hits.Set(1, seldom);
  hits.Set(2, often);
  RC_ASSERT(Energy({1}, hits) > Energy({2}, hits));
  RC_ASSERT(Energy({2, 1}, hits) == Energy({1}, hits));
}

TEST(HitsTest, CountsRuns) {
  Hits hits;
  EXPECT_THAT(hits.Add({1, 2}), testing::ElementsAre(1, 2));
  EXPECT_THAT(hits.Add({2, 3}), testing::ElementsAre(3));
  EXPECT_EQ(hits.of(1), 1u);
  EXPECT_EQ(hits.of(2), 2u);
  EXPECT_EQ(hits.of(9), 0u);
  EXPECT_EQ(hits.size(), 3u);
}

TEST(HitsTest, EverybodyHasSomeEnergy) {
  Hits hits;
  hits.Set(1, uint64_t{1} << 40);
  EXPECT_EQ(Energy({1}, hits), 1u);
  EXPECT_GE(Energy({}, hits), 1u);
}

}  // namespace
}  // namespace scenarios
