// Goal: what must be found is found missing, what was told without need is told, and a
// repair that makes nothing equal, or is made twice, is noticed; each for the class in
// which it belongs, and never where all is well.
//
// Method: commits of both companies and faults of statements, by hand.

#include "scenarios/exchange/recon_checks.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/mistakes.h"

namespace scenarios {
namespace {

using sim::ChoiceKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const sim::TableInfo kOrder{"trade_order", {"order_id", "amount", "status", "version"}, {0}};
const sim::TableInfo kFlow{"trade_flow", {"flow_id", "order_id", "to_status", "cause", "at"}, {0}};
const sim::TableInfo kSettlement{
    "settlement", {"serial", "order_id", "amount", "fee", "status", "bill_date"}, {0}};
const sim::TableInfo kMistake{
    "recon_mistake", {"id", "batch_no", "order_no", "err_type", "handle_status"}, {0}};
const sim::TableInfo kStatement{"statement", {"bill_date", "lines"}, {0}};
const sim::TableInfo kRefusal{"recon_refusal", {"refusal_id", "bill_date", "file_sha"}, {0}};

constexpr char kDay[] = "2026-01-05";
constexpr int64_t kNoon = 1'767'614'400'000;  // of that day

class ReconChecksTest : public ::testing::Test {
 protected:
  void Take(const std::string& name) { check_ = CheckByName(&AddReconChecks, name); }

  // An order of 100, and how B has settled it.
  void OrderAtA(const std::string& status) {
    check_->OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", 100, status, 1}));
  }
  void Told(const std::string& status, const std::string& cause = "notice") {
    check_->OnCommit(CommitByHand("a").Insert(kFlow, {1, "order-1", status, cause, kNoon}));
  }
  void Settled(const std::string& status, int64_t amount = 100) {
    check_->OnCommit(CommitByHand("b").Insert(
        kSettlement, {1, "order-1", amount, exchange::FeeOf(100), status, kDay}));
  }
  void Both(const std::string& status) {
    OrderAtA(status);
    Told(status);
    Settled(status);
  }
  void Fault(ChoiceKind kind, int64_t amount = 0,
             const std::string& point = "line b statement order-1") {
    sim::Pin pin;
    pin.point = point;
    pin.occurrence = 1;
    pin.kind = kind;
    pin.amount = amount;
    check_->OnFault(pin, 0);
  }
  void Found(const std::string& mistake, const std::string& handled = "MANUAL",
             const std::string& number = "order-1", const std::string& day = kDay,
             sim::Nanos at = 0) {
    check_->OnCommit(
        CommitByHand("a", at).Insert(kMistake, {1, "provider/" + day, number, mistake, handled}));
  }
  void Refused() { check_->OnCommit(CommitByHand("a").Insert(kRefusal, {1, kDay, "sha"})); }

  std::vector<std::string> Findings() {
    check_->OnPhase(sim::Phase::kJudge, 1000);
    std::vector<std::string> findings;
    for (const Finding& finding : check_->findings()) findings.push_back(finding.what);
    return findings;
  }
  uint64_t exercised() const { return check_->exercised(); }

