// Goal: requests that come again, the same or changed, have no second effect;
// the opposite is found, and single requests count nothing.
//
// Method: commits and messages written by hand; no simulator.

#include "scenarios/exchange/idempotency_checks.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/status/status.h"
#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"
#include "scenarios/exchange/message_by_hand.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::TrafficKind;

const sim::TableInfo kOrder{
    "trade_order", {"order_id", "payer", "payee", "amount", "currency"}, {0}};
const sim::TableInfo kTrade{
    "trade", {"trade_no", "order_id", "payer", "payee", "amount", "currency"}, {0}};

template <typename Request>
Request Payment(int64_t amount) {
  Request request;
  request.set_order_id("order-1");
  request.set_payer("customer-1");
  request.set_payee("merchant-1");
  request.set_amount(amount);
  request.set_currency("CNY");
  return request;
}

CommitByHand Taken(int amount) {
  return CommitByHand("a").Insert(kOrder, {"order-1", "customer-1", "merchant-1", amount, "CNY"});
}

CommitByHand Traded(int number, int amount = 100) {
  return CommitByHand("b").Insert(kTrade,
                                  {number, "order-1", "customer-1", "merchant-1", amount, "CNY"});
}

class IdempotencyChecksTest : public ::testing::Test {
 protected:
  void Ask(uint64_t call, int64_t amount) {
    const auto request = Payment<exchange::PayRequest>(amount);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kDelivered, "exchange.Pay", "pay1", "a", call, &request));
  }

  void Answer(uint64_t call, exchange::PayReply::Result result) {
    exchange::PayReply reply;
    reply.set_result(result);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kAnswered, "exchange.Pay", "pay1", "a", call, &reply));
  }

  void AskB(uint64_t call, int64_t amount, const char* instance = "b") {
    const auto request = Payment<exchange::SubmitRequest>(amount);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kDelivered, "exchange.Submit", "a", instance, call, &request));
  }

  void AnswerOfB(uint64_t call, exchange::SubmitReply::Result result, const char* instance = "b") {
    exchange::SubmitReply reply;
    reply.set_result(result);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kAnswered, "exchange.Submit", "a", instance, call, &reply));
  }

  std::unique_ptr<Check> check_;
};

class SameRequestTest : public IdempotencyChecksTest {
 protected:
  void SetUp() override { check_ = CheckByName(&AddIdempotencyChecks, "same_request_one_effect"); }
};

TEST_F(SameRequestTest, AcceptsOneEffectOfTwoRequests) {
  Ask(1, 100);
  EXPECT_EQ(check_->exercised(), 0u);
  Ask(2, 100);
  check_->OnCommit(Taken(100));
  Answer(2, exchange::PayReply::ACCEPTED);
  Answer(1, exchange::PayReply::ACCEPTED);
  check_->OnCommit(Traded(1));

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(SameRequestTest, KnowsARequestUnderAnotherToken) {
  auto request = Payment<exchange::SubmitRequest>(100);
  for (int call = 1; call <= 2; ++call) {
    request.set_token(call);
    check_->OnTraffic(
        MessageByHand(TrafficKind::kDelivered, "exchange.Submit", "a", "b", call, &request));
  }
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(SameRequestTest, CatchesASecondTrade) {
  check_->OnCommit(Traded(1));
  check_->OnCommit(Traded(2));

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what, "b has taken order-1 on 2 times");
}

TEST_F(SameRequestTest, CatchesAnotherResultAtA) {
  Ask(1, 100);
  Answer(1, exchange::PayReply::ACCEPTED);
  Ask(2, 100);
  Answer(2, exchange::PayReply::PARAMETER_MISMATCH);

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "a answered the same request of order-1 first ACCEPTED and then PARAMETER_MISMATCH");
}

