// Goal: B takes a payment back once, whatever has become of it; a payment that comes
// only afterwards is refused; and nothing of that is lost or done twice by a crash.
// Method: B alone, with a scripted merchant; the test submits and reverses. Stories are
// run with a crash at each suspension of the reversal, and with all the short delays
// between a submission and its reversal.

#include "systems/exchange/reversals.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "systems/exchange/provider_fixture.h"

namespace exchange {
namespace {

using sim::ChoiceKind;
using testing::ElementsAre;

ReverseRequest ReversalOf(const SubmitRequest& payment) {
  ReverseRequest request;
  request.set_order_id(payment.order_id());
  *request.mutable_original() = payment;
  request.set_signature(true);
  return request;
}

class BankThatReverses : public Bank {
 public:
  ReverseReply Reverse(int64_t amount = 100) {
    return world_.Call("b", kReverse, ReversalOf(Payment("order-1", amount))).value();
  }
  ReverseReply::Result ResultOfReverse() { return Reverse().result(); }
  int64_t Journals() { return Number("SELECT count(*) FROM journal WHERE biz_id = 'order-1'"); }
  int64_t Trades() { return Number("SELECT count(*) FROM trade"); }
};

class ReversalsTest : public testing::Test, protected BankThatReverses {};

TEST_F(ReversalsTest, RefuseAPaymentThatComesAfterwards) {
  Boot();
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);
  EXPECT_EQ(Query("order-1"), QueryReply::FAILED);
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::REVERSED_BEFORE);
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::REVERSED_BEFORE);
  EXPECT_EQ(Submit(Payment("order-1", 101)), SubmitReply::PARAMETER_MISMATCH);
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Trades(), 1);
  EXPECT_EQ(Journals(), 0);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 failed"));
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);
  EXPECT_TRUE(Quiet());
}

TEST_F(ReversalsTest, FailAPaymentBeforeItsDebit) {
  Boot();
  Submit(Payment("order-1"));
  const ReverseReply reply = Reverse();
  EXPECT_EQ(reply.result(), ReverseReply::UNDONE);
  EXPECT_EQ(reply.reversal_no(), "");
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Query("order-1"), QueryReply::FAILED);
  EXPECT_EQ(Journals(), 0);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 failed"));
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::ACCEPTED);  // as the first was
  EXPECT_TRUE(Quiet());
}

TEST_F(ReversalsTest, BookAPaymentBackOnce) {
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Minutes(1));
  const ReverseReply first = Reverse();
  EXPECT_EQ(first.result(), ReverseReply::UNDONE);
  EXPECT_EQ(first.reversal_no(), "R1");
  EXPECT_EQ(Reverse().SerializeAsString(), first.SerializeAsString());
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Query("order-1"), QueryReply::REVERSED);
  EXPECT_EQ(Journals(), 2);
  EXPECT_EQ(Balance("customer-1"), 25'000);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 succeeded", "order-1 reversed 100"));
  EXPECT_TRUE(BooksBalance());
  EXPECT_TRUE(Quiet());
}

TEST_F(ReversalsTest, BookAPaymentBackBeforeItIsSettled) {
  Boot();
  FailAfterDebit();
  Submit(Payment("order-1"));
  while (Query("order-1") != QueryReply::SUCCEEDED) RunFor(absl::Milliseconds(100));
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);
  RunFor(absl::Minutes(1));  // its own reversal finds nothing left to do
  EXPECT_EQ(Journals(), 2);
  EXPECT_EQ(Number("SELECT settled FROM trade"), 1);
  EXPECT_TRUE(Quiet());
}

TEST_F(ReversalsTest, OfACopyAreDoneOnce) {
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Minutes(1));
  world_.DuplicateNextRequest("exchange.Reverse", absl::ZeroDuration());
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Journals(), 2);
}

TEST_F(ReversalsTest, OfACopyLeaveOneTombstone) {
  Boot();
  world_.DuplicateNextRequest("exchange.Reverse", absl::ZeroDuration());
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Trades(), 1);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 failed"));
}

