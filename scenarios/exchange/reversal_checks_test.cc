// Goal: a reversal that comes first or again is handled as promised; the
// opposite is found, and nothing is counted while reversals come in order.
//
// Method: commits and messages written by hand; no simulator.

#include "scenarios/exchange/reversal_checks.h"

#include <gtest/gtest.h>

#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"
#include "scenarios/exchange/message_by_hand.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::TrafficKind;

const sim::TableInfo kOrder{"trade_order", {"order_id", "status"}, {0}};

const sim::TableInfo kFlow{"trade_flow", {"flow_id", "order_id", "from_status", "to_status"}, {0}};

class ReversalChecksTest : public ::testing::Test {
 protected:
  void Move(const char* from, const char* to) {
    check_->OnCommit(CommitByHand("a").Update(kOrder, {"order-1", from}, {"order-1", to}));
  }

  void Notify(uint64_t call, const char* number = "order-1") {
    check_->OnTraffic(MessageByHand(TrafficKind::kDelivered, "exchange.NotifyReversal", "b", "a",
                                    call, nullptr, number));
  }

  void Answer(uint64_t call, bool processed, const char* number = "order-1") {
    exchange::NoticeReply reply;
    reply.set_processed(processed);
    check_->OnTraffic(MessageByHand(TrafficKind::kAnswered, "exchange.NotifyReversal", "b", "a",
                                    call, &reply, number));
  }

  void NotifySuccess() {
    exchange::ResultNotice notice;
    notice.set_success(true);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kDelivered, "exchange.NotifyResult", "b", "a", 9, &notice));
  }

  // A reversal comes first, and is collapsed with the success that A asks for.
  void Collapse() {
    Move("INIT", "PROCESSING");
    Notify(1);
    check_->OnCommit(CommitByHand("a")
                         .Update(kOrder, {"order-1", "PROCESSING"}, {"order-1", "SUCCESS"})
                         .Update(kOrder, {"order-1", "SUCCESS"}, {"order-1", "REVERSED"}));
    Answer(1, true);
  }

  std::unique_ptr<Check> check_;
};

class ReversalFirstTest : public ReversalChecksTest {
 protected:
  void SetUp() override { Choose("reject_and_resend"); }
  void Choose(const char* design) {
    check_ = CheckByName(&AddReversalChecks, "reversal_first_is_harmless", design);
  }
  void Send(const char* method, const char* from, const char* to, uint64_t call) {
    check_->OnTraffic(MessageByHand(TrafficKind::kSent, method, from, to, call));
  }
  void Judge() { check_->OnPhase(sim::Phase::kJudge, 0); }
};

