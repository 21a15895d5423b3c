// Goal: every check over the rows of one table catches a wrong history, accepts
// a right one, and counts nothing when its situation never came up.
//
// Method: histories of commits written by hand; no simulator.

#include <gtest/gtest.h>

#include <vector>

#include "google/protobuf/text_format.h"
#include "scenarios/checks/append_only.h"
#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/checks/conserved.h"
#include "scenarios/checks/never_negative.h"
#include "scenarios/checks/state_machine.h"
#include "scenarios/checks/unique.h"

namespace scenarios {
namespace {

const sim::TableInfo kOrder{"trade_order", {"order_id", "status"}, {0}};
const sim::TableInfo kAccount{
    "account", {"account_id", "currency", "balance", "may_overdraw"}, {0}};
const sim::TableInfo kTrade{"trade", {"trade_no", "order_id"}, {0}};

// A table whose ids the database gives, with a unique index over the columns in `unique`.
sim::TableInfo WithIds(const std::vector<int>& unique) {
  sim::TableInfo table{"journal", {"journal_id", "biz_id", "leg"}, {0}, /*autoincrement=*/true};
  for (const std::vector<int>& columns : {std::vector<int>{0}, unique}) {
    sim::UniqueKey& key = table.keys.emplace_back();
    for (const int column : columns) key.parts.emplace_back().column = column;
  }
  return table;
}

template <typename Text>
Text Parse(const char* text) {
  Text parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &parsed));
  return parsed;
}

