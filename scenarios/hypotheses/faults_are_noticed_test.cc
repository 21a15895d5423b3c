// Goal: the table of faults in docs/exchange.md is honest: what it calls the check of a fault
// notices it.
// Method: a scenario that expects VIOLATED is run as it is, and without the fault: only the
// first breaks the promise. Each other one is run as it is; with a quirk that gets this fault
// wrong; and with the quirk, but without the fault. Only the second breaks the promise. The
// quirk declares that this fault sets it off.

#include <cstddef>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/broker/catalogue.h"
#include "scenarios/cache/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/manners/assumption_checks.h"
#include "scenarios/search/silence.h"
#include "scenarios/shared/catalogue.h"
#include "scenarios/testing/changed_scenario.h"
#include "scenarios/testing/document_table.h"
#include "scenarios/time/catalogue.h"
#include "sim/world/system.h"
#include "sim/world/trigger.h"

namespace scenarios {
namespace {

// Who gets a fault wrong.
struct Careless {
  std::string fault;  // as the table writes it
  std::string system;
  std::string quirk;
};

const Careless kCareless[] = {
    {"duplicate", "exchange.Provider", "submit_not_unique"},
    {"overtaken", "exchange.Initiator", "reversal_skips_success"},
    {"crash of a process", "exchange.Initiator", "query_timer_in_memory"},
    {"crash of a disk at SYNC", "exchange.Initiator", "query_timer_in_memory"},
    {"refuse", "coupon.Desk", "pays_without_cache"},
    {"result", "exchange.Provider", "reversal_in_place"},
    {"skew", "time.Worker", "believes_its_lease"},
    {"io_error", "deposit.Till", "failed_write_is_done"},
    {"disk_full", "deposit.Till", "failed_write_is_done"},
    {"lost_before_commit", "deposit.Till", "lost_commit_is_done"},
    {"lost_after_commit", "deposit.Till", "marks_blindly"},
    {"deadlock", "exchange.Provider", "resumes_after_deadlock"},
    {"lock_timeout", "exchange.Provider", "commits_after_lock_timeout"},
    {"jump", "time.Numbers", "trusts_its_clock"},
    {"jump at BOOT", "time.Numbers", "trusts_its_clock"},
    {"drift", "time.Worker", "believes_its_lease"},
    {"slew", "time.Worker", "believes_its_lease"},
    {"slow", "time.Worker", "believes_its_lease"},
    {"misstated", "exchange.Initiator", "over_status_not_compared"},
    {"truncated", "exchange.Initiator", "statement_not_verified"},
    {"system_error", "exchange.Initiator", "system_error_is_failure"},
    {"stray", "exchange.Initiator", "unknown_lines_skipped"},
    {"callback_twice", "exchange.Initiator", "unconditional_update"},
    {"double_click", "coupon.Desk", "remembers_afterwards"},
    {"two_channels", "coupon.Desk", "remembers_for_itself"},
};

void PrintTo(const Careless& careless, std::ostream* out) { *out << careless.fault; }

// What a row of the table says.
struct Shown {
  std::string title;  // "crash of a process"
  std::string fault;
  std::string path;  // of the scenario
  std::string check;
  bool breaks = false;  // as it is
};

std::vector<Shown> Table() {
  std::vector<Shown> table;
  for (const TableRow& row : TableBelow("docs/exchange.md", "## Faults")) {
    Shown& shown = table.emplace_back();
    shown.title =
        std::string(absl::StripAsciiWhitespace(absl::StrReplaceAll(row.at(0), {{"`", ""}})));
    shown.fault = NamesIn(row.at(0)).at(0);
    shown.path = absl::StrCat("scenarios/", NamesIn(row.at(1)).at(0), ".textproto");
    shown.check = NamesIn(row.at(2)).at(0);
    const auto text = faults::ReadFile(shown.path);
    EXPECT_TRUE(text.ok()) << text.status();
    shown.breaks = text.ok() && absl::StrContains(*text, "expect: VIOLATED");
  }
  return table;
}

// The row of a fault of which everybody takes care.
Shown HeldRow(const std::string& title) {
  for (const Shown& shown : Table()) {
    if (shown.title == title && !shown.breaks) return shown;
  }
  ADD_FAILURE() << "no row of " << title << " whose scenario holds";
  return {};
}

Catalogue Everything() {
  Catalogue catalogue;
  AddAssumptionChecks(catalogue);
  AddBroker(catalogue);
  AddCache(catalogue);
  AddDeposits(catalogue);
  AddExchange(catalogue);
  AddTime(catalogue);
  return catalogue;
}

sim::Trigger TriggerOf(const Catalogue& catalogue, const Careless& careless) {
  for (const sim::QuirkSpec& quirk : catalogue.systems.at(careless.system).quirks) {
    if (quirk.name == careless.quirk) return quirk.trigger;
  }
  return {};
}

class FaultsAreNoticedTest : public testing::TestWithParam<Careless> {};

TEST_P(FaultsAreNoticedTest, ByTheCheckBesideThem) {
  const Catalogue catalogue = Everything();
  const sim::Trigger trigger = TriggerOf(catalogue, GetParam());
  const std::vector<std::string> declared = absl::StrSplit(FaultNames(trigger.faults()), ", ");
  const Shown shown = HeldRow(GetParam().fault);
  EXPECT_TRUE(!trigger.why_nothing().empty() || absl::c_linear_search(declared, shown.fault))
      << GetParam().quirk << " does not declare that " << shown.fault << " sets it off";
  ChangedScenario changed(shown.path);
  EXPECT_EQ(changed.Breaks(shown.check, catalogue), 0);
  changed.Plant(GetParam().system, GetParam().quirk);
  EXPECT_GT(changed.Breaks(shown.check, catalogue), 0);
  changed.LeaveOut(shown.fault);
  EXPECT_EQ(changed.Breaks(shown.check, catalogue), 0);
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultsAreNoticedTest, testing::ValuesIn(kCareless),
                         [](const auto& info) {
                           return absl::StrReplaceAll(info.param.fault, {{" ", "_"}});
                         });

class FaultsBreakTest : public testing::TestWithParam<size_t> {};

// Every so many rows, so that they can be run side by side.
constexpr size_t kShares = 8;

TEST_P(FaultsBreakTest, NothingWithoutThem) {
  const Catalogue catalogue = Everything();
  const std::vector<Shown> table = Table();
  for (size_t row = GetParam(); row < table.size(); row += kShares) {
    const Shown& shown = table[row];
    if (!shown.breaks) continue;
    ChangedScenario changed(shown.path);
    EXPECT_GT(changed.Breaks(shown.check, catalogue), 0) << shown.fault;
    changed.LeaveOut(shown.fault);
    EXPECT_EQ(changed.Breaks(shown.check, catalogue), 0) << shown.fault << " " << shown.path;
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, FaultsBreakTest, testing::Range(size_t{0}, kShares));

TEST(TableOfFaults, IsOfWhatIsNoticed) {
  std::set<std::string> careless;
  for (const Careless& one : kCareless) careless.insert(one.fault);
  const std::vector<Shown> table = Table();
  EXPECT_GT(table.size(), 50u);
  for (const Shown& shown : table) {
    if (shown.breaks) continue;
    EXPECT_EQ(careless.count(shown.title), 1u)
        << shown.title << ": " << shown.path
        << " should either expect VIOLATED, or be changed here";
  }
}

// ---- what is no kind of a rule ---------------------------------------------------

// The old version calls coupons by other keys in the cache than the new one.
TEST(FaultsOfNoKind, AnUpgradeIsNoticed) {
  const Catalogue catalogue = Everything();
  ChangedScenario changed("scenarios/cache/upgraded.textproto");
  changed.Plant("coupon.Desk", "remembers_for_itself");
  EXPECT_GT(changed.Breaks("each_coupon_pays_once", catalogue), 0);
  changed.text().mutable_organisation(0)->mutable_node(1)->clear_upgrade();
  EXPECT_EQ(changed.Breaks("each_coupon_pays_once", catalogue), 0);
}

TEST(FaultsOfNoKind, AnEmptyCacheIsNoticed) {
  const Catalogue catalogue = Everything();
  ChangedScenario changed("scenarios/cache/restarted_empty.textproto");
  EXPECT_GT(changed.Breaks("each_coupon_pays_once", catalogue), 0);
  changed.LeaveOut("crash");
  EXPECT_EQ(changed.Breaks("each_coupon_pays_once", catalogue), 0);
}

TEST(FaultsOfNoKind, TwoInstancesAreNoticed) {
  const Catalogue catalogue = Everything();
  ChangedScenario changed("scenarios/cache/two_instances.textproto");
  changed.Plant("coupon.Desk", "remembers_for_itself");
  EXPECT_GT(changed.Breaks("each_coupon_pays_once", catalogue), 0);
  changed.text().mutable_workload(0)->mutable_peer(0)->set_node("desk1");
  EXPECT_EQ(changed.Breaks("each_coupon_pays_once", catalogue), 0);
}

}  // namespace
}  // namespace scenarios
