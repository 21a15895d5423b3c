// Goal: A answers a payment at its acceptance and once, takes nothing but definite
// evidence for an outcome, and finds every lost order again, also after a crash.
// Method: A alone, with a scripted provider; the test sends B's notices.

#include "systems/exchange/initiator.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/test_world.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/scripted_peers.h"

namespace exchange {
namespace {

using sim::IsOk;
using testing::ElementsAre;
using testing::IsEmpty;

class InitiatorTest : public testing::Test {
 protected:
  void Set(const std::string& name, const std::string& value) { settings_.Set(name, value); }
  void Quirk(const std::string& name) { settings_.AddQuirk(name); }
  void Boot() {
    world_.Start("b", ScriptedProviderSystem(provider_));
    world_.Start("a", InitiatorSystem(), {{"provider", "b"}}, settings_);
  }

  absl::StatusOr<PayReply> Pay(const std::string& order_id, int64_t amount = 100) {
    PayRequest request;
    request.set_order_id(order_id);
    request.set_payer("customer-1");
    request.set_payee("merchant-1");
    request.set_amount(amount);
    request.set_currency("CNY");
    return world_.Call("a", kPay, request);
  }
  bool NotifyResult(const std::string& order_id, bool success) {
    ResultNotice notice;
    notice.set_order_id(order_id);
    notice.set_success(success);
    return world_.Call("a", kNotifyResult, notice).value().processed();
  }
  bool NotifyReversal(const std::string& order_id, int64_t amount = 100) {
    ReversalNotice notice;
    notice.set_order_id(order_id);
    notice.set_amount(amount);
    return world_.Call("a", kNotifyReversal, notice).value().processed();
  }
  std::string Status(const std::string& order_id) {
    OrderStatusRequest request;
    request.set_order_id(order_id);
    return world_.Call("a", kOrderStatus, request).value().status();
  }
  std::string Manual() {
    return sim::ToText(
        world_.database("a")->Peek("SELECT group_concat(reason) FROM manual_queue").value()[0][0]);
  }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }
  void Crash(absl::Duration down = absl::Seconds(1)) {
    world_.Crash("a", down);
    world_.AwaitRestart("a");
  }
  bool Quiet() { return world_.simulation().events().unfinished() == 0; }

  sim::Settings settings_ = InitiatorSystem().Defaults();
  ProviderScript provider_;
  sim::TestWorld world_;
};

TEST_F(InitiatorTest, AnswersAtAcceptance) {
  Boot();
  world_.DelayNextRequest("exchange.Submit", absl::Seconds(4));
  const auto reply = Pay("order-1");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->result(), PayReply::ACCEPTED);
  EXPECT_THAT(provider_.submitted, IsEmpty());
  EXPECT_LT(world_.simulation().now(), sim::Millis(50));
}

TEST_F(InitiatorTest, SubmitsAndBooksTheNoticeOfSuccess) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
  EXPECT_TRUE(NotifyResult("order-1", true));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, AnswersARetryAlikeAndSubmitsOnce) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  const auto retried = Pay("order-1");
  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->result(), PayReply::ACCEPTED);
  EXPECT_EQ(retried->status(), "SUBMITTED");
  RunFor(absl::Seconds(10));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1"));
}

TEST_F(InitiatorTest, RefusesAnotherPaymentUnderTheSameNumber) {
  Boot();
  Pay("order-1", 100).value();
  EXPECT_EQ(Pay("order-1", 101)->result(), PayReply::PARAMETER_MISMATCH);
  RunFor(absl::Seconds(10));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1"));
}

TEST_F(InitiatorTest, AcknowledgesARepeatedNotice) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_TRUE(NotifyResult("order-1", false));
  EXPECT_TRUE(NotifyResult("order-1", false));
  EXPECT_FALSE(NotifyResult("order-1", true));
  EXPECT_EQ(Status("order-1"), "FAILED");
}

TEST_F(InitiatorTest, DoesNotAcknowledgeANoticeAboutAnUnknownOrder) {
  Boot();
  EXPECT_FALSE(NotifyResult("order-9", true));
  EXPECT_FALSE(NotifyReversal("order-9"));
}

