// The business calendar, by the dates that break software: changes of daylight saving,
// holidays between weekends, make-up days, ends of months and years, leap days.

#include "sim/world/calendar.h"

#include "gtest/gtest.h"

namespace sim {
namespace {

using absl::CivilDay;
using absl::CivilSecond;
using absl::Hours;
using absl::Minutes;

absl::Time Utc(CivilSecond civil) { return absl::FromCivil(civil, absl::UTCTimeZone()); }

// Central Europe in 2026.
CalendarSpec Berlin() {
  CalendarSpec spec;
  spec.utc_offset = Hours(1);
  spec.transitions[Utc(CivilSecond(2026, 3, 29, 1))] = Hours(2);
  spec.transitions[Utc(CivilSecond(2026, 10, 25, 1))] = Hours(1);
  spec.cut_off = Hours(16) + Minutes(30);
  return spec;
}

TEST(CalendarTest, IsUtcByItself) {
  const Calendar calendar;
  EXPECT_EQ(calendar.Local(Utc(CivilSecond(2026, 1, 5, 12))), CivilSecond(2026, 1, 5, 12));
  EXPECT_EQ(calendar.At(CivilSecond(2026, 1, 5, 12)), Utc(CivilSecond(2026, 1, 5, 12)));
}

TEST(CalendarTest, LeavesOutAnHourInSpring) {
  const Calendar calendar(Berlin());
  const absl::Time change = Utc(CivilSecond(2026, 3, 29, 1));
  EXPECT_EQ(calendar.Local(change - absl::Seconds(1)), CivilSecond(2026, 3, 29, 1, 59, 59));
  EXPECT_EQ(calendar.Local(change), CivilSecond(2026, 3, 29, 3));
  EXPECT_EQ(calendar.At(CivilSecond(2026, 3, 29, 1, 59, 59)), change - absl::Seconds(1));
  EXPECT_EQ(calendar.At(CivilSecond(2026, 3, 29, 2)), change);
  EXPECT_EQ(calendar.At(CivilSecond(2026, 3, 29, 2, 30)), change);
  EXPECT_EQ(calendar.At(CivilSecond(2026, 3, 29, 3)), change);
  EXPECT_EQ(calendar.At(CivilSecond(2026, 3, 29, 3, 30)), change + Minutes(30));
}

TEST(CalendarTest, HasAnHourTwiceInAutumn) {
  const Calendar calendar(Berlin());
  const absl::Time change = Utc(CivilSecond(2026, 10, 25, 1));
  EXPECT_EQ(calendar.Local(change - Minutes(30)), CivilSecond(2026, 10, 25, 2, 30));
  EXPECT_EQ(calendar.Local(change + Minutes(30)), CivilSecond(2026, 10, 25, 2, 30));
  EXPECT_EQ(calendar.At(CivilSecond(2026, 10, 25, 2, 30)), change - Minutes(30));
  EXPECT_EQ(calendar.At(CivilSecond(2026, 10, 25, 3)), change + Hours(1));
}

TEST(CalendarTest, PutsWhatComesAfterTheCutOffOnTheNextBusinessDay) {
  const Calendar calendar(Berlin());
  const absl::Time cut_off = Utc(CivilSecond(2026, 1, 9, 15, 30));  // a Friday
  EXPECT_EQ(calendar.CutOff(CivilDay(2026, 1, 9)), cut_off);
  EXPECT_EQ(calendar.BusinessDate(cut_off - absl::Nanoseconds(1)), CivilDay(2026, 1, 9));
  EXPECT_EQ(calendar.NextCutOff(cut_off - absl::Nanoseconds(1)), cut_off);
  EXPECT_EQ(calendar.BusinessDate(cut_off), CivilDay(2026, 1, 12));
  EXPECT_EQ(calendar.NextCutOff(cut_off), cut_off + Hours(72));
  EXPECT_EQ(calendar.BusinessDate(Utc(CivilSecond(2026, 1, 10, 9))), CivilDay(2026, 1, 12));
}

TEST(CalendarTest, KnowsHolidaysAndWorkdaysInWeekends) {
  CalendarSpec spec;
  for (int day = 1; day <= 7; ++day) spec.holidays.insert(CivilDay(2026, 10, day));
  spec.workdays = {CivilDay(2026, 10, 10)};  // a Saturday, to make up for them
  const Calendar calendar(spec);
  EXPECT_EQ(calendar.NextBusinessDay(CivilDay(2026, 9, 30)), CivilDay(2026, 10, 8));
  EXPECT_EQ(calendar.NextBusinessDay(CivilDay(2026, 10, 9)), CivilDay(2026, 10, 10));
  EXPECT_EQ(calendar.NextBusinessDay(CivilDay(2026, 10, 10)), CivilDay(2026, 10, 12));
  EXPECT_EQ(calendar.LastBusinessDay(CivilDay(2026, 10, 8)), CivilDay(2026, 9, 30));
}

TEST(CalendarTest, KnowsEndsOfMonthsAndYears) {
  const Calendar calendar;
  EXPECT_TRUE(calendar.IsMonthEnd(CivilDay(2026, 1, 30)));  // the 31st is a Saturday
  EXPECT_FALSE(calendar.IsMonthEnd(CivilDay(2026, 1, 31)));
  EXPECT_FALSE(calendar.IsMonthEnd(CivilDay(2028, 2, 28)));
  EXPECT_TRUE(calendar.IsMonthEnd(CivilDay(2028, 2, 29)));  // a leap day
  EXPECT_TRUE(calendar.IsYearEnd(CivilDay(2026, 12, 31)));
  EXPECT_FALSE(calendar.IsYearEnd(CivilDay(2026, 1, 30)));
}

}  // namespace
}  // namespace sim
