// Goal: a moment belongs to one day, days follow each other without a gap, and dates
// can be read back. Method: both sides of cut-offs, over a month's end and a leap day.

#include "systems/exchange/bill_day.h"

#include "gtest/gtest.h"

namespace exchange {
namespace {

constexpr int64_t kHour = 3'600'000;

TEST(BillDaysTest, EndAtTheCutOff) {
  for (const int64_t ends_at : {int64_t{0}, 22 * kHour}) {
    const BillDays days(ends_at);
    const int64_t end = days.EndOf(20'000);
    EXPECT_EQ(days.Of(end - 1), 20'000);
    EXPECT_EQ(days.Of(end), 20'001);
    EXPECT_EQ(days.EndOf(20'001) - end, 24 * kHour);
  }
}

TEST(BillDaysTest, AreNamedByTheDateOnWhichTheyBegin) {
  const BillDays days(22 * kHour);
  const int64_t midnight = 1'767'571'200'000;  // 2026-01-05
  EXPECT_EQ(BillDays::Text(days.Of(midnight + 21 * kHour)), "2026-01-04");
  EXPECT_EQ(BillDays::Text(days.Of(midnight + 22 * kHour)), "2026-01-05");
}

TEST(BillDaysTest, CanBeReadBack) {
  for (const char* text : {"2026-01-31", "2026-02-01", "2028-02-29"}) {
    EXPECT_EQ(BillDays::Text(BillDays::Parse(text)), text);
  }
  EXPECT_EQ(BillDays::Parse("2026-02-01") - BillDays::Parse("2026-01-31"), 1);
  EXPECT_EQ(BillDays::Parse("tomorrow"), -1);
}

}  // namespace
}  // namespace exchange
