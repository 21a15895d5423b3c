// Goal: the table of faults in docs/exchange.md is honest: what it calls the check of a fault
// notices it.
// Method: the scenario beside the fault, as it is; with a quirk that gets this fault wrong;
// and with the quirk, but without the fault. Only the second breaks the promise.
// scenarios/time does the same for clocks and processes; the scenarios of the other rows
// expect VIOLATED themselves.

#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scenarios/cache/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/shared/catalogue.h"
#include "scenarios/testing/changed_scenario.h"
#include "scenarios/testing/document_table.h"

namespace scenarios {
namespace {

// Who gets a fault wrong.
struct Careless {
  std::string fault;
  std::string system;
  std::string quirk;
};

void PrintTo(const Careless& careless, std::ostream* out) { *out << careless.fault; }

class FaultsAreNoticedTest : public testing::TestWithParam<Careless> {
 protected:
  FaultsAreNoticedTest() {
    AddCache(catalogue_);
    AddDeposits(catalogue_);
    AddExchange(catalogue_);
    for (const TableRow& row : TableBelow("docs/exchange.md", "## Faults")) {
      if (NamesIn(row.at(0)).at(0) != GetParam().fault) continue;
      path_ = absl::StrCat("scenarios/", NamesIn(row.at(1)).at(0), ".textproto");
      check_ = NamesIn(row.at(2)).at(0);
    }
  }

  Catalogue catalogue_;
  std::string path_;
  std::string check_;
};

TEST_P(FaultsAreNoticedTest, ByTheCheckBesideThem) {
  ASSERT_NE(path_, "") << "no row of " << GetParam().fault;
  ChangedScenario changed(path_);
  EXPECT_EQ(changed.Breaks(check_, catalogue_), 0);
  changed.Plant(GetParam().system, GetParam().quirk);
  EXPECT_GT(changed.Breaks(check_, catalogue_), 0);
  changed.LeaveOut(GetParam().fault);
  EXPECT_EQ(changed.Breaks(check_, catalogue_), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, FaultsAreNoticedTest,
    testing::Values(Careless{"refuse", "coupon.Desk", "pays_without_cache"},
                    Careless{"io_error", "deposit.Till", "failed_write_is_done"},
                    Careless{"disk_full", "deposit.Till", "failed_write_is_done"},
                    Careless{"lost_before_commit", "deposit.Till", "lost_commit_is_done"},
                    Careless{"lost_after_commit", "deposit.Till", "marks_blindly"},
                    Careless{"stray", "exchange.Initiator", "unknown_lines_skipped"},
                    Careless{"callback_twice", "exchange.Initiator", "unconditional_update"},
                    Careless{"double_click", "coupon.Desk", "remembers_afterwards"},
                    Careless{"two_channels", "coupon.Desk", "remembers_for_itself"}),
    [](const testing::TestParamInfo<Careless>& info) { return info.param.fault; });

}  // namespace
}  // namespace scenarios
