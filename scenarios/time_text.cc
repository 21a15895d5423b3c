#include "scenarios/time_text.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/durations.h"
#include "faults/pins.h"
#include "sim/world/hardware_clock.h"

namespace scenarios {
namespace {

using absl::StrCat;
using faults::Diagnostics;
using faults::Where;

absl::CivilDay ReadDay(const std::string& text, const Where& where, Diagnostics& problems) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) {
    problems.push_back(where.Error(StrCat("\"", text, "\" is not a day, as in \"2026-10-01\"")));
  }
  return day;
}

absl::Time ReadInstant(const std::string& text, const Where& where, Diagnostics& problems) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, absl::UTCTimeZone(), &time, &error)) {
    problems.push_back(
        where.Error(StrCat("\"", text, "\" is not an instant, as in \"2026-03-29T01:00:00Z\"")));
  }
  return time;
}

// Zones are less than a day from UTC, and whole minutes.
absl::Duration ReadOffset(const std::string& text, const Where& where, Diagnostics& problems) {
  if (text.empty()) return absl::ZeroDuration();
  const absl::StatusOr<sim::Nanos> offset = faults::ParseSignedNanos(text);
  if (!offset.ok()) {
    problems.push_back(where.Error(std::string(offset.status().message())));
  } else if (*offset % sim::Minutes(1) != 0 || *offset <= -sim::Hours(24) ||
             *offset >= sim::Hours(24)) {
    problems.push_back(where.Error(
        StrCat("\"", text, "\" is no zone; write what local time is ahead of UTC, as in \"8h\" or ",
               "\"-3h30m\"")));
  } else {
    return sim::FromNanos(*offset);
  }
  return absl::ZeroDuration();
}

// "16:30" after local midnight; "24:00" is the end of the day.
absl::Duration ReadTimeOfDay(const std::string& text, const Where& where, Diagnostics& problems) {
  absl::Time time;
  std::string error;
  if (text == "24:00") return absl::Hours(24);
  if (absl::ParseTime("%H:%M", text, absl::UTCTimeZone(), &time, &error)) {
    return time - absl::UnixEpoch();
  }
  problems.push_back(where.Error(StrCat("\"", text, "\" is no time of a day, as in \"16:30\"")));
  return absl::ZeroDuration();
}

void ReadTransitions(const settle::Calendar& text, const Where& where, sim::CalendarSpec& spec,
                     Diagnostics& problems) {
  for (int i = 0; i < text.transition_size(); ++i) {
    const Where here = where.Field("transition", i);
    const absl::Time at = ReadInstant(text.transition(i).at(), here.Field("at"), problems);
    const absl::Duration offset =
        ReadOffset(text.transition(i).utc_offset(), here.Field("utc_offset"), problems);
    // A second change before the first one is felt would leave a local time no meaning.
    if (!spec.transitions.empty() && at < spec.transitions.rbegin()->first + absl::Hours(48)) {
      problems.push_back(
          here.Field("at").Error("transitions stand in the order of time, two days or more apart"));
    }
    spec.transitions[at] = offset;
  }
}

void ReadWeekend(const settle::Calendar& text, const Where& where, sim::CalendarSpec& spec,
                 Diagnostics& problems) {
  if (text.weekend_size() > 0) spec.weekend.clear();
  for (int i = 0; i < text.weekend_size(); ++i) {
    if (text.weekend(i) == settle::Calendar::NONE) {
      if (text.weekend_size() == 1) break;
      problems.push_back(where.Field("weekend", i)
                             .Error("NONE says that every day is a business day; it stands "
                                    "alone"));
      continue;
    }
    spec.weekend.insert(static_cast<absl::Weekday>(text.weekend(i) - 1));
  }
  if (spec.weekend.size() == 7) {
    problems.push_back(where.Field("weekend").Error("a week of weekends has no business day"));
  }
}

}  // namespace

absl::Time ReadStart(const std::string& text, const Where& where, Diagnostics& problems) {
  absl::CivilDay day;
  if (absl::ParseCivilTime(text, &day)) return absl::FromCivil(day, absl::UTCTimeZone());
  return ReadInstant(text, where, problems);
}

std::shared_ptr<const sim::Calendar> ReadCalendar(const settle::Calendar& text, const Where& where,
                                                  Diagnostics& problems) {
  sim::CalendarSpec spec;
  spec.utc_offset = ReadOffset(text.utc_offset(), where.Field("utc_offset"), problems);
  ReadTransitions(text, where, spec, problems);
  if (!text.cut_off().empty()) {
    spec.cut_off = ReadTimeOfDay(text.cut_off(), where.Field("cut_off"), problems);
  }
  ReadWeekend(text, where, spec, problems);
  for (int i = 0; i < text.holiday_size(); ++i) {
    spec.holidays.insert(ReadDay(text.holiday(i), where.Field("holiday", i), problems));
  }
  for (int i = 0; i < text.workday_size(); ++i) {
    const absl::CivilDay day = ReadDay(text.workday(i), where.Field("workday", i), problems);
    if (spec.holidays.count(day) > 0) {
      problems.push_back(where.Field("workday", i)
                             .Error(StrCat("\"", text.workday(i), "\" is a holiday as well")));
    }
    spec.workdays.insert(day);
  }
  return std::make_shared<const sim::Calendar>(std::move(spec));
}

sim::ClockSpec ReadClock(const settle::NodeClock& text, const Where& where, Diagnostics& problems) {
  sim::ClockSpec spec;
  spec.ntp = static_cast<sim::ClockSpec::Ntp>(text.ntp());
  spec.drift_ppm = text.drift_ppm();
  const int64_t drift = spec.drift_ppm < 0 ? -spec.drift_ppm : spec.drift_ppm;
  if (drift > faults::kMostPpm) {
    problems.push_back(where.Field("drift_ppm")
                           .Error(StrCat("a crystal that drifts by ", drift,
                                         " millionths is no clock; a bad one has 100, ",
                                         "the most is ", faults::kMostPpm)));
  } else if (text.ntp() == settle::NodeClock::SLEW && drift >= sim::kSlewPpm) {
    problems.push_back(where.Field("ntp").Error(
        StrCat("to slew corrects ", sim::kSlewPpm, " millionths, which does not keep up with a ",
               "drift of ", drift, "; write ntp: STEP")));
  }
  return spec;
}

}  // namespace scenarios
