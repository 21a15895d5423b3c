// BillDay: the days of statements, which end at the cut-off and not at midnight.
//
// A day is a number, days since 1970, and in files a date: "2026-01-05" is the day
// that began on 5 January at the cut-off. Times are milliseconds since 1970, UTC.

#ifndef SYSTEMS_EXCHANGE_BILL_DAY_H_
#define SYSTEMS_EXCHANGE_BILL_DAY_H_

#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"

namespace exchange {

class BillDays {
 public:
  explicit BillDays(int64_t day_ends_at_ms) : ends_at_(day_ends_at_ms) {}

  // The day in which `ms` lies; times are after 1970.
  int64_t Of(int64_t ms) const { return (ms - ends_at_) / kDay; }

  // The first moment after `day`.
  int64_t EndOf(int64_t day) const { return (day + 1) * kDay + ends_at_; }

  static std::string Text(int64_t day) {
    return absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + day);
  }

  // -1 if it is no date.
  static int64_t Parse(const std::string& text) {
    absl::CivilDay date;
    if (!absl::ParseCivilTime(text, &date)) return -1;
    return date - absl::CivilDay(1970, 1, 1);
  }

 private:
  static constexpr int64_t kDay = 24 * 60 * 60 * int64_t{1000};

  int64_t ends_at_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_BILL_DAY_H_