StateMachine OrderMachine() {
  return StateMachine(Parse<settle::StateMachine>(
      R"(node: "a" table: "trade_order" column: "status" initial: "INIT" allow: "INIT->PROCESSING"
         allow: "PROCESSING->SUCCESS" allow: "SUCCESS->REVERSED" terminal: "REVERSED")"));
}

TEST(StateMachineTest, AcceptsAllowedMoves) {
  StateMachine check = OrderMachine();
  check.OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", "INIT"}));
  check.OnCommit(CommitByHand("a")
                     .Update(kOrder, {"order-1", "INIT"}, {"order-1", "PROCESSING"})
                     .Update(kOrder, {"order-1", "PROCESSING"}, {"order-1", "SUCCESS"}));
  check.OnCommit(CommitByHand("a").Update(kOrder, {"order-1", "SUCCESS"}, {"order-1", "SUCCESS"}));

  EXPECT_TRUE(check.findings().empty());
  EXPECT_EQ(check.exercised(), 2u);
}

TEST(StateMachineTest, CatchesAJump) {
  StateMachine check = OrderMachine();
  check.OnCommit(CommitByHand("a", 7).Update(kOrder, {"order-1", "INIT"}, {"order-1", "SUCCESS"}));

  ASSERT_EQ(check.findings().size(), 1u);
  EXPECT_EQ(check.findings()[0].key, "order-1");
  EXPECT_EQ(check.findings()[0].what, "trade_order order-1 went from INIT to SUCCESS");
  EXPECT_EQ(check.findings()[0].at, 7);
}

TEST(StateMachineTest, CatchesARowThatBeginsInTheMiddle) {
  StateMachine check = OrderMachine();
  check.OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", "SUCCESS"}));

  EXPECT_EQ(check.findings().size(), 1u);
}

TEST(StateMachineTest, CatchesAMoveOutOfATerminalState) {
  StateMachine check = OrderMachine();
  check.OnCommit(
      CommitByHand("a").Update(kOrder, {"order-1", "REVERSED"}, {"order-1", "PROCESSING"}));

  EXPECT_EQ(check.findings().size(), 1u);
}

TEST(StateMachineTest, CountsWhatItIsParticularAbout) {
  StateMachine check(Parse<settle::StateMachine>(
      R"(node: "a" table: "trade_order" column: "status" allow: "INIT->*"
         allow: "SUCCESS->REVERSED" terminal: "REVERSED")"));
  check.OnCommit(CommitByHand("a").Update(kOrder, {"order-1", "INIT"}, {"order-1", "SUCCESS"}));
  EXPECT_EQ(check.exercised(), 0u);
  check.OnCommit(CommitByHand("a").Update(kOrder, {"order-1", "SUCCESS"}, {"order-1", "REVERSED"}));
  check.OnCommit(CommitByHand("a").Update(kOrder, {"order-2", "INIT"}, {"order-2", "REVERSED"}));
  EXPECT_EQ(check.exercised(), 2u);
  EXPECT_TRUE(check.findings().empty());
  check.OnCommit(CommitByHand("a").Update(kOrder, {"order-3", "SUCCESS"}, {"order-3", "INIT"}));

  EXPECT_EQ(check.findings().size(), 1u);
}

TEST(StateMachineTest, LooksAtItsOwnNodeAndTableOnly) {
  StateMachine check = OrderMachine();
  check.OnCommit(CommitByHand("b").Insert(kOrder, {"order-1", "SUCCESS"}));
  check.OnCommit(CommitByHand("a").Insert(kTrade, {1, "order-1"}));

  EXPECT_TRUE(check.findings().empty());
  EXPECT_EQ(check.exercised(), 0u);
}

TEST(StateMachineTest, ReadsTransitions) {
  EXPECT_EQ(*ParseTransition("A -> B"), std::make_pair(std::string("A"), std::string("B")));
  EXPECT_FALSE(ParseTransition("A").has_value());
  EXPECT_FALSE(ParseTransition("A->").has_value());
  EXPECT_FALSE(ParseTransition("A->B->C").has_value());
}

TEST(AppendOnlyTest, AcceptsInserts) {
  AppendOnly check(Parse<settle::AppendOnly>(R"(node: "b" table: "trade")"));
  EXPECT_EQ(check.exercised(), 0u);
  check.OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1"}));

  EXPECT_TRUE(check.findings().empty());
  EXPECT_EQ(check.exercised(), 1u);
}

TEST(AppendOnlyTest, CatchesUpdatesAndDeletes) {
  AppendOnly check(Parse<settle::AppendOnly>(R"(node: "b" table: "trade")"));
  check.OnCommit(CommitByHand("b").Update(kTrade, {1, "order-1"}, {1, "order-2"}));
  check.OnCommit(CommitByHand("b").Delete(kTrade, {1, "order-2"}));

  EXPECT_EQ(check.findings().size(), 2u);
}

Conserved MoneyConserved() {
  return Conserved(
      Parse<settle::Conserved>(R"(node: "b" table: "account" sum: "balance" by: "currency")"));
}

TEST(ConservedTest, AcceptsATransfer) {
  Conserved check = MoneyConserved();
  check.OnCommit(CommitByHand("b")
                     .Update(kAccount, {"alice", "CNY", 900, 0}, {"alice", "CNY", 800, 0})
                     .Update(kAccount, {"shop", "CNY", 0, 0}, {"shop", "CNY", 100, 0}));

  EXPECT_TRUE(check.findings().empty());
  EXPECT_EQ(check.exercised(), 1u);
}

TEST(ConservedTest, CatchesHalfATransferEachTime) {
  Conserved check = MoneyConserved();
  check.OnCommit(
      CommitByHand("b").Update(kAccount, {"alice", "CNY", 900, 0}, {"alice", "CNY", 800, 0}));
  check.OnCommit(
      CommitByHand("b").Update(kAccount, {"shop", "CNY", 0, 0}, {"shop", "CNY", 100, 0}));

  ASSERT_EQ(check.findings().size(), 2u);
  EXPECT_EQ(check.findings()[0].key, "CNY");
  EXPECT_EQ(check.findings()[0].what,
            "one commit moved the sum of account.balance of CNY by -100: alice -100");
}

TEST(ConservedTest, CatchesMoneyThatChangesItsCurrency) {
  Conserved check = MoneyConserved();
  check.OnCommit(
      CommitByHand("b").Update(kAccount, {"alice", "CNY", 900, 0}, {"alice", "USD", 900, 0}));

  EXPECT_EQ(check.findings().size(), 2u);
}

TEST(ConservedTest, SumsBeyondSixtyFourBits) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  Conserved check = MoneyConserved();
  check.OnCommit(CommitByHand("b")
                     .Insert(kAccount, {"alice", "CNY", most, 0})
                     .Insert(kAccount, {"shop", "CNY", most, 0})
                     .Insert(kAccount, {"world", "CNY", -most, 0})
                     .Insert(kAccount, {"other world", "CNY", -most, 0}));

  EXPECT_TRUE(check.findings().empty());
}

TEST(ConservedTest, IsNotExercisedByOtherColumns) {
  Conserved check = MoneyConserved();
  check.OnCommit(
      CommitByHand("b").Update(kAccount, {"alice", "CNY", 900, 0}, {"alice", "CNY", 900, 1}));

  EXPECT_EQ(check.exercised(), 0u);
}

NeverNegative NoOverdraft() {
  return NeverNegative(Parse<settle::NeverNegative>(
      R"(node: "b" table: "account" column: "balance" unless: "may_overdraw")"));
}

TEST(NeverNegativeTest, AcceptsZeroAndExemptRows) {
  NeverNegative check = NoOverdraft();
  check.OnCommit(CommitByHand("b")
                     .Update(kAccount, {"alice", "CNY", 9, 0}, {"alice", "CNY", 0, 0})
                     .Update(kAccount, {"world", "CNY", 0, 1}, {"world", "CNY", -9, 1}));

  EXPECT_TRUE(check.findings().empty());
  EXPECT_EQ(check.exercised(), 1u);
}

TEST(NeverNegativeTest, CatchesAnOverdraft) {
  NeverNegative check = NoOverdraft();
  check.OnCommit(
      CommitByHand("b").Update(kAccount, {"alice", "CNY", 9, 0}, {"alice", "CNY", -1, 0}));

  ASSERT_EQ(check.findings().size(), 1u);
  EXPECT_EQ(check.findings()[0].what, "balance of account alice is -1");
}

TEST(NeverNegativeTest, IsNotExercisedByValuesThatGoUp) {
  NeverNegative check = NoOverdraft();
  check.OnCommit(
      CommitByHand("b").Update(kAccount, {"alice", "CNY", 9, 0}, {"alice", "CNY", 10, 0}));

  EXPECT_EQ(check.exercised(), 0u);
}

Unique OneTradePerOrder() {
  return Unique(Parse<settle::Unique>(R"(node: "b" table: "trade" column: "order_id")"));
}

TEST(UniqueTest, AcceptsDifferentValuesAndNulls) {
  Unique check = OneTradePerOrder();
  check.OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1"}).Insert(kTrade, {2, "order-2"}));
  check.OnCommit(
      CommitByHand("b").Insert(kTrade, {3, sim::Null()}).Insert(kTrade, {4, sim::Null()}));

  EXPECT_TRUE(check.findings().empty());
  EXPECT_EQ(check.exercised(), 2u);
}

TEST(UniqueTest, CatchesASecondRow) {
  Unique check = OneTradePerOrder();
  check.OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1"}));
  check.OnCommit(CommitByHand("b").Insert(kTrade, {2, "order-1"}));

  ASSERT_EQ(check.findings().size(), 1u);
  EXPECT_EQ(check.findings()[0].key, "order-1");
}

TEST(UniqueTest, AcceptsARowThatTakesThePlaceOfAnother) {
  Unique check = OneTradePerOrder();
  check.OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1"}));
  check.OnCommit(CommitByHand("b").Insert(kTrade, {2, "order-1"}).Delete(kTrade, {1, "order-1"}));

  EXPECT_TRUE(check.findings().empty());
}

TEST(BusinessKeyTest, IsTheTextByWhichARowWithAGivenIdIsUnique) {
  const sim::TableInfo journal = WithIds({1, 2});
  AppendOnly check(Parse<settle::AppendOnly>(R"(node: "b" table: "journal")"));
  check.OnCommit(CommitByHand("b").Delete(journal, {45, "order-7", "DEBIT"}));
  ASSERT_EQ(check.findings().size(), 1u);
  EXPECT_EQ(check.findings()[0].key, "order-7");
  EXPECT_EQ(check.findings()[0].what, "journal 45 was deleted");
}

TEST(BusinessKeyTest, IsTheIdWhereThereIsNoOther) {
  const sim::TableInfo journal = WithIds({0});
  AppendOnly check(Parse<settle::AppendOnly>(R"(node: "b" table: "journal")"));
  check.OnCommit(CommitByHand("b").Delete(journal, {45, "order-7", "DEBIT"}));
  ASSERT_EQ(check.findings().size(), 1u);
  EXPECT_EQ(check.findings()[0].key, "45");
}

}  // namespace
}  // namespace scenarios