TEST_F(ReversalsTest, OfAFailedPaymentDoNothing) {
  Boot();
  FailBeforeDebit();
  Submit(Payment("order-1"));
  RunFor(absl::Minutes(1));
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Query("order-1"), QueryReply::FAILED);
  EXPECT_EQ(Journals(), 0);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 failed"));
}

TEST_F(ReversalsTest, OfWhatBHasReversedItselfDoNothing) {
  Boot();
  FailAfterDebit();
  Submit(Payment("order-1"));
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Reverse().reversal_no(), "R1");
  EXPECT_EQ(Journals(), 2);
}

TEST_F(ReversalsTest, AreRefusedForAnotherPaymentOrABadSignature) {
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Reverse(99).result(), ReverseReply::PARAMETER_MISMATCH);
  const ReverseRequest forged = [] {
    ReverseRequest request = ReversalOf(Payment("order-1"));
    request.set_signature(false);
    return request;
  }();
  EXPECT_EQ(world_.Call("b", kReverse, forged)->result(), ReverseReply::REJECTED_SIGNATURE);
  ReverseRequest of_two_numbers = ReversalOf(Payment("order-1"));
  of_two_numbers.set_order_id("order-2");  // which has not come: nothing of order-1 is buried
  EXPECT_EQ(world_.Call("b", kReverse, of_two_numbers)->result(), ReverseReply::PARAMETER_MISMATCH);
  EXPECT_EQ(Trades(), 1);
  EXPECT_EQ(Query("order-1"), QueryReply::SUCCEEDED);
}

TEST_F(ReversalsTest, ComeTooLateForAStatement) {
  Set("statement", "on");
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Hours(25));
  EXPECT_EQ(ResultOfReverse(), ReverseReply::TOO_LATE);
  EXPECT_EQ(ResultOfReverse(), ReverseReply::TOO_LATE);
  EXPECT_EQ(Query("order-1"), QueryReply::SUCCEEDED);
  EXPECT_EQ(Journals(), 1);
  EXPECT_TRUE(BooksBalance());
}

TEST_F(ReversalsTest, AreSettledInsteadOfASuccessThatNoStatementTells) {
  Set("statement", "on");
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Minutes(1));
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);
  RunFor(absl::Hours(25));
  EXPECT_EQ(Number("SELECT count(*) FROM settlement WHERE bill_date <> ''"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM settlement WHERE status = 'REVERSED'"), 1);
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);  // it is history
}

TEST_F(ReversalsTest, SettleATombstoneAsFailed) {
  Set("statement", "on");
  Boot();
  Reverse();
  EXPECT_EQ(Number("SELECT count(*) FROM settlement WHERE status = 'FAILED'"), 1);
}

TEST_F(ReversalsTest, AreNotOfferedWithoutTheConstraint) {
  Set("idempotency", "key_table");
  Boot();
  const auto reply = world_.Call("b", kReverse, ReversalOf(Payment("order-1")));
  EXPECT_TRUE(sim::IsRefused(reply.status()));
}

// A submission and its reversal, which is sent `later` than it.
TEST(ReversalsRace, EndsWithNothingPaidWhateverIsFirst) {
  int first = 0;
  int races = 0;
  for (int64_t later_us = 100; later_us <= 8'000; later_us += 100) {
    const absl::Duration later = absl::Microseconds(later_us);
    SCOPED_TRACE(absl::FormatDuration(later));
    BankThatReverses bank;
    bank.Boot();
    bank.world_.DelayNextReply("exchange.Submit", absl::Minutes(1));
    EXPECT_FALSE(bank.world_.Call("b", kSubmit, Payment("order-1"), {.timeout = later}).ok());
    EXPECT_EQ(bank.ResultOfReverse(), ReverseReply::UNDONE);
    ++races;
    first += bank.Number("SELECT count(*) FROM trade WHERE accepted_at = 0") != 0 ? 1 : 0;
    bank.RunFor(absl::Minutes(2));
    EXPECT_EQ(bank.Trades(), 1);
    EXPECT_EQ(bank.Query("order-1"), QueryReply::FAILED);
    EXPECT_EQ(bank.Journals(), 0);
    EXPECT_THAT(bank.merchant_.notices, ElementsAre("order-1 failed"));
    EXPECT_TRUE(bank.Quiet());
  }
  EXPECT_GT(first, 0) << "the reversal was never first";
  EXPECT_LT(first, races) << "the submission was never first";
}

