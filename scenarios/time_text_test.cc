// Goal: a calendar means what it says, and what is no time is refused where it stands.
// Method: a good scenario with all that can be said about time, and the same with one
// slip each.

#include "scenarios/time_text.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

using testing::HasSubstr;

constexpr char kGood[] = R"text(starts: "2026-03-27T16:00:00Z"
organisation {
  name: "bank"
  calendar {
    utc_offset: "1h"
    transition { at: "2026-03-29T01:00:00Z" utc_offset: "2h" }
    transition { at: "2026-10-25T01:00:00Z" utc_offset: "1h" }
    cut_off: "16:30"
    weekend: SUNDAY
    holiday: "2026-04-03"
    workday: "2026-04-05"
  }
  node { name: "teller" system: "toy.Teller" }
  node { name: "ledger" system: "toy.Ledger" clock { drift_ppm: -40 ntp: SLEW } }
}
workload { name: "pay" clients: 2 operations: 5 }
check { name: "booked_once" }
)text";

std::unique_ptr<LoadedScenario> Load(const std::string& text, std::vector<std::string>& errors) {
  static const Catalogue* const catalogue = new Catalogue(ToyCatalogue());
  faults::Diagnostics problems;
  auto scenario = LoadText("pay", text, *catalogue, problems);
  for (const faults::Diagnostic& problem : problems) errors.push_back(problem.ToString());
  return scenario;
}

std::string Slip(absl::string_view right, absl::string_view wrong) {
  EXPECT_THAT(kGood, HasSubstr(std::string(right)));
  std::vector<std::string> errors;
  Load(absl::StrReplaceAll(kGood, {{right, wrong}}), errors);
  return absl::StrJoin(errors, "\n");
}

TEST(TimeText, IsGivenToTheNodes) {
  std::vector<std::string> errors;
  const auto scenario = Load(kGood, errors);
  ASSERT_NE(scenario, nullptr) << absl::StrJoin(errors, "\n");
  const WorldPlan& world = scenario->world();
  EXPECT_EQ(absl::FormatTime(world.epoch, absl::UTCTimeZone()), "2026-03-27T16:00:00+00:00");
  EXPECT_EQ(world.nodes[1].clock.ntp, sim::ClockSpec::Ntp::kSlew);
  EXPECT_EQ(world.nodes[1].clock.drift_ppm, -40);
  ASSERT_NE(world.nodes[0].calendar, nullptr);
  const sim::Calendar& calendar = *world.nodes[0].calendar;
  EXPECT_EQ(calendar.Local(world.epoch), absl::CivilSecond(2026, 3, 27, 17));
  EXPECT_EQ(calendar.Local(world.epoch + absl::Hours(48)), absl::CivilSecond(2026, 3, 29, 18));
  EXPECT_EQ(calendar.BusinessDate(world.epoch), absl::CivilDay(2026, 3, 28));
  EXPECT_EQ(calendar.NextBusinessDay(absl::CivilDay(2026, 4, 2)), absl::CivilDay(2026, 4, 4));
  EXPECT_EQ(calendar.NextBusinessDay(absl::CivilDay(2026, 4, 4)), absl::CivilDay(2026, 4, 5));
}

TEST(TimeText, MayLeaveEverythingOut) {
  std::vector<std::string> errors;
  const auto scenario = Load(R"(organisation { name: "bank"
    calendar { weekend: NONE }
    node { name: "teller" system: "toy.Teller" } node { name: "ledger" system: "toy.Ledger" } }
    check { name: "booked_once" })",
                             errors);
  ASSERT_NE(scenario, nullptr) << absl::StrJoin(errors, "\n");
  EXPECT_EQ(scenario->world().epoch, sim::WorldOptions().epoch);
  EXPECT_TRUE(scenario->world().nodes[0].calendar->IsBusinessDay(absl::CivilDay(2026, 1, 10)));
}

TEST(TimeText, RefusesWhatIsNoTime) {
  EXPECT_EQ(Slip("2026-03-27T16:00:00Z", "March"),
            "pay:1:1: error: \"March\" is not an instant, as in \"2026-03-29T01:00:00Z\"");
  EXPECT_EQ(Slip("utc_offset: \"1h\"\n", "utc_offset: \"25h\"\n"),
            "pay:5:5: error: \"25h\" is no zone; write what local time is ahead of UTC, as in "
            "\"8h\" or \"-3h30m\"");
  EXPECT_EQ(Slip("16:30", "4.30"), "pay:8:5: error: \"4.30\" is no time of a day, as in \"16:30\"");
  EXPECT_EQ(Slip("2026-04-03", "2026-02-30"),
            "pay:10:5: error: \"2026-02-30\" is not a day, as in \"2026-10-01\"");
}

TEST(TimeText, RefusesWhatContradictsItself) {
  EXPECT_EQ(Slip("2026-10-25T01", "2026-03-30T01"),
            "pay:7:18: error: transitions stand in the order of time, two days or more apart");
  EXPECT_EQ(Slip("weekend: SUNDAY", "weekend: SUNDAY weekend: NONE"),
            "pay:9:21: error: NONE says that every day is a business day; it stands alone");
  EXPECT_THAT(Slip("weekend: SUNDAY",
                   "weekend: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY]"),
              HasSubstr("a week of weekends has no business day"));
  EXPECT_EQ(Slip("2026-04-05", "2026-04-03"),
            "pay:11:5: error: \"2026-04-03\" is a holiday as well");
}

TEST(TimeText, RefusesClocksThatNobodyHas) {
  EXPECT_EQ(Slip("-40", "4000"),
            "pay:14:54: error: a crystal that drifts by 4000 millionths is no clock; a bad one has "
            "100, the most is 1000");
  EXPECT_EQ(Slip("-40", "600"),
            "pay:14:69: error: to slew corrects 500 millionths, which does not keep up with a "
            "drift of 600; write ntp: STEP");
}

}  // namespace
}  // namespace scenarios