TEST_F(SameRequestTest, CatchesAnotherResultAtBForACopy) {
  AskB(1, 100);
  AskB(1, 100);
  AnswerOfB(1, exchange::SubmitReply::ACCEPTED);
  AnswerOfB(1, exchange::SubmitReply::REJECTED_PARAMETERS);

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(SameRequestTest, TakesASystemErrorForNoResult) {
  AskB(1, 100);
  AskB(2, 100);
  AnswerOfB(1, exchange::SubmitReply::SYSTEM_ERROR);
  AnswerOfB(2, exchange::SubmitReply::ACCEPTED);

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(SameRequestTest, AcceptsAnotherResultOfAnotherRequest) {
  AskB(1, 0);
  AnswerOfB(1, exchange::SubmitReply::REJECTED_PARAMETERS);
  AskB(2, 100);
  AnswerOfB(2, exchange::SubmitReply::ACCEPTED);

  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(SameRequestTest, IsNotExercisedByOtherParameters) {
  Ask(1, 100);
  Ask(2, 200);

  EXPECT_EQ(check_->exercised(), 0u);
}

class OtherParametersTest : public IdempotencyChecksTest {
 protected:
  void SetUp() override {
    check_ = CheckByName(&AddIdempotencyChecks, "other_parameters_no_effect");
  }
};

TEST_F(OtherParametersTest, AcceptsARefusal) {
  Ask(1, 100);
  check_->OnCommit(Taken(100));
  Answer(1, exchange::PayReply::ACCEPTED);
  EXPECT_EQ(check_->exercised(), 0u);
  Ask(2, 200);
  Answer(2, exchange::PayReply::PARAMETER_MISMATCH);

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(OtherParametersTest, CatchesAnAcceptance) {
  check_->OnCommit(Taken(100));
  Ask(2, 200);
  Answer(2, exchange::PayReply::ACCEPTED);

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "order-1 is 100 CNY from customer-1 to merchant-1, but a accepted it as 200 CNY from "
            "customer-1 to merchant-1");
}

TEST_F(OtherParametersTest, AcceptsARefusalAtB) {
  check_->OnCommit(Traded(1));
  AskB(2, 200);
  AnswerOfB(2, exchange::SubmitReply::PARAMETER_MISMATCH);
  AskB(3, 0);
  AnswerOfB(3, exchange::SubmitReply::REJECTED_PARAMETERS);

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 2u);
}

TEST_F(OtherParametersTest, CatchesAnAcceptanceAtB) {
  check_->OnCommit(Traded(1));
  AskB(2, 200);
  AnswerOfB(2, exchange::SubmitReply::ACCEPTED);

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(OtherParametersTest, CatchesATradeThatIsOverwritten) {
  check_->OnCommit(Traded(1));
  check_->OnCommit(
      CommitByHand("b").Update(kTrade, {1, "order-1", "customer-1", "merchant-1", 100, "CNY"},
                               {1, "order-1", "customer-1", "merchant-1", 200, "CNY"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(OtherParametersTest, CatchesAnOrderThatIsOverwritten) {
  check_->OnCommit(Taken(100));
  check_->OnCommit(CommitByHand("a").Update(kOrder,
                                            {"order-1", "customer-1", "merchant-1", 100, "CNY"},
                                            {"order-1", "customer-1", "merchant-1", 200, "CNY"}));

  EXPECT_EQ(check_->findings().size(), 1u);
}

class ConcurrentCopiesTest : public IdempotencyChecksTest {
 protected:
  void SetUp() override {
    check_ = CheckByName(&AddIdempotencyChecks, "concurrent_copies_one_executed");
  }

  void ErrorOfB(uint64_t call, absl::Status error) {
    sim::Traffic answer = MessageByHand(TrafficKind::kAnswered, "exchange.Submit", "a", "b", call);
    answer.status = std::move(error);
    check_->OnTraffic(answer);
  }
};

TEST_F(ConcurrentCopiesTest, AcceptsOneEffectAndAConflict) {
  AskB(1, 100);
  EXPECT_EQ(check_->exercised(), 0u);
  AskB(2, 100);
  check_->OnCommit(Traded(1));
  ErrorOfB(2, absl::AbortedError("a copy of it is in progress"));
  AnswerOfB(1, exchange::SubmitReply::ACCEPTED);

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(ConcurrentCopiesTest, IsNotExercisedByOneAfterTheOther) {
  AskB(1, 100);
  AnswerOfB(1, exchange::SubmitReply::ACCEPTED);
  AskB(2, 100);
  AnswerOfB(2, exchange::SubmitReply::ACCEPTED);

  EXPECT_EQ(check_->exercised(), 0u);
}

TEST_F(ConcurrentCopiesTest, CatchesTwoThatAreExecuted) {
  AskB(1, 100);
  AskB(2, 100);
  check_->OnCommit(Traded(1));
  AnswerOfB(1, exchange::SubmitReply::ACCEPTED);
  check_->OnCommit(Traded(2));

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "b executed 2 of the copies of order-1 that were there at once");
}

TEST_F(ConcurrentCopiesTest, CatchesTwoThatAreExecutedByInstancesOfOneService) {
  AskB(1, 100, "b1");
  AskB(2, 100, "b2");
  check_->OnCommit(Traded(1));
  AnswerOfB(2, exchange::SubmitReply::ACCEPTED, "b2");
  check_->OnCommit(Traded(2));

  EXPECT_EQ(check_->exercised(), 1u);
  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(ConcurrentCopiesTest, KnowsWhichInstanceHasDied) {
  AskB(1, 100, "b1");
  check_->OnCrash("b2", 0);
  AskB(2, 100, "b2");
  EXPECT_EQ(check_->exercised(), 1u);
  check_->OnCrash("b1", 0);
  AnswerOfB(2, exchange::SubmitReply::ACCEPTED, "b2");
  AskB(3, 100, "b2");
  EXPECT_EQ(check_->exercised(), 1u);
}

TEST_F(ConcurrentCopiesTest, CatchesAnErrorOfTheDatabase) {
  AskB(1, 100);
  AskB(2, 100);
  ErrorOfB(2, absl::UnknownError("UNIQUE constraint failed"));

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "b answered a copy of order-1 that came while another was at work with an error of the "
            "database: UNIQUE constraint failed");
}

TEST_F(ConcurrentCopiesTest, LeavesASecondExecutionAfterACrashToOthers) {
  AskB(1, 100);
  check_->OnCommit(Traded(1));
  check_->OnCrash("b", 0);
  AskB(2, 100);
  check_->OnCommit(Traded(2));

  EXPECT_TRUE(check_->findings().empty());
  EXPECT_EQ(check_->exercised(), 0u);
}

const sim::TableInfo kKey{"submission_key", {"order_id", "accepted_at"}, {0}};

class KeysTest : public IdempotencyChecksTest {
 protected:
  KeysTest() {
    check_ = CheckByName(&AddIdempotencyChecks, "keys_outlive_retries");
    AskB(1, 100);
    check_->OnCommit(CommitByHand("b").Insert(kKey, {"order-1", 0}));
  }
  void Prune() { check_->OnCommit(CommitByHand("b").Delete(kKey, {"order-1", 0})); }
};

TEST_F(KeysTest, LetsAKeyBeForgottenThatNobodyNeeds) {
  Prune();
  EXPECT_TRUE(check_->findings().empty());
}

// A copy that comes at once would find any key.
TEST_F(KeysTest, IsPutToTheTestByWhatComesLater) {
  AskB(2, 100);
  EXPECT_EQ(check_->exercised(), 0u);
  sim::Traffic later = MessageByHand(TrafficKind::kDelivered, "exchange.Submit", "a", "b", 3);
  later.at = sim::Seconds(61);
  check_->OnTraffic(later);
  EXPECT_EQ(check_->exercised(), 1u);
  EXPECT_TRUE(check_->findings().empty());
}

TEST_F(KeysTest, CatchesAKeyThatIsNeededStill) {
  Prune();
  AskB(2, 100);
  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "b had forgotten the key of order-1 0 s before it was submitted again");
}

}  // namespace
}  // namespace scenarios
