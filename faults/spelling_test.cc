// Goal: a misspelt name is answered with the one that was meant, and a name that
// resembles nothing with nothing. Method: names of a small world.

#include "faults/spelling.h"

#include "gtest/gtest.h"

namespace faults {
namespace {

const std::vector<std::string> kKnown = {"gateway", "ledger", "ledger2", "a"};

TEST(SpellingTest, FindsTheNearestName) {
  EXPECT_EQ(NearestName("legder", kKnown), "ledger");
  EXPECT_EQ(NearestName("Gateway", kKnown), "gateway");
}

// As fingers do.
TEST(SpellingTest, ForgivesNeighboursThatWereSwapped) {
  EXPECT_EQ(NearestName("rnu", {"list", "run"}), "run");
  EXPECT_EQ(NearestName("nur", {"list", "run"}), "");
}

TEST(SpellingTest, PrefersTheFirstOfEquals) { EXPECT_EQ(NearestName("ledger3", kKnown), "ledger"); }

TEST(SpellingTest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(NearestName("bank", kKnown), "");
  EXPECT_EQ(DidYouMean("bank", kKnown), "");
  EXPECT_EQ(DidYouMean("b", kKnown), "");
}

TEST(SpellingTest, EndsAnError) {
  EXPECT_EQ(DidYouMean("gatway", kKnown), "; did you mean \"gateway\"?");
}

}  // namespace
}  // namespace faults