TEST_F(InitiatorTest, LetsANoticeOvertakeTheAnswer) {
  Boot();
  world_.DelayNextReply("exchange.Submit", absl::Seconds(2));
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_EQ(Status("order-1"), "PROCESSING");
  EXPECT_TRUE(NotifyResult("order-1", true));
  RunFor(absl::Seconds(5));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, TakesARejectionForDefinitive) {
  provider_.submit = SubmitReply::REJECTED_PARAMETERS;
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_EQ(Status("order-1"), "FAILED");
}

TEST_F(InitiatorTest, TakesNoRejectionForTheOutcomeOfAnEarlierAttempt) {
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  provider_.submit = SubmitReply::REJECTED_SIGNATURE;
  RunFor(absl::Seconds(10));
  ASSERT_THAT(provider_.submitted, ElementsAre("order-1", "order-1"));
  EXPECT_EQ(Status("order-1"), "PROCESSING");
}

TEST_F(InitiatorTest, SubmitsAgainSoonAfterARefusal) {
  Boot();
  world_.RefuseNextRequest("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(3));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1"));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

TEST_F(InitiatorTest, LeavesAnUnansweredOrderInProcessing) {
  Set("submit_attempts", "1");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Minutes(9));
  EXPECT_EQ(Status("order-1"), "PROCESSING");
  EXPECT_EQ(provider_.queries, 0);
}

TEST_F(InitiatorTest, HealsALostOrderByQuery) {
  Set("submit_attempts", "1");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  provider_.query = QueryReply::SUCCEEDED;
  RunFor(absl::Minutes(11));
  EXPECT_EQ(provider_.queries, 1);
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, BooksAReversalThatAQueryFindsByWayOfSuccess) {
  Boot();
  Pay("order-1").value();
  provider_.query = QueryReply::REVERSED;
  RunFor(absl::Minutes(11));
  EXPECT_EQ(Status("order-1"), "REVERSED");
  EXPECT_EQ(world_.database("a")
                ->Peek("SELECT count(*) FROM trade_flow WHERE to_status IN ('SUCCESS', 'REVERSED')")
                .value()[0]
                .Int(0),
            2);
}

TEST_F(InitiatorTest, SubmitsAgainUnderTheSameNumberWhatWasNotFound) {
  Set("submit_attempts", "1");
  Boot();
  world_.DropNextRequest("exchange.Submit");
  Pay("order-1").value();
  provider_.query = QueryReply::NOT_FOUND;
  RunFor(absl::Minutes(11));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1"));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

TEST_F(InitiatorTest, AsksFirstWhenAdvised) {
  provider_.advise_query_after_ms = 60'000;
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(55));
  EXPECT_EQ(provider_.queries, 0);
  RunFor(absl::Seconds(10));
  EXPECT_EQ(provider_.queries, 1);
}

TEST_F(InitiatorTest, AsksEverMoreRarelyAndThenAPerson) {
  Set("max_queries", "4");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Minutes(10 + 10 + 20) + absl::Seconds(5));
  EXPECT_EQ(provider_.queries, 3);
  RunFor(absl::Minutes(40));
  EXPECT_EQ(provider_.queries, 4);
  EXPECT_EQ(Manual(), "NULL");
  RunFor(absl::Minutes(80));
  EXPECT_EQ(Manual(), "the provider gives no outcome");
  EXPECT_EQ(provider_.queries, 4);
  EXPECT_EQ(provider_.resends, 1);
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, BooksANoticeAboutAnOrderInTheManualQueue) {
  Set("max_queries", "1");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Hours(1));
  ASSERT_EQ(Manual(), "the provider gives no outcome");
  EXPECT_TRUE(NotifyResult("order-1", true));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
}

TEST_F(InitiatorTest, AsksNeverWhenItReliesOnNotices) {
  Set("channels", "push");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Hours(23));
  EXPECT_EQ(Manual(), "NULL");
  RunFor(absl::Hours(2));
  EXPECT_EQ(provider_.queries, 0);
  EXPECT_EQ(Manual(), "no notice within a day");
}