  std::unique_ptr<Check> check_;
};

// What must be found of an order that both call SUCCESS, by what is done to its line.
TEST_F(ReconChecksTest, EachFaultOfALineHasItsClass) {
  struct Case {
    ChoiceKind kind;
    int64_t amount;
    const char* number;
    const char* mistake;
    const char* day = kDay;
  };
  const Case kCases[] = {
      {ChoiceKind::kDrop, 0, "order-1", exchange::kBankMiss, "2026-01-08"},
      {ChoiceKind::kStray, 0, "order-1?", exchange::kPlatformMiss},
      {ChoiceKind::kMisstated, 1, "order-1", exchange::kShortCash},
      {ChoiceKind::kMisstated, 2, "order-1", exchange::kOverCash},
      {ChoiceKind::kMisstated, 3, "order-1", exchange::kFee},
      {ChoiceKind::kMisstated, 4, "order-1", exchange::kOverStatus},
  };
  for (const Case& c : kCases) {
    for (const bool found : {false, true}) {
      Take("every_discrepancy_is_found");
      Both("SUCCESS");
      Fault(c.kind, c.amount);
      if (found) Found(c.mistake, "MANUAL", c.number, c.day);
      EXPECT_EQ(Findings().empty(), found) << c.mistake;
      EXPECT_EQ(exercised(), 1u) << c.mistake;

      Take("agreement_is_no_discrepancy");
      Both("SUCCESS");
      if (found) Fault(c.kind, c.amount);
      Found(c.mistake, "MANUAL", c.number);
      EXPECT_EQ(Findings().empty(), found) << c.mistake;
    }
  }
}

TEST_F(ReconChecksTest, WhatNobodyHasToldMustBeFound) {
  Take("every_discrepancy_is_found");
  OrderAtA("SUBMITTED");
  Settled("SUCCESS");
  EXPECT_THAT(Findings(), ElementsAre("order-1 is SUCCESS at B, SUBMITTED at A, and was not found "
                                      "as PLATFORM_SHORT_STATUS_MISMATCH in the check of "
                                      "2026-01-05"));
}

// B has refused a payment that its reversal has overtaken, and settled it as failed.
TEST_F(ReconChecksTest, WhatAnAnswerHasToldIsNoDiscrepancy) {
  for (const auto& [cause, found] : {std::pair("egress", 0), std::pair("recon", 1)}) {
    Take("every_discrepancy_is_found");
    OrderAtA("FAILED");
    Told("FAILED", cause);
    Settled("FAILED");
    EXPECT_EQ(Findings().size(), static_cast<size_t>(found)) << cause;
  }
}

TEST_F(ReconChecksTest, WhatIsFoundOnAnotherDayIsNotFound) {
  Take("every_discrepancy_is_found");
  Both("SUCCESS");
  Fault(ChoiceKind::kDrop);
  Found(exchange::kBankMiss, "MANUAL", "order-1", "2026-01-09");
  EXPECT_THAT(Findings(), ElementsAre("order-1 is SUCCESS at B, SUCCESS at A, and was not found as "
                                      "BANK_MISS in the check of 2026-01-08"));
}

// The file is there after an hour; what it tells must be found a day later.
TEST_F(ReconChecksTest, WhatIsFoundAfterTPlus1IsFoundTooLate) {
  struct Case {
    ChoiceKind file;
    int64_t withheld;
    sim::Nanos healed;
    sim::Nanos due;
  };
  const Case kCases[] = {
      {ChoiceKind::kNone, 0, 0, sim::Hours(25)},
      {ChoiceKind::kLate, sim::Hours(300), 0, sim::Hours(325)},
      {ChoiceKind::kTruncated, sim::Hours(5), 0, sim::Hours(30)},
      {ChoiceKind::kCorrected, sim::Hours(5), 0, sim::Hours(25)},
      {ChoiceKind::kNone, 0, sim::Hours(72), sim::Hours(96)},
  };
  for (const Case& c : kCases) {
    for (const bool late : {false, true}) {
      Take("every_discrepancy_is_found");
      OrderAtA("SUBMITTED");
      Settled("SUCCESS");
      check_->OnCommit(CommitByHand("b", sim::Hours(1)).Insert(kStatement, {kDay, 1}));
      // No file of a day after it is waited for.
      check_->OnCommit(CommitByHand("b", sim::Hours(999)).Insert(kStatement, {"2026-01-06", 0}));
      if (c.file != ChoiceKind::kNone) Fault(c.file, c.withheld, "file b statement 2026-01-05");
      if (c.healed > 0) check_->OnPhase(sim::Phase::kHeal, c.healed);
      const sim::Nanos at = c.due + (late ? sim::Hours(2) : 0);
      Found(exchange::kShortStatus, "OPEN", "order-1", kDay, at);
      if (late) {
        EXPECT_THAT(Findings(),
                    ElementsAre("order-1 was found as PLATFORM_SHORT_STATUS_MISMATCH in the check "
                                "of 2026-01-05, 2 h after it had to be (T+1)"));
      } else {
        EXPECT_THAT(Findings(), IsEmpty()) << c.due;
      }
    }
  }
}

TEST_F(ReconChecksTest, AReversalThatNobodyHasToldMustBeFound) {
  Take("every_discrepancy_is_found");
  OrderAtA("REVERSED");
  Told("SUCCESS");
  Settled("REVERSED");
  Found(exchange::kOverStatus, "REPAIRED");
  EXPECT_THAT(Findings(), IsEmpty());
  EXPECT_EQ(exercised(), 1u);
}

TEST_F(ReconChecksTest, ALineThatIsLateIsNoDiscrepancy) {
  Take("every_discrepancy_is_found");
  Both("SUCCESS");
  Fault(ChoiceKind::kLate, sim::Hours(24));
  EXPECT_THAT(Findings(), IsEmpty());
  EXPECT_EQ(exercised(), 0u);

  Take("agreement_is_no_discrepancy");
  Both("SUCCESS");
  Fault(ChoiceKind::kLate, sim::Hours(24));
  Found(exchange::kBankMiss);
  EXPECT_THAT(Findings(), ElementsAre("order-1 was told as BANK_MISS, but A and B agree"));
}

TEST_F(ReconChecksTest, WhatStandsInNoPapersNeedNotBeFound) {
  Take("every_discrepancy_is_found");
  OrderAtA("SUBMITTED");
  Settled("SUCCESS");
  Fault(ChoiceKind::kDrop);
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(ReconChecksTest, ACorrectedStatementMustBeShown) {
  for (const bool shown : {false, true}) {
    Take("every_discrepancy_is_found");
    Both("SUCCESS");
    Fault(ChoiceKind::kStray);
    Found(exchange::kPlatformMiss, "MANUAL", "order-1?");
    Fault(ChoiceKind::kCorrected, sim::Hours(1), "file b statement 2026-01-05");
    if (shown) Refused();
    EXPECT_EQ(Findings().empty(), shown);
  }
}

TEST_F(ReconChecksTest, AMistakeIsOneWhenItIsTold) {
  Take("agreement_is_no_discrepancy");
  OrderAtA("SUBMITTED");
  Settled("SUCCESS");
  Found(exchange::kShortStatus, "OPEN");
  OrderAtA("SUCCESS");
  EXPECT_THAT(Findings(), IsEmpty());

  Take("agreement_is_no_discrepancy");
  Both("SUCCESS");
  Found(exchange::kShortStatus, "OPEN");
  EXPECT_THAT(Findings(), ElementsAre("order-1 was told as PLATFORM_SHORT_STATUS_MISMATCH, but A "
                                      "and B agree"));
}

TEST_F(ReconChecksTest, ARepairMakesBothEqual) {
  Take("repairs_make_both_equal");
  Both("SUCCESS");
  Found(exchange::kShortStatus, "REPAIRED");
  EXPECT_THAT(Findings(), IsEmpty());
  EXPECT_EQ(exercised(), 1u);

  Take("repairs_make_both_equal");
  OrderAtA("FAILED");
  Settled("SUCCESS");
  Found(exchange::kShortStatus, "REPAIRED");
  EXPECT_THAT(Findings(), ElementsAre("order-1 was repaired and is FAILED at A, SUCCESS at B"));
}

TEST_F(ReconChecksTest, ARepairIsMadeOnce) {
  Take("repairs_make_both_equal");
  Both("SUCCESS");
  check_->OnCommit(CommitByHand("a").Update(kOrder, {"order-1", 100, "SUCCESS", 1},
                                            {"order-1", 100, "SUCCESS", 2}));
  EXPECT_THAT(Findings(), ElementsAre("order-1 was SUCCESS and was made so again"));
}

TEST_F(ReconChecksTest, NothingIsLeftOpen) {
  Take("repairs_make_both_equal");
  Both("SUCCESS");
  Found(exchange::kShortStatus, "OPEN");
  EXPECT_THAT(Findings(),
              ElementsAre("order-1 was found as PLATFORM_SHORT_STATUS_MISMATCH, and is neither "
                          "repaired nor in the manual queue"));
}

}  // namespace
}  // namespace scenarios
