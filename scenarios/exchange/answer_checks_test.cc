// Goal: failure is concluded from definitive evidence only, and queries answer
// the truth; each check finds the opposite and is not exercised by silence.
//
// Method: commits and messages written by hand; no simulator.

#include "scenarios/exchange/answer_checks.h"

#include <gtest/gtest.h>

#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"
#include "scenarios/exchange/message_by_hand.h"
#include "sim/net/refusal.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::TrafficKind;

const sim::TableInfo kOrder{"trade_order", {"order_id", "status"}, {0}};
const sim::TableInfo kTrade{"trade", {"trade_no", "order_id", "status"}, {0}};

class UnknownIsNotFailureTest : public ::testing::Test {
 protected:
  void Submit(TrafficKind kind, exchange::SubmitReply::Result result, uint64_t call = 1) {
    exchange::SubmitReply reply;
    reply.set_result(result);
    check_->OnTraffic(MessageByHand(kind, "exchange.Submit", "a", "b", call, &reply));
  }

  // What happens to a submission otherwise.
  void Submission(TrafficKind kind, uint64_t call) {
    check_->OnTraffic(MessageByHand(kind, "exchange.Submit", "a", "b", call));
  }

  // The handler has ended with `status` instead of a reply.
  void Returned(const absl::Status& status, uint64_t call) {
    sim::Traffic traffic = MessageByHand(TrafficKind::kReturned, "exchange.Submit", "a", "b", call);
    traffic.status = status;
    check_->OnTraffic(traffic);
  }

  void Notify(bool success) {
    exchange::ResultNotice notice;
    notice.set_success(success);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kDelivered, "exchange.NotifyResult", "b", "a", 2, &notice));
  }

  void Query(exchange::QueryReply::Answer answer) {
    exchange::QueryReply reply;
    reply.set_answer(answer);
    check_->OnTraffic(MessageByHand(TrafficKind::kReturned, "exchange.Query", "a", "b", 3, &reply));
  }

  void Fail() {
    check_->OnCommit(
        CommitByHand("a").Update(kOrder, {"order-1", "PROCESSING"}, {"order-1", "FAILED"}));
  }

  std::unique_ptr<Check> check_ = CheckByName(&AddAnswerChecks, "unknown_is_not_failure");
};

