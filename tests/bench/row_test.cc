// Goal: a row says met or missed as its target means it, and an exponent is the one
// that the measurements were made with.
// Method: rows on both sides of their targets, and costs of known exponents.

#include "tests/bench/row.h"

#include <cmath>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/bench/scaling.h"

namespace bench {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

Row AtMost(double measured) { return {"cost", measured, "x", 2.0, 1.3}; }
Row AtLeast(double measured) { return {"speed", measured, "x", 1.5, 2.5, /*at_least=*/true}; }

TEST(Row, OfWhatMustBeLowIsMetBelow) {
  EXPECT_THAT(LineOf(AtMost(1.3)), EndsWith("met, and the stretch\n"));
  EXPECT_THAT(LineOf(AtMost(2.0)), EndsWith("<= 1.3  met\n"));
  EXPECT_THAT(LineOf(AtMost(2.01)), EndsWith("MISSED\n"));
}

TEST(Row, OfWhatMustBeHighIsMetAbove) {
  EXPECT_THAT(LineOf(AtLeast(2.5)), EndsWith("met, and the stretch\n"));
  EXPECT_THAT(LineOf(AtLeast(1.5)), EndsWith(">= 2.5  met\n"));
  EXPECT_THAT(LineOf(AtLeast(1.49)), EndsWith("MISSED\n"));
}

TEST(Row, SaysHowMuchOfWhatMustBeItIs) {
  EXPECT_DOUBLE_EQ(AtMost(3).share(), 1.5);
  EXPECT_DOUBLE_EQ(AtLeast(3).share(), 0.5);
  EXPECT_THAT(LineOf(AtMost(3)), HasSubstr("1.50"));
}

TEST(FittedExponent, IsTheOneOfThePower) {
  for (const double exponent : {0.5, 1.0, 2.0}) {
    std::vector<Measurement> measurements;
    for (const double size : {10.0, 100.0, 1000.0}) {
      measurements.push_back({size, 3 * std::pow(size, exponent)});
    }
    EXPECT_NEAR(FittedExponent(measurements), exponent, 1e-9);
  }
}

}  // namespace
}  // namespace bench