TEST_F(InitiatorTest, RefusesAReversalUntilItsSuccessHasArrived) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_FALSE(NotifyReversal("order-1"));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
  EXPECT_TRUE(NotifyResult("order-1", true));
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_TRUE(NotifyResult("order-1", true));  // late, and history
  EXPECT_EQ(Status("order-1"), "REVERSED");
}

TEST_F(InitiatorTest, AsksAboutAReversalThatComesFirst) {
  Set("reversal_first", "query_and_collapse");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_FALSE(NotifyReversal("order-1"));  // B still says that it is processing
  provider_.query = QueryReply::REVERSED;
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_EQ(Status("order-1"), "REVERSED");
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, BooksNoReversalOfAnotherAmount) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  NotifyResult("order-1", true);
  EXPECT_FALSE(NotifyReversal("order-1", 99));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
}

TEST_F(InitiatorTest, SubmitsAfterARestartWhatItHadOnlyStored) {
  Boot();
  world_.adversary().AddNext("crash a submit order-1", sim::ChoiceKind::kCrash, sim::Millis(100));
  Pay("order-1").value();
  RunFor(absl::Seconds(5));
  EXPECT_EQ(world_.adversary().left(), 0u);
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1"));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

TEST_F(InitiatorTest, AsksAfterARestartAboutWhatItHadSent) {
  Set("submit_attempts", "1");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(2));
  Crash();
  provider_.query = QueryReply::SUCCEEDED;
  RunFor(absl::Minutes(11));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
}

TEST_F(InitiatorTest, AsksAtOnceAfterARestartWhatWasDueMeanwhile) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(2));
  provider_.query = QueryReply::FAILED;
  Crash(absl::Hours(1));
  RunFor(absl::Seconds(2));
  EXPECT_EQ(Status("order-1"), "FAILED");
}

TEST_F(InitiatorTest, LeavesTheManualQueueAloneAfterARestart) {
  Set("max_queries", "1");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Hours(1));
  Crash();
  RunFor(absl::Hours(1));
  EXPECT_EQ(provider_.queries, 1);
  EXPECT_TRUE(Quiet());
}

TEST(QueryPlan, DoublesUpToItsCap) {
  const QueryPlan plan(InitiatorSystem().Defaults());
  const int64_t minute = 60'000;
  EXPECT_EQ(plan.FirstWait(/*advised=*/0), 10 * minute);
  EXPECT_EQ(plan.FirstWait(/*advised=*/7), 7);
  EXPECT_EQ(plan.WaitAfter(1), 10 * minute);
  EXPECT_EQ(plan.WaitAfter(2), 20 * minute);
  EXPECT_EQ(plan.WaitAfter(6), 320 * minute);
  EXPECT_EQ(plan.WaitAfter(7), 360 * minute);
  EXPECT_EQ(plan.WaitAfter(1'000'000), 360 * minute);
}

TEST_F(InitiatorTest, QuirkTakesATimeoutForFailure) {
  Quirk("timeout_is_failure");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(10));
  EXPECT_EQ(Status("order-1"), "FAILED");
}

TEST_F(InitiatorTest, QuirkSubmitsUnderAFreshNumber) {
  Quirk("key_per_attempt");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(10));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1", "order-1#2"));
  EXPECT_TRUE(NotifyResult("order-1#2", true));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
}

TEST_F(InitiatorTest, QuirkForgetsAtARestartWhatToAskAbout) {
  Quirk("query_timer_in_memory");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(2));
  Crash();
  RunFor(absl::Hours(3));
  EXPECT_EQ(provider_.queries, 0);
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

TEST_F(InitiatorTest, QuirkRefusesARepeatedReversal) {
  Quirk("duplicate_reversal_refused");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  NotifyResult("order-1", true);
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_FALSE(NotifyReversal("order-1"));
}

TEST_F(InitiatorTest, QuirkAcceptsAnotherPaymentUnderTheSameNumber) {
  Quirk("retry_parameters_not_compared");
  Boot();
  Pay("order-1", 100).value();
  EXPECT_EQ(Pay("order-1", 101)->result(), PayReply::ACCEPTED);
}

}  // namespace
}  // namespace exchange
