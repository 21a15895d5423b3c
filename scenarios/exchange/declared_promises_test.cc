// Goal: the promises that are declared of one table say what they claim: each finds
// its breach in the tables of the exchange, and lets the right history pass.
//
// Method: the texts of a scenario, on commits that are written by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "faults/source_text.h"
#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/checks/mirror.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const sim::TableInfo kOrder{"trade_order", {"order_id", "status"}, {0}};
const sim::TableInfo kJournal{"journal", {"journal_id", "biz_id", "leg"}, {0}};
const sim::TableInfo kPosting{"posting", {"posting_id", "journal_id", "amount"}, {0}};

class DeclaredPromisesTest : public ::testing::Test {
 protected:
  DeclaredPromisesTest() {
    AddExchange(catalogue_);
    faults::Diagnostics problems;
    scenario_ = Load("scenarios/exchange/query_and_collapse.textproto", catalogue_, problems);
    EXPECT_NE(scenario_, nullptr) << faults::ToStatus(problems);
    mirror_ = *Mirror::Build(scenario_->world().Schemas());
  }

  void Watch(const std::string& name) {
    for (const PlannedCheck& planned : scenario_->checks()) {
      if (planned.name == name) check_ = planned.Make({}, scenario_->world(), *mirror_);
    }
    ASSERT_NE(check_, nullptr) << name;
  }

  void Begin(const char* status) {
    check_->OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", status}));
  }
  void Move(const char* from, const char* to) {
    check_->OnCommit(CommitByHand("a").Update(kOrder, {"order-1", from}, {"order-1", to}));
  }

  Catalogue catalogue_;
  std::unique_ptr<LoadedScenario> scenario_;
  std::unique_ptr<Mirror> mirror_;
  std::unique_ptr<Check> check_;
};

TEST_F(DeclaredPromisesTest, OrdersMoveAlongTheUnionOfBothMachines) {
  Watch("legal_transitions");
  Begin("INIT");
  EXPECT_EQ(check_->exercised(), 0u);
  Move("INIT", "PROCESSING");
  Move("PROCESSING", "SUBMITTED");
  Move("SUBMITTED", "SUCCESS");
  Move("SUCCESS", "REVERSED");
  Move("PROCESSING", "SUCCESS");  // the notice has overtaken the answer
  Move("PROCESSING", "FAILED");
  Move("SUBMITTED", "FAILED");

  EXPECT_THAT(check_->findings(), IsEmpty());
  EXPECT_EQ(check_->exercised(), 7u);
}

TEST_F(DeclaredPromisesTest, OrdersDoNotJump) {
  Watch("legal_transitions");
  Begin("SUCCESS");
  Move("INIT", "SUCCESS");
  Move("PROCESSING", "REVERSED");
  Move("SUBMITTED", "PROCESSING");

  EXPECT_THAT(check_->findings(), SizeIs(4));
}

TEST_F(DeclaredPromisesTest, OrdersThatHaveEndedStay) {
  Watch("terminal_states_stay");
  Move("PROCESSING", "REVERSED");  // no legal transition, but not out of an end
  Move("SUCCESS", "REVERSED");
  EXPECT_THAT(check_->findings(), IsEmpty());
  EXPECT_EQ(check_->exercised(), 2u);
  Move("FAILED", "SUCCESS");
  Move("REVERSED", "SUCCESS");
  Move("SUCCESS", "SUBMITTED");

  EXPECT_THAT(check_->findings(), SizeIs(3));
}

TEST_F(DeclaredPromisesTest, WhatIsBookedStays) {
  Watch("journals_stay");
  check_->OnCommit(CommitByHand("b").Insert(kJournal, {1, "order-1", "PAYMENT"}));
  EXPECT_THAT(check_->findings(), IsEmpty());
  check_->OnCommit(CommitByHand("b").Delete(kJournal, {1, "order-1", "PAYMENT"}));
  EXPECT_THAT(check_->findings(), SizeIs(1));

  Watch("postings_stay");
  check_->OnCommit(CommitByHand("b").Insert(kPosting, {1, 1, -100}));
  EXPECT_THAT(check_->findings(), IsEmpty());
  check_->OnCommit(CommitByHand("b").Update(kPosting, {1, 1, -100}, {1, 1, -90}));
  EXPECT_THAT(check_->findings(), SizeIs(1));
}

}  // namespace
}  // namespace scenarios