TEST_F(UnknownIsNotFailureTest, AcceptsADefinitiveRejection) {
  Submit(TrafficKind::kReturned, exchange::SubmitReply::REJECTED_SIGNATURE);
  Fail();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(UnknownIsNotFailureTest, AcceptsANoticeOfFailure) {
  Notify(false);
  Fail();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(UnknownIsNotFailureTest, AcceptsAQueryAnsweredFailed) {
  Query(exchange::QueryReply::FAILED);
  Fail();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(UnknownIsNotFailureTest, AcceptsAReversalOfWhatHasNotMoved) {
  exchange::ReverseReply reply;
  reply.set_result(exchange::ReverseReply::UNDONE);
  check_->OnTraffic(MessageByHand(TrafficKind::kReturned, "exchange.Reverse", "a", "b", 1, &reply));
  Fail();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(UnknownIsNotFailureTest, CatchesAReversalOfWhatHasMovedTakenForAFailure) {
  exchange::ReverseReply reply;
  reply.set_result(exchange::ReverseReply::UNDONE);
  reply.set_reversal_no("R1");
  check_->OnTraffic(MessageByHand(TrafficKind::kReturned, "exchange.Reverse", "a", "b", 1, &reply));
  Fail();

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(UnknownIsNotFailureTest, AcceptsARejectionUnderADerivedNumber) {
  check_->OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", "INIT"}));
  exchange::SubmitReply reply;
  reply.set_result(exchange::SubmitReply::REJECTED_PARAMETERS);
  check_->OnTraffic(
      MessageByHand(TrafficKind::kReturned, "exchange.Submit", "a", "b", 1, &reply, "order-1#2"));
  Fail();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(UnknownIsNotFailureTest, AcceptsARejectionAfterARefusedConnection) {
  Submission(TrafficKind::kSent, 1);
  Submission(TrafficKind::kRefused, 1);
  Submission(TrafficKind::kSent, 2);
  Submit(TrafficKind::kReturned, exchange::SubmitReply::REJECTED_SIGNATURE, 2);
  Fail();

  EXPECT_TRUE(check_->findings().empty());
}

// B's disk was full: its handler has refused, and done nothing.
TEST_F(UnknownIsNotFailureTest, AcceptsARejectionAfterAHandlersRefusal) {
  Submission(TrafficKind::kSent, 1);
  Returned(sim::Refused("no space left"), 1);
  Submission(TrafficKind::kSent, 2);
  Submit(TrafficKind::kReturned, exchange::SubmitReply::REJECTED_SIGNATURE, 2);
  Fail();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(UnknownIsNotFailureTest, CatchesARejectionAfterAHandlersFailure) {
  Submission(TrafficKind::kSent, 1);
  Returned(sim::Unknown("COMMIT was cut"), 1);
  Submission(TrafficKind::kSent, 2);
  Submit(TrafficKind::kReturned, exchange::SubmitReply::REJECTED_SIGNATURE, 2);
  Fail();

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(UnknownIsNotFailureTest, CatchesARejectionOfALaterAttemptTakenForAllOfThem) {
  Submission(TrafficKind::kSent, 1);
  Submission(TrafficKind::kTimedOut, 1);
  Submission(TrafficKind::kSent, 2);
  Submit(TrafficKind::kReturned, exchange::SubmitReply::REJECTED_SIGNATURE, 2);
  Fail();

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "order-1");
}

TEST_F(UnknownIsNotFailureTest, AcceptsRejectedParametersOfALaterAttempt) {
  Submission(TrafficKind::kSent, 1);
  Submission(TrafficKind::kTimedOut, 1);
  Submission(TrafficKind::kSent, 2);
  Submit(TrafficKind::kReturned, exchange::SubmitReply::REJECTED_PARAMETERS, 2);
  Fail();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(UnknownIsNotFailureTest, CatchesATimeoutTakenForAFailure) {
  EXPECT_EQ(check_->exercised(), 0u);
  check_->OnTraffic(MessageByHand(TrafficKind::kTimedOut, "exchange.Submit", "a", "b", 1));
  Fail();

  EXPECT_EQ(check_->exercised(), 1u);
  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "order-1");
}

TEST_F(UnknownIsNotFailureTest, CatchesNotFoundTakenForAFailure) {
  Query(exchange::QueryReply::NOT_FOUND);
  Fail();

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(UnknownIsNotFailureTest, CatchesARejectionThatNeverArrived) {
  Submit(TrafficKind::kAnswered, exchange::SubmitReply::REJECTED_SIGNATURE);
  Fail();

  EXPECT_EQ(check_->findings().size(), 1u);
}

class QueryTest : public ::testing::Test {
 protected:
  void Ask() {
    check_->OnTraffic(MessageByHand(TrafficKind::kDelivered, "exchange.Query", "a", "b", 1));
  }

  void Answer(exchange::QueryReply::Answer answer) {
    exchange::QueryReply reply;
    reply.set_answer(answer);
    check_->OnTraffic(MessageByHand(TrafficKind::kAnswered, "exchange.Query", "a", "b", 1, &reply));
  }

  std::unique_ptr<Check> check_ = CheckByName(&AddAnswerChecks, "query_answers_committed_truth");
};

TEST_F(QueryTest, AcceptsTheTruth) {
  check_->OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1", "SUCCESS"}));
  Ask();
  EXPECT_EQ(check_->exercised(), 0u);
  Answer(exchange::QueryReply::SUCCEEDED);

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(QueryTest, AcceptsWhatWasTrueInBetween) {
  Ask();
  check_->OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1", "ACCEPTED"}));
  check_->OnCommit(
      CommitByHand("b").Update(kTrade, {1, "order-1", "ACCEPTED"}, {1, "order-1", "FAILED"}));
  Answer(exchange::QueryReply::PROCESSING);

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(QueryTest, CatchesAnAnswerFromAnEmptyMemory) {
  check_->OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1", "SUCCESS"}));
  Ask();
  Answer(exchange::QueryReply::NOT_FOUND);

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "a query of order-1 was answered NOT_FOUND, but it was SUCCESS");
}

TEST_F(QueryTest, JudgesAnAnswerForWhichNobodyWaits) {
  check_->OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1", "ACCEPTED"}));
  Ask();
  check_->OnTraffic(MessageByHand(TrafficKind::kTimedOut, "exchange.Query", "a", "b", 1));
  check_->OnCommit(
      CommitByHand("b").Update(kTrade, {1, "order-1", "ACCEPTED"}, {1, "order-1", "SUCCESS"}));
  Answer(exchange::QueryReply::PROCESSING);
  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);

  Ask();
  check_->OnTraffic(MessageByHand(TrafficKind::kTimedOut, "exchange.Query", "a", "b", 1));
  Answer(exchange::QueryReply::FAILED);
  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "order-1");
}

TEST_F(QueryTest, ForgetsWhatWasTrueWhenEachCopyIsAnswered) {
  check_->OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1", "ACCEPTED"}));
  Ask();
  Ask();
  check_->OnCommit(
      CommitByHand("b").Update(kTrade, {1, "order-1", "ACCEPTED"}, {1, "order-1", "SUCCESS"}));
  Answer(exchange::QueryReply::SUCCEEDED);
  Answer(exchange::QueryReply::PROCESSING);
  EXPECT_TRUE(check_->findings().empty());
  Ask();
  Answer(exchange::QueryReply::PROCESSING);

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(QueryTest, ForgetsWhatWasAskedBeforeACrash) {
  check_->OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1", "ACCEPTED"}));
  Ask();
  check_->OnCrash("b", 1);
  check_->OnCommit(
      CommitByHand("b").Update(kTrade, {1, "order-1", "ACCEPTED"}, {1, "order-1", "SUCCESS"}));
  Ask();
  Answer(exchange::QueryReply::PROCESSING);

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(QueryTest, CatchesAnAnswerThatMissesTheReversal) {
  check_->OnCommit(CommitByHand("b").Insert(kTrade, {1, "order-1", "REVERSED"}));
  Ask();
  Answer(exchange::QueryReply::SUCCEEDED);

  EXPECT_EQ(check_->findings().size(), 1u);
}

class NoEffectTest : public ::testing::Test {
 protected:
  void Deliver(const char* method, const char* callee, sim::RecordId delivery) {
    sim::Traffic traffic = MessageByHand(TrafficKind::kDelivered, method, "somebody", callee, 1);
    traffic.record = delivery;
    check_->OnTraffic(traffic);
  }

  void Settle(sim::RecordId delivery) {
    check_->OnCommit(CommitByHand("b").By(delivery).Update(kTrade, {1, "order-1", "ACCEPTED"},
                                                           {1, "order-1", "SUCCESS"}));
  }

  std::unique_ptr<Check> check_ = CheckByName(&AddAnswerChecks, "queries_have_no_effect");
};

TEST_F(NoEffectTest, AcceptsWhatSomethingElseHasDone) {
  Settle(0);
  Deliver("exchange.Submit", "b", 17);
  Settle(17);
  EXPECT_EQ(check_->exercised(), 0u);
  Deliver("exchange.Query", "b", 18);
  Settle(17);

  EXPECT_EQ(check_->exercised(), 1u);
  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(NoEffectTest, CatchesAQueryThatSettles) {
  Deliver("exchange.Query", "b", 18);
  Settle(18);

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "order-1");
  EXPECT_EQ(check_->findings()[0].what, "a query of order-1 has changed trade 1 at b");
}

TEST_F(NoEffectTest, CatchesAQueryOfTheCustomer) {
  Deliver("exchange.OrderStatus", "a", 19);
  check_->OnCommit(
      CommitByHand("a").By(19).Update(kOrder, {"order-1", "INIT"}, {"order-1", "PROCESSING"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

}  // namespace
}  // namespace scenarios