TEST_F(ReversalFirstTest, CatchesARefusalThatIsNotFollowedByAnotherNotice) {
  Move("INIT", "PROCESSING");
  Notify(1);
  Answer(1, false);
  Move("PROCESSING", "SUCCESS");
  Judge();

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(ReversalFirstTest, AcceptsARefusalAtTheEndOfTheSchedule) {
  const sim::TableInfo notification{
      "notification", {"notify_id", "order_id", "kind", "status"}, {0}};
  check_->OnCommit(CommitByHand("b").Insert(
      notification, {"order-1/REVERSAL", "order-1", "REVERSAL", "EXHAUSTED"}));
  Move("INIT", "PROCESSING");
  Notify(1);
  Answer(1, false);
  Judge();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(ReversalFirstTest, CatchesACollapseWhereAIsToRefuse) {
  Move("INIT", "PROCESSING");
  sim::Traffic notice =
      MessageByHand(TrafficKind::kDelivered, "exchange.NotifyReversal", "b", "a", 1);
  notice.record = 7;
  check_->OnTraffic(notice);
  check_->OnCommit(CommitByHand("a")
                       .By(7)
                       .Update(kOrder, {"order-1", "PROCESSING"}, {"order-1", "SUCCESS"})
                       .Update(kOrder, {"order-1", "SUCCESS"}, {"order-1", "REVERSED"}));
  Answer(1, true);

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(ReversalFirstTest, CatchesARefusalWhereAIsToAsk) {
  Choose("query_and_collapse");
  Move("INIT", "PROCESSING");
  Notify(1);
  Answer(1, false);

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(ReversalFirstTest, AcceptsARefusalIfBDoesNotAnswerWhatAAsks) {
  Choose("query_and_collapse");
  Move("INIT", "PROCESSING");
  Notify(1);
  Send("exchange.Query", "a", "b", 2);
  Answer(1, false);
  Send("exchange.NotifyReversal", "b", "a", 3);
  Judge();

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(ReversalFirstTest, AcceptsRejectAndResend) {
  Move("INIT", "PROCESSING");
  Notify(1);
  Answer(1, false);
  Move("PROCESSING", "SUCCESS");
  Notify(2);
  Move("SUCCESS", "REVERSED");
  Answer(2, true);

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(ReversalFirstTest, AcceptsQueryAndCollapse) {
  Collapse();
  EXPECT_EQ(check_->exercised(), 1u);
  NotifySuccess();

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 2u);
}

TEST_F(ReversalFirstTest, AcceptsAReversalUnderADerivedNumber) {
  check_->OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", "INIT"}));
  Move("INIT", "PROCESSING");
  Move("PROCESSING", "SUCCESS");
  Notify(1, "order-1#2");
  Move("SUCCESS", "REVERSED");
  Answer(1, true, "order-1#2");

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 0u);
}

TEST_F(ReversalFirstTest, CatchesALateSuccessThatIsBooked) {
  Collapse();
  NotifySuccess();
  Move("REVERSED", "SUCCESS");

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "order-1");
}

TEST_F(ReversalFirstTest, CatchesALateSuccessThatIsLoggedAgain) {
  Collapse();
  NotifySuccess();
  check_->OnCommit(CommitByHand("a").Insert(kFlow, {1, "order-1", "REVERSED", "SUCCESS"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(ReversalFirstTest, CatchesAReversalOfWhatHasNotSucceeded) {
  Move("PROCESSING", "REVERSED");

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "order-1");
}

TEST_F(ReversalFirstTest, CatchesANoticeTakenWithoutEffect) {
  Move("INIT", "PROCESSING");
  Notify(1);
  Answer(1, true);

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(ReversalFirstTest, IsNotExercisedInOrder) {
  Move("PROCESSING", "SUCCESS");
  Notify(1);

  EXPECT_EQ(check_->exercised(), 0u);
}

class RepeatedReversalTest : public ReversalChecksTest {
 protected:
  void SetUp() override {
    check_ = CheckByName(&AddReversalChecks, "repeated_reversal_same_answer");
  }
};

TEST_F(RepeatedReversalTest, AcceptsTheSameAnswer) {
  Notify(1);
  Move("SUCCESS", "REVERSED");
  Answer(1, true);
  EXPECT_EQ(check_->exercised(), 0u);
  Notify(2);
  Answer(2, true);

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(RepeatedReversalTest, CatchesARefusalUnderADerivedNumber) {
  check_->OnCommit(CommitByHand("a").Insert(kOrder, {"order-1", "INIT"}));
  Move("SUCCESS", "REVERSED");
  Notify(2, "order-1#2");
  Answer(2, false, "order-1#2");

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "order-1");
}

TEST_F(RepeatedReversalTest, IsNotExercisedByABadSignature) {
  Move("SUCCESS", "REVERSED");
  Notify(2);
  exchange::NoticeReply reply;
  reply.set_rejected_signature(true);
  check_->OnTraffic(
      MessageByHand(TrafficKind::kAnswered, "exchange.NotifyReversal", "b", "a", 2, &reply));

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 0u);
}

TEST_F(RepeatedReversalTest, CatchesARefusal) {
  Move("SUCCESS", "REVERSED");
  Notify(2);
  Answer(2, false);

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(RepeatedReversalTest, AcceptsALateRefusalOfTheFirst) {
  Notify(1);
  Move("SUCCESS", "REVERSED");
  Notify(1);
  Answer(1, false);

  EXPECT_TRUE(check_->findings().empty());
}

class RepeatedRequestTest : public RepeatedReversalTest {
 protected:
  void AnswerRequest(exchange::ReverseReply::Result result, const char* reversal_no = "") {
    exchange::ReverseReply reply;
    reply.set_result(result);
    reply.set_reversal_no(reversal_no);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kAnswered, "exchange.Reverse", "a", "b", 5, &reply));
  }
};

TEST_F(RepeatedRequestTest, LetsTheSameAnswerPass) {
  AnswerRequest(exchange::ReverseReply::REJECTED_SIGNATURE);
  AnswerRequest(exchange::ReverseReply::UNDONE, "R1");
  EXPECT_EQ(check_->exercised(), 0u);
  AnswerRequest(exchange::ReverseReply::UNDONE, "R1");
  EXPECT_EQ(check_->exercised(), 1u);
  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(RepeatedRequestTest, CatchesAnotherAnswer) {
  AnswerRequest(exchange::ReverseReply::UNDONE);
  AnswerRequest(exchange::ReverseReply::UNDONE, "R1");
  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "B answered the request to reverse order-1 first UNDONE and then UNDONE as R1");
}

}  // namespace
}  // namespace scenarios
