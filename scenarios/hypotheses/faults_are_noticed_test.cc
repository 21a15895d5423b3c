// Goal: the table of faults in docs/exchange.md is honest: what it calls the check of a fault
// notices it.
// Method: where the scenario beside a fault expects VIOLATED, its own test says so. Each other
// one is run as it is; with a quirk that gets this fault wrong; and with the quirk, but
// without the fault. Only the second breaks the promise. The quirk declares that this fault
// sets it off.

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/cache/catalogue.h"
#include "scenarios/exchange/catalogue.h"
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
  std::string fault;
  std::string system;
  std::string quirk;
};

const Careless kCareless[] = {
    {"refuse", "coupon.Desk", "pays_without_cache"},
    {"skew", "time.Worker", "believes_its_lease"},
    {"io_error", "deposit.Till", "failed_write_is_done"},
    {"disk_full", "deposit.Till", "failed_write_is_done"},
    {"lost_before_commit", "deposit.Till", "lost_commit_is_done"},
    {"lost_after_commit", "deposit.Till", "marks_blindly"},
    {"jump", "time.Numbers", "trusts_its_clock"},
    {"drift", "time.Worker", "believes_its_lease"},
    {"slew", "time.Worker", "believes_its_lease"},
    {"slow", "time.Worker", "believes_its_lease"},
    {"stray", "exchange.Initiator", "unknown_lines_skipped"},
    {"callback_twice", "exchange.Initiator", "unconditional_update"},
    {"double_click", "coupon.Desk", "remembers_afterwards"},
    {"two_channels", "coupon.Desk", "remembers_for_itself"},
};

void PrintTo(const Careless& careless, std::ostream* out) { *out << careless.fault; }

// What the table says of a fault.
struct Shown {
  std::string path;  // of the scenario
  std::string check;
};

std::map<std::string, Shown> Table() {
  std::map<std::string, Shown> table;
  for (const TableRow& row : TableBelow("docs/exchange.md", "## Faults")) {
    table[NamesIn(row.at(0)).at(0)] = {
        absl::StrCat("scenarios/", NamesIn(row.at(1)).at(0), ".textproto"),
        NamesIn(row.at(2)).at(0)};
  }
  return table;
}

Catalogue Everything() {
  Catalogue catalogue;
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
  EXPECT_TRUE(!trigger.why_nothing().empty() || absl::c_linear_search(declared, GetParam().fault))
      << GetParam().quirk << " does not declare that " << GetParam().fault << " sets it off";
  const Shown shown = Table()[GetParam().fault];
  ChangedScenario changed(shown.path);
  EXPECT_EQ(changed.Breaks(shown.check, catalogue), 0);
  changed.Plant(GetParam().system, GetParam().quirk);
  EXPECT_GT(changed.Breaks(shown.check, catalogue), 0);
  changed.LeaveOut(GetParam().fault);
  EXPECT_EQ(changed.Breaks(shown.check, catalogue), 0);
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultsAreNoticedTest, testing::ValuesIn(kCareless),
                         [](const auto& info) { return info.param.fault; });

TEST(TableOfFaults, IsOfWhatIsNoticed) {
  std::set<std::string> careless;
  for (const Careless& one : kCareless) careless.insert(one.fault);
  const std::map<std::string, Shown> table = Table();
  EXPECT_GT(table.size(), 40u);
  for (const auto& [fault, shown] : table) {
    const auto text = faults::ReadFile(shown.path);
    ASSERT_TRUE(text.ok()) << text.status();
    EXPECT_NE(absl::StrContains(*text, "expect: VIOLATED"), careless.count(fault) > 0)
        << fault << ": " << shown.path << " should either expect VIOLATED, or be changed here";
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
