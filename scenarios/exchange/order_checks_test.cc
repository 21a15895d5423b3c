// Goal: each promise about the orders of A is kept by a right history and broken
// by a wrong one, and is not exercised by an empty one.
//
// Method: commits and messages written by hand; no simulator.

#include "scenarios/exchange/order_checks.h"

#include <gtest/gtest.h>

#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"

namespace scenarios {
namespace {

const sim::TableInfo kOrder{"trade_order", {"order_id", "status"}, {0}};
const sim::TableInfo kFlow{
    "trade_flow", {"flow_id", "order_id", "event_id", "from_status", "to_status", "cause"}, {0}};

sim::StatementRun Once(sim::StatementText text) {
  return {std::make_shared<const sim::StatementText>(std::move(text)), 1};
}

sim::StatementRun CompareAndSet() {
  return Once({"UPDATE trade_order SET status = ? WHERE order_id = ? AND status = ?",
               "trade_order",
               sim::ChangeKind::kUpdate,
               {"order_id", "status"}});
}

sim::StatementRun BlindSet() {
  return Once({"UPDATE trade_order SET status = ? WHERE order_id = ?",
               "trade_order",
               sim::ChangeKind::kUpdate,
               {"order_id"}});
}

// order-1 moves from one status to another, logged and by compare-and-set.
CommitByHand Move(const char* from, const char* to, const char* cause = "notice") {
  return CommitByHand("a")
      .Statement(CompareAndSet())
      .Update(kOrder, {"order-1", from}, {"order-1", to})
      .Insert(kFlow, {1, "order-1", "event", from, to, cause});
}

sim::Traffic Notice() {
  sim::Traffic traffic;
  traffic.kind = sim::TrafficKind::kDelivered;
  traffic.method = "exchange.NotifyResult";
  traffic.caller = "b";
  traffic.callee = "a";
  traffic.key = "order-1";
  return traffic;
}

class OrderChecksTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Check> check_ = CheckByName(&AddOrderChecks, GetParam());
};

class AnyOrderCheckTest : public OrderChecksTest {};

TEST_P(AnyOrderCheckTest, AcceptsARightHistory) {
  check_->OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", "INIT"}));
  check_->OnCommit(Move("INIT", "PROCESSING"));
  check_->OnCommit(Move("PROCESSING", "SUBMITTED"));
  check_->OnCommit(Move("SUBMITTED", "SUCCESS"));
  check_->OnTraffic(Notice());
  check_->OnCommit(Move("SUCCESS", "REVERSED"));

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_GT(check_->exercised(), 0u);
}

TEST_P(AnyOrderCheckTest, IsNotExercisedByNewOrders) {
  check_->OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", "INIT"}));
  check_->OnTraffic(Notice());

  EXPECT_EQ(check_->exercised(), 0u);
}

INSTANTIATE_TEST_SUITE_P(All, AnyOrderCheckTest,
                         ::testing::Values("moves_are_logged", "status_moves_by_compare_and_set",
                                           "never_backwards"));

class LogTest : public OrderChecksTest {};

TEST_P(LogTest, CatchesAMoveWithoutALog) {
  check_->OnCommit(
      CommitByHand("a").Update(kOrder, {"order-1", "INIT"}, {"order-1", "PROCESSING"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_P(LogTest, CatchesALogOfAnotherOrder) {
  check_->OnCommit(CommitByHand("a")
                       .Update(kOrder, {"order-1", "INIT"}, {"order-1", "PROCESSING"})
                       .Insert(kFlow, {1, "order-2", "event", "INIT", "PROCESSING", "egress"}));

  ASSERT_EQ(check_->findings().size(), 2u);  // the move without a log, the log without a move
  EXPECT_EQ(check_->findings()[0].key, "order-1");
  EXPECT_EQ(check_->findings()[1].key, "order-2");
}

TEST_P(LogTest, CatchesALogOfAMoveThatWasNotMade) {
  check_->OnCommit(
      CommitByHand("a").Insert(kFlow, {1, "order-1", "event", "SUBMITTED", "SUCCESS", "notice"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_P(LogTest, CatchesALogOfAnotherMove) {
  check_->OnCommit(CommitByHand("a")
                       .Update(kOrder, {"order-1", "SUBMITTED"}, {"order-1", "SUCCESS"})
                       .Insert(kFlow, {1, "order-1", "event", "PROCESSING", "SUCCESS", "notice"}));

  EXPECT_EQ(check_->findings().size(), 2u);
}

TEST_P(LogTest, AcceptsTwoMovesInOneTransaction) {
  check_->OnCommit(CommitByHand("a")
                       .Update(kOrder, {"order-1", "SUBMITTED"}, {"order-1", "SUCCESS"})
                       .Insert(kFlow, {1, "order-1", "event", "SUBMITTED", "SUCCESS", "query"})
                       .Update(kOrder, {"order-1", "SUCCESS"}, {"order-1", "REVERSED"})
                       .Insert(kFlow, {2, "order-1", "event", "SUCCESS", "REVERSED", "query"}));

  EXPECT_TRUE(check_->findings().empty());
}

TEST_P(LogTest, CatchesACauseThatNobodyKnows) {
  check_->OnCommit(Move("PROCESSING", "FAILED", "timeout"));

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "order-1 went from PROCESSING to FAILED, logged with the cause \"timeout\"");
}

TEST_P(LogTest, CatchesWhatIsDeletedOrRewritten) {
  check_->OnCommit(CommitByHand("a").Delete(kOrder, {"order-1", "SUCCESS"}));
  check_->OnCommit(
      CommitByHand("a").Delete(kFlow, {1, "order-1", "event", "SUBMITTED", "SUCCESS", "notice"}));

  EXPECT_EQ(check_->findings().size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(O1, LogTest, ::testing::Values("moves_are_logged"));

class CompareAndSetTest : public OrderChecksTest {};

TEST_P(CompareAndSetTest, CatchesABlindSet) {
  check_->OnCommit(CommitByHand("a")
                       .Statement(BlindSet())
                       .Update(kOrder, {"order-1", "INIT"}, {"order-1", "PROCESSING"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_P(CompareAndSetTest, CatchesABlindSetAtTheOtherSide) {
  check_->OnCommit(CommitByHand("b")
                       .Statement(BlindSet())
                       .Update(kOrder, {"order-1", "INIT"}, {"order-1", "PROCESSING"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_P(CompareAndSetTest, CatchesAMoveThatWasLoggedButDidNotHappen) {
  sim::StatementRun in_vain = CompareAndSet();
  in_vain.affected = 0;
  check_->OnCommit(
      CommitByHand("a")
          .Statement(in_vain)
          .Statement(
              Once({"INSERT INTO trade_flow ...", "trade_flow", sim::ChangeKind::kInsert, {}}))
          .Insert(kFlow, {1, "order-1", "event", "PROCESSING", "SUCCESS", "notice"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_P(CompareAndSetTest, AllowsWhatWasDoneBeforeAnUpdateInVain) {
  sim::StatementRun in_vain = CompareAndSet();
  in_vain.affected = 0;
  check_->OnCommit(
      CommitByHand("a")
          .Statement(
              Once({"INSERT INTO trade_flow ...", "trade_flow", sim::ChangeKind::kInsert, {}}))
          .Insert(kFlow, {1, "order-1", "event", "PROCESSING", "SUCCESS", "notice"})
          .Statement(in_vain));

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);
}

INSTANTIATE_TEST_SUITE_P(O3, CompareAndSetTest,
                         ::testing::Values("status_moves_by_compare_and_set"));

class BackwardsTest : public OrderChecksTest {};

TEST_P(BackwardsTest, CatchesAMoveBack) {
  check_->OnCommit(Move("SUCCESS", "SUBMITTED"));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_P(BackwardsTest, CatchesAChangeOfMind) {
  check_->OnCommit(Move("FAILED", "SUCCESS"));

  EXPECT_EQ(check_->findings().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(O7, BackwardsTest, ::testing::Values("never_backwards"));

}  // namespace
}  // namespace scenarios
