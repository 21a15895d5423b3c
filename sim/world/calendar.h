// Calendar: the business time of an organisation.
//
//   env.calendar().BusinessDate(env.clock().Now())   // to which day a payment belongs
//   env.calendar().NextCutOff(env.clock().Now())     // until when it still does
//
// The zone is an offset with transitions, given by the scenario and never by the
// host. Where local time jumps forward some local times do not exist: they stand for
// the instant of the jump. Where it is put back some exist twice: they stand for the
// first time.
//
// A business date ends at the cut-off: what comes at that instant or later belongs to
// the next business day, as does what comes on a day that is none. Days are those of
// absl::CivilDay: leap days, ends of months and years are right by themselves.

#ifndef SIM_WORLD_CALENDAR_H_
#define SIM_WORLD_CALENDAR_H_

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace sim {

struct CalendarSpec {
  absl::Duration utc_offset;                         // until the first transition
  std::map<absl::Time, absl::Duration> transitions;  // from that instant on, this offset
  absl::Duration cut_off = absl::Hours(24);          // after local midnight; at most 24 h
  std::set<absl::Weekday> weekend = {absl::Weekday::saturday, absl::Weekday::sunday};
  std::set<absl::CivilDay> holidays;
  std::set<absl::CivilDay> workdays;  // business days although they are in a weekend
};

class Calendar {
 public:
  // UTC, Saturdays and Sundays off, no holidays, the cut-off at midnight.
  Calendar() = default;
  // Not all days of the week may be weekend.
  explicit Calendar(CalendarSpec spec) : spec_(std::move(spec)) {}

  absl::CivilSecond Local(absl::Time at) const;
  // The instant for which a local time stands, see above.
  absl::Time At(absl::CivilSecond local) const;
  absl::Time At(absl::CivilDay day, absl::Duration after_midnight) const;

  bool IsBusinessDay(absl::CivilDay day) const;
  // The first one after `day`, the last one before it.
  absl::CivilDay NextBusinessDay(absl::CivilDay day) const;
  absl::CivilDay LastBusinessDay(absl::CivilDay day) const;

  absl::CivilDay BusinessDate(absl::Time at) const;
  // The end of a business date.
  absl::Time CutOff(absl::CivilDay day) const { return At(day, spec_.cut_off); }
  // The end of the business date that `at` belongs to: later than `at`.
  absl::Time NextCutOff(absl::Time at) const { return CutOff(BusinessDate(at)); }

  // Whether no business day of the same month, or year, comes after `day`, which is
  // one itself.
  bool IsMonthEnd(absl::CivilDay day) const;
  bool IsYearEnd(absl::CivilDay day) const;

 private:
  absl::Duration OffsetAt(absl::Time at) const;

  CalendarSpec spec_;
};

}  // namespace sim

#endif  // SIM_WORLD_CALENDAR_H_
