// Goal: each fault of this folder does something, and its check notices it.
// Method: the scenario of the fault, unchanged but for the quirk that is planted in
// its components. Without the quirk the scenario's own test says that it holds. The faults
// that docs/exchange.md shows by a scenario of this folder are tested with its table.

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scenarios/testing/changed_scenario.h"
#include "scenarios/time/catalogue.h"

namespace scenarios {
namespace {

// How many seeds break `check` of a scenario, when `quirk` is planted in all nodes of
// `system`; without the rules of the fault `without`, if it is given.
int Noticed(const std::string& scenario, const std::string& system, const std::string& quirk,
            const std::string& check, const std::string& without = "") {
  Catalogue catalogue;
  AddTime(catalogue);
  ChangedScenario changed(absl::StrCat("scenarios/time/", scenario, ".textproto"));
  changed.Plant(system, quirk);
  if (!without.empty()) changed.LeaveOut(without);
  return changed.Breaks(check, catalogue);
}

int NoticedByWorkers(const std::string& scenario, const std::string& without = "") {
  return Noticed(scenario, "time.Worker", "believes_its_lease", "no_stale_write", without);
}
int NoticedByNumbers(const std::string& scenario, const std::string& without = "") {
  return Noticed(scenario, "time.Numbers", "trusts_its_clock", "numbers_grow", without);
}

TEST(FaultsAreNoticedTest, Pause) {
  EXPECT_GT(NoticedByWorkers("pause"), 0);
  EXPECT_EQ(NoticedByWorkers("pause", "pause"), 0);
}

TEST(FaultsAreNoticedTest, EarlierClock) {
  EXPECT_GT(NoticedByNumbers("earlier_clock"), 0);
  EXPECT_EQ(NoticedByNumbers("earlier_clock", "jump"), 0);
}

// Why operators of Snowflake are told to keep NTP from stepping.
TEST(FaultsAreNoticedTest, NtpMakesClocksGoBackOnlyIfItSteps) {
  EXPECT_GT(NoticedByNumbers("ntp_step"), 0);
  EXPECT_EQ(NoticedByNumbers("ntp_slew"), 0);
  EXPECT_EQ(NoticedByNumbers("ntp_off"), 0);
}

TEST(FaultsAreNoticedTest, NightsThatAreMissedOrComeTwice) {
  EXPECT_GT(Noticed("eight_months", "time.Nightly", "trusts_its_timer", "one_run_per_business_date",
                    /*without=*/""),
            0);
}

}  // namespace
}  // namespace scenarios
