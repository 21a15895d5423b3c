// Goal: durations survive text exactly, and bad ones are refused with the right
// way to write them. Method: a round trip as a law, the rest by example.

#include "faults/durations.h"

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace faults {
namespace {

RC_GTEST_PROP(DurationsTest, SurviveText, (sim::Nanos nanos)) {
  RC_ASSERT(ParseSignedNanos(NanosText(nanos)).value() == nanos);
}

// Most integers are far longer than a day; round numbers are what people write.
RC_GTEST_PROP(DurationsTest, SurviveTextWhenRound, ()) {
  const int64_t count = *rc::gen::inRange<int64_t>(-5'000, 5'000);
  const sim::Nanos unit = *rc::gen::element(sim::Nanos{1}, sim::Micros(1), sim::Millis(1),
                                            sim::Seconds(1), sim::Minutes(1), sim::Hours(1));
  RC_ASSERT(ParseSignedNanos(NanosText(count * unit)).value() == count * unit);
}

TEST(DurationsTest, AreWrittenShort) {
  EXPECT_EQ(NanosText(0), "0s");
  EXPECT_EQ(NanosText(sim::Millis(900)), "900ms");
  EXPECT_EQ(NanosText(sim::Minutes(10)), "10m");
  EXPECT_EQ(NanosText(sim::Minutes(90)), "1h30m");
  EXPECT_EQ(NanosText(-sim::Millis(2500)), "-2.5s");
}

TEST(DurationsTest, ReadAloud) {
  EXPECT_EQ(NanosInWords(0), "0 s");
  EXPECT_EQ(NanosInWords(17), "17 ns");
  EXPECT_EQ(NanosInWords(sim::Micros(250)), "250 us");
  EXPECT_EQ(NanosInWords(sim::Millis(1500)), "1.5 s");
  EXPECT_EQ(NanosInWords(sim::Minutes(90) + sim::Seconds(2)), "1 h 30 min 2 s");
}

TEST(DurationsTest, AreRefusedWithAReason) {
  EXPECT_EQ(ParseNanos("250").status().message(),
            "\"250\" is not a duration; write a number with its unit, as in \"250ms\", \"10m\" or "
            "\"2h\"");
  EXPECT_EQ(ParseNanos("-1s").status().message(), "\"-1s\" is negative; it must be 0 or more");
  EXPECT_EQ(ParseNanos("inf").status().message(),
            "\"inf\" is not a whole number of nanoseconds below 292 years");
  EXPECT_FALSE(ParseNanos("0.25ns").ok());
  EXPECT_FALSE(ParseNanos("9999999h").ok());
  EXPECT_FALSE(ParseNanos("").ok());
}

}  // namespace
}  // namespace faults