// A reversal with a crash at its n-th suspension, of a payment that is made before it, or
// comes after it. Returns false when there is none.
bool SurvivesACrashAt(uint64_t n, bool paid) {
  BankThatReverses bank;
  bank.Boot();
  if (paid) {
    bank.Submit(Payment("order-1"));
    bank.RunFor(absl::Minutes(1));
  }
  bank.world_.adversary().Add(
      sim::MakePin("crash b exchange.Reverse order-1", n, ChoiceKind::kCrash, sim::Seconds(1)));
  bank.world_.Call("b", kReverse, ReversalOf(Payment("order-1"))).IgnoreError();
  if (bank.world_.adversary().left() > 0) return false;
  bank.world_.AwaitRestart("b");

  SCOPED_TRACE(absl::StrCat("crash at suspension ", n));
  EXPECT_EQ(bank.ResultOfReverse(), ReverseReply::UNDONE);
  EXPECT_EQ(bank.Submit(Payment("order-1")),
            paid ? SubmitReply::ACCEPTED : SubmitReply::REVERSED_BEFORE);
  bank.RunFor(absl::Minutes(5));
  EXPECT_EQ(bank.Query("order-1"), paid ? QueryReply::REVERSED : QueryReply::FAILED);
  EXPECT_EQ(bank.Journals(), paid ? 2 : 0);
  EXPECT_EQ(bank.Balance("customer-1"), 25'000);
  EXPECT_TRUE(bank.BooksBalance());
  EXPECT_EQ(bank.Number("SELECT count(*) FROM notification WHERE status = 'SUCCESS'"),
            paid ? 2 : 1);
  EXPECT_TRUE(bank.Quiet());
  return true;
}

TEST(ReversalsCrash, AtEverySuspension) {
  for (const bool paid : {false, true}) {
    uint64_t n = 1;
    while (SurvivesACrashAt(n, paid)) ++n;
    EXPECT_GT(n, 4u);
  }
}

TEST_F(ReversalsTest, QuirkPaysWhatItHasTakenBack) {
  Quirk("reversal_leaves_no_tombstone");
  Boot();
  EXPECT_EQ(ResultOfReverse(), ReverseReply::UNDONE);
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::ACCEPTED);
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Query("order-1"), QueryReply::SUCCEEDED);
}

TEST_F(ReversalsTest, FollowFromARefusedNoticeIfBCancels) {
  Set("refused_notice", "cancel");
  merchant_.processed = false;
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Hours(1));
  EXPECT_EQ(Query("order-1"), QueryReply::REVERSED);
  EXPECT_EQ(Journals(), 2);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 succeeded"));  // and no word since
  EXPECT_TRUE(BooksBalance());
  EXPECT_TRUE(Quiet());
}

// The merchant is away for a day, and refuses what it is told when a statement has told it.
TEST_F(ReversalsTest, DoNotFollowFromARefusedNoticeOfWhatAStatementHasTold) {
  Set("refused_notice", "cancel");
  Set("statement", "on");
  merchant_.processed = false;
  Boot();
  Submit(Payment("order-1"));
  world_.Crash("a", absl::Hours(26));
  RunFor(absl::Hours(27));
  EXPECT_EQ(Number("SELECT count(*) FROM notification WHERE status = 'EXHAUSTED'"), 1);
  Resend("order-1");
  RunFor(absl::Hours(1));
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 succeeded"));
  EXPECT_EQ(Query("order-1"), QueryReply::SUCCEEDED);
  EXPECT_EQ(Journals(), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM notification WHERE status = 'SUCCESS'"), 0)
      << "nothing was cancelled, so there is more to say";
}

TEST_F(ReversalsTest, DoNotFollowFromARefusedNoticeOfAFailure) {
  Set("refused_notice", "cancel");
  merchant_.processed = false;
  Boot();
  FailBeforeDebit();
  Submit(Payment("order-1"));
  RunFor(absl::Hours(1));
  EXPECT_EQ(Query("order-1"), QueryReply::FAILED);
  EXPECT_EQ(merchant_.notices.size(), 5u);
}

}  // namespace
}  // namespace exchange
