#include "sim/world/calendar.h"

#include <iterator>

namespace sim {
namespace {

constexpr absl::CivilSecond kUnixEpoch(1970);

absl::Time AsIfUtc(absl::CivilSecond local) { return absl::FromUnixSeconds(local - kUnixEpoch); }

}  // namespace

absl::Duration Calendar::OffsetAt(absl::Time at) const {
  const auto next = spec_.transitions.upper_bound(at);
  return next == spec_.transitions.begin() ? spec_.utc_offset : std::prev(next)->second;
}

absl::CivilSecond Calendar::Local(absl::Time at) const {
  return kUnixEpoch + absl::ToUnixSeconds(at + OffsetAt(at));
}

absl::Time Calendar::At(absl::CivilSecond local) const {
  // Within each stretch of one offset the local time stands for one instant at most.
  const absl::Time utc = AsIfUtc(local);
  absl::Duration offset = spec_.utc_offset;
  for (const auto& [at, after] : spec_.transitions) {
    if (utc - offset < at) break;
    // It comes after this stretch; if not in the next one either, it does not exist.
    if (utc - after < at) return at;
    offset = after;
  }
  return utc - offset;
}

absl::Time Calendar::At(absl::CivilDay day, absl::Duration after_midnight) const {
  return At(absl::CivilSecond(day) + absl::ToInt64Seconds(after_midnight));
}

bool Calendar::IsBusinessDay(absl::CivilDay day) const {
  if (spec_.workdays.count(day) > 0) return true;
  return spec_.holidays.count(day) == 0 && spec_.weekend.count(absl::GetWeekday(day)) == 0;
}

absl::CivilDay Calendar::NextBusinessDay(absl::CivilDay day) const {
  do ++day;
  while (!IsBusinessDay(day));
  return day;
}

absl::CivilDay Calendar::LastBusinessDay(absl::CivilDay day) const {
  do --day;
  while (!IsBusinessDay(day));
  return day;
}

absl::CivilDay Calendar::BusinessDate(absl::Time at) const {
  const absl::CivilDay today(Local(at));
  if (IsBusinessDay(today) && at < CutOff(today)) return today;
  return NextBusinessDay(today);
}

bool Calendar::IsMonthEnd(absl::CivilDay day) const {
  return IsBusinessDay(day) && absl::CivilMonth(NextBusinessDay(day)) != absl::CivilMonth(day);
}

bool Calendar::IsYearEnd(absl::CivilDay day) const {
  return IsBusinessDay(day) && absl::CivilYear(NextBusinessDay(day)) != absl::CivilYear(day);
}

}  // namespace sim
