// Goal: A answers a payment at its acceptance and once, and submits it until it is
// answered, always under its own number; only a rejection of all that it sent is
// a failure.
// Method: A alone, with a scripted provider.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/status_matchers.h"
#include "systems/exchange/initiator_fixture.h"

namespace exchange {
namespace {

using sim::IsOk;
using testing::ElementsAre;
using testing::IsEmpty;

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

// An order may be submitted again by another instance, and is the same submission then.
TEST_F(InitiatorTest, SubmitsInTheNameOfItsCompany) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_THAT(provider_.merchants, ElementsAre("test"));  // as a test world calls it
}

TEST_F(InitiatorTest, SubmitsUnderALockAndTellsItsToken) {
  Set("serialise", "table_lock");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
  EXPECT_THAT(provider_.tokens, ElementsAre(1));
  EXPECT_EQ((*world_.database("a")->Peek("SELECT owner FROM dlock"))[0].Text(0), "");
}

TEST_F(InitiatorTest, SubmitsWhenTheLockOfTheDeadHasExpired) {
  Set("serialise", "table_lock");
  provider_.query = QueryReply::NOT_FOUND;
  Boot();
  world_.RefuseNextRequest("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Milliseconds(500));
  Crash(absl::Seconds(8));
  RunFor(absl::Minutes(11));
  EXPECT_THAT(provider_.tokens, ElementsAre(2));
}

TEST_F(InitiatorTest, RefusesAnotherPaymentUnderTheSameNumber) {
  Boot();
  Pay("order-1", 100).value();
  EXPECT_EQ(Pay("order-1", 101)->result(), PayReply::PARAMETER_MISMATCH);
  RunFor(absl::Seconds(10));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1"));
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

TEST_F(InitiatorTest, TakesASystemErrorForNoAnswer) {
  provider_.submit = SubmitReply::SYSTEM_ERROR;
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  ASSERT_THAT(provider_.submitted, ElementsAre("order-1", "order-1"));
  EXPECT_EQ(Status("order-1"), "PROCESSING");
  EXPECT_TRUE(NotifyResult("order-1", true));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
}

TEST_F(InitiatorTest, SubmitsAgainSoonAfterARefusal) {
  Boot();
  world_.RefuseNextRequest("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(3));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1"));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

TEST_F(InitiatorTest, SignsWithAKeyThatMayHaveExpired) {
  Boot();
  world_.adversary().AddNext("outcome a signing_key", sim::ChoiceKind::kOutcome, 1);
  Pay("order-1").value();
  Pay("order-2").value();
  RunFor(absl::Seconds(1));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1", "order-2"));
  EXPECT_THAT(provider_.signatures, ElementsAre(false, true));
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

TEST_F(InitiatorTest, QuirkTakesATimeoutForFailure) {
  Quirk("timeout_is_failure");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(10));
  EXPECT_EQ(Status("order-1"), "FAILED");
}

TEST_F(InitiatorTest, QuirkTakesASystemErrorForFailure) {
  Quirk("system_error_is_failure");
  provider_.submit = SubmitReply::SYSTEM_ERROR;
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_EQ(Status("order-1"), "FAILED");
}

TEST_F(InitiatorTest, QuirkTakesARejectionForTheOutcomeOfAnEarlierAttempt) {
  Quirk("rejection_settles_order");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  provider_.submit = SubmitReply::REJECTED_SIGNATURE;
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

TEST_F(InitiatorTest, QuirkAcceptsAnotherPaymentUnderTheSameNumber) {
  Quirk("retry_parameters_not_compared");
  Boot();
  Pay("order-1", 100).value();
  EXPECT_EQ(Pay("order-1", 101)->result(), PayReply::ACCEPTED);
}

}  // namespace
}  // namespace exchange
