// Goal: B executes a payment once or not at all, reverses it at most once, tells
// the merchant what became of it, and goes on after a crash in any stage.
// Method: B alone, with a scripted merchant; the test submits. A story is run with
// a crash at each of its suspension points, one after the other.

#include "systems/exchange/provider.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "systems/exchange/provider_fixture.h"

namespace exchange {
namespace {

using sim::ChoiceKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ProviderTest, AcceptsNowAndExecutesLater) {
  Boot();
  EXPECT_EQ(Query("order-1"), QueryReply::NOT_FOUND);
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::ACCEPTED);
  EXPECT_EQ(Query("order-1"), QueryReply::PROCESSING);
  EXPECT_EQ(Balance("merchant-1"), 0);
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Query("order-1"), QueryReply::SUCCEEDED);
  EXPECT_EQ(Balance("merchant-1"), 100);
  EXPECT_EQ(Balance("customer-1"), 24'900);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 succeeded"));
  EXPECT_TRUE(BooksBalance());
  EXPECT_TRUE(Quiet());
}

TEST_F(ProviderTest, AdvisesWhenToAsk) {
  Boot();
  EXPECT_EQ(world_.Call("b", kSubmit, Payment("order-1"))->advise_query_after_ms(), 600'000);
}

TEST_F(ProviderTest, RejectsWithoutAnyEffect) {
  Boot();
  SubmitRequest unsigned_payment = Payment("order-1");
  unsigned_payment.set_signature(false);
  EXPECT_EQ(Submit(unsigned_payment), SubmitReply::REJECTED_SIGNATURE);
  EXPECT_EQ(Submit(Payment("order-1", 0)), SubmitReply::REJECTED_PARAMETERS);
  SubmitRequest to_oneself = Payment("order-1");
  to_oneself.set_payee("customer-1");
  EXPECT_EQ(Submit(to_oneself), SubmitReply::REJECTED_PARAMETERS);
  EXPECT_EQ(Number("SELECT count(*) FROM trade"), 0);
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::ACCEPTED);  // the number is not burnt
}

TEST_F(ProviderTest, ExecutesARepeatedSubmissionOnce) {
  Boot();
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::ACCEPTED);
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::ACCEPTED);
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::ACCEPTED);
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Balance("merchant-1"), 100);
  EXPECT_THAT(merchant_.notices, SizeIs(1));
}

TEST_F(ProviderTest, ExecutesTwoCopiesOfOneSubmissionOnce) {
  Boot();
  world_.DuplicateNextRequest("exchange.Submit", absl::ZeroDuration());
  EXPECT_EQ(Submit(Payment("order-1")), SubmitReply::ACCEPTED);
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Balance("merchant-1"), 100);
}

TEST_F(ProviderTest, RefusesAnotherPaymentUnderTheSameNumber) {
  Boot();
  EXPECT_EQ(Submit(Payment("order-1", 100)), SubmitReply::ACCEPTED);
  EXPECT_EQ(Submit(Payment("order-1", 101)), SubmitReply::PARAMETER_MISMATCH);
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Balance("merchant-1"), 100);
}

TEST_F(ProviderTest, FailsBeforeTheDebit) {
  Boot();
  FailBeforeDebit();
  Submit(Payment("order-1"));
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Query("order-1"), QueryReply::FAILED);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 failed"));
  EXPECT_EQ(Number("SELECT count(*) FROM journal WHERE leg <> 'OPENING'"), 0);
  EXPECT_TRUE(Quiet());
}

TEST_F(ProviderTest, FailsWithoutFunds) {
  Boot();
  Submit(Payment("order-1", 25'001));
  Submit(Payment("order-2", 25'000));
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Query("order-1"), QueryReply::FAILED);
  EXPECT_EQ(Query("order-2"), QueryReply::SUCCEEDED);
  EXPECT_EQ(Balance("customer-1"), 0);
  EXPECT_TRUE(BooksBalance());
}

TEST_F(ProviderTest, FailsForAnUnknownPayer) {
  Boot();
  SubmitRequest stranger = Payment("order-1");
  stranger.set_payer("nobody");
  Submit(stranger);
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Query("order-1"), QueryReply::FAILED);
}

TEST_F(ProviderTest, ReversesWhatFailsLater) {
  Boot();
  FailAfterDebit();
  world_.adversary().AddNext("outcome b signing_key", ChoiceKind::kOutcome, 1);
  Submit(Payment("order-1"));
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Query("order-1"), QueryReply::REVERSED);
  EXPECT_THAT(merchant_.notices, ElementsAre("order-1 succeeded", "order-1 reversed 100"));
  EXPECT_THAT(merchant_.signatures, ElementsAre(false, true));  // the key had expired
  EXPECT_EQ(Balance("customer-1"), 25'000);
  EXPECT_EQ(Balance("merchant-1"), 0);
  EXPECT_EQ(Number("SELECT count(*) FROM journal WHERE biz_id = 'order-1'"), 2);
  EXPECT_TRUE(BooksBalance());
  EXPECT_TRUE(Quiet());
}

TEST_F(ProviderTest, RepeatsANoticeUntilItIsProcessed) {
  merchant_.processed = false;
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Seconds(90));
  EXPECT_THAT(merchant_.notices, SizeIs(2));
  merchant_.processed = true;
  RunFor(absl::Hours(1));
  EXPECT_THAT(merchant_.notices, SizeIs(3));
}

TEST_F(ProviderTest, RefusesToResendIfItCannot) {
  Set("resend", "off");
  merchant_.processed = false;
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Hours(1));
  EXPECT_TRUE(Resend("order-1").refused());
  EXPECT_EQ(Number("SELECT count(*) FROM notification WHERE status = 'EXHAUSTED'"), 1);
}

TEST_F(ProviderTest, QuirkAcceptsAnotherPaymentUnderTheSameNumber) {
  Quirk("parameters_not_compared_at_b");
  Boot();
  Submit(Payment("order-1"));
  EXPECT_EQ(Submit(Payment("order-1", 101)), SubmitReply::ACCEPTED);
}

TEST_F(ProviderTest, ResendsWhenAsked) {
  merchant_.processed = false;
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Hours(1));
  ASSERT_THAT(merchant_.notices, SizeIs(5));
  merchant_.processed = true;
  EXPECT_FALSE(Resend("order-1").refused());
  RunFor(absl::Seconds(10));
  EXPECT_THAT(merchant_.notices, SizeIs(6));
  EXPECT_EQ(Number("SELECT count(*) FROM notification WHERE status = 'SUCCESS'"), 1);
}

TEST_F(ProviderTest, TellsNobodyWhenNoticesAreOff) {
  Set("notify", "off");
  Boot();
  Submit(Payment("order-1"));
  RunFor(absl::Hours(1));
  EXPECT_THAT(merchant_.notices, IsEmpty());
  EXPECT_EQ(Query("order-1"), QueryReply::SUCCEEDED);
  EXPECT_EQ(Number("SELECT count(*) FROM notification"), 0);
}

// The story of a payment that is reversed, with a crash at the n-th suspension of
// the task that executes it. Returns false when there is none.
bool SurvivesACrashAt(uint64_t n) {
  Bank bank;
  bank.world_.adversary().Add(
      sim::MakePin("crash b process order-1", n, ChoiceKind::kCrash, sim::Seconds(1)));
  // The fate is drawn again if the crash has made it be forgotten.
  bank.world_.adversary().Add(
      sim::MakePin("outcome b after_debit order-1", 1, ChoiceKind::kOutcome, 1));
  bank.world_.adversary().Add(
      sim::MakePin("outcome b after_debit order-1", 2, ChoiceKind::kOutcome, 1));
  bank.Boot();
  EXPECT_EQ(bank.Submit(Payment("order-1")), SubmitReply::ACCEPTED);
  bank.RunFor(absl::Minutes(5));
  if (bank.world_.adversary().left() > 1) return false;

  SCOPED_TRACE(absl::StrCat("crash at suspension ", n));
  EXPECT_EQ(bank.Query("order-1"), QueryReply::REVERSED);
  EXPECT_EQ(bank.Balance("customer-1"), 25'000);
  EXPECT_EQ(bank.Number("SELECT count(*) FROM journal WHERE biz_id = 'order-1'"), 2);
  EXPECT_EQ(bank.Number("SELECT settled FROM trade"), 1);
  EXPECT_TRUE(bank.BooksBalance());
  EXPECT_EQ(bank.Number("SELECT count(*) FROM notification WHERE status = 'SUCCESS'"), 2);
  EXPECT_TRUE(bank.Quiet());
  return true;
}

TEST(ProviderCrash, AtEverySuspensionOfProcessing) {
  uint64_t n = 1;
  while (SurvivesACrashAt(n)) ++n;
  EXPECT_GT(n, 10u);
}

TEST_F(ProviderTest, QuirkExecutesTwoCopiesTwice) {
  Quirk("submit_not_unique");
  Boot();
  world_.DuplicateNextRequest("exchange.Submit", absl::ZeroDuration());
  Submit(Payment("order-1"));
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Balance("merchant-1"), 200);
  EXPECT_THAT(merchant_.notices, SizeIs(1));
}

TEST_F(ProviderTest, QuirkAnswersFromMemory) {
  Quirk("query_from_memory");
  Boot();
  FailAfterDebit();
  Submit(Payment("order-1"));
  EXPECT_EQ(Query("order-1"), QueryReply::PROCESSING);
  RunFor(absl::Seconds(20));
  EXPECT_EQ(Query("order-1"), QueryReply::SUCCEEDED);
  world_.Crash("b");
  world_.AwaitRestart("b");
  EXPECT_EQ(Query("order-1"), QueryReply::NOT_FOUND);
}

// Twenty payments of one customer at once, who can pay for five.
class Crowd final : public sim::Component {
 public:
  explicit Crowd(sim::Env& env) : env_(env) {}

  sim::Task<absl::Status> Start() override {
    for (int i = 1; i <= 20; ++i) {
      env_.Spawn("submit", SubmitOne(Payment(absl::StrCat("order-", i), 5'000)));
    }
    co_return absl::OkStatus();
  }

 private:
  sim::Task<> SubmitOne(SubmitRequest request) {
    (co_await env_.Call(env_.peer("provider"), kSubmit, request, kPatience)).IgnoreError();
  }

  static constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(5)};
  sim::Env& env_;
};

class CrowdTest : public ProviderTest {
 protected:
  void BootWithCrowd() {
    Set("processing_ms", "2");
    Boot();
    world_.Start<Crowd>("crowd", "", {{"provider", "b"}});
    RunFor(absl::Seconds(20));
  }
};

TEST_F(CrowdTest, IsPaidForAsFarAsTheFundsGo) {
  BootWithCrowd();
  EXPECT_EQ(Balance("customer-1"), 0);
  EXPECT_EQ(Number("SELECT count(*) FROM trade WHERE status = 'SUCCESS'"), 5);
  EXPECT_EQ(Number("SELECT count(*) FROM trade WHERE status = 'FAILED'"), 15);
  EXPECT_TRUE(BooksBalance());
}

TEST_F(CrowdTest, QuirkOverdrawsWhatItHasChecked) {
  Quirk("funds_checked_outside_transaction");
  BootWithCrowd();
  EXPECT_LT(Balance("customer-1"), 0);
  EXPECT_TRUE(BooksBalance());
}

TEST_F(CrowdTest, QuirkLosesUpdatesOfBalances) {
  Quirk("balance_read_outside_transaction");
  BootWithCrowd();
  EXPECT_FALSE(BooksBalance());
}

TEST_F(ProviderTest, QuirkLosesMoneyBetweenTwoTransactions) {
  Quirk("two_transaction_posting");
  Boot();
  Submit(Payment("order-1"));
  while (Number("SELECT count(*) FROM posting JOIN journal USING (journal_id)"
                " WHERE leg = 'PAYMENT'") == 0) {
    RunFor(absl::Microseconds(50));
  }
  world_.Crash("b");
  world_.AwaitRestart("b");
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Query("order-1"), QueryReply::SUCCEEDED);
  EXPECT_EQ(Balance("merchant-1"), 0);
  EXPECT_FALSE(BooksBalance());
}

TEST_F(ProviderTest, QuirkReversesTwiceAfterACrashInBetween) {
  Quirk("reversal_posts_before_flip");
  Boot();
  FailAfterDebit();
  FailAfterDebit();  // the fate is drawn again after the crash
  Submit(Payment("order-1"));
  SubmitRequest other = Payment("order-2");  // so that the merchant can pay twice
  other.set_payer("customer-2");
  Submit(other);
  while (Number("SELECT count(*) FROM journal WHERE leg = 'REVERSAL'") == 0) {
    RunFor(absl::Microseconds(50));
  }
  world_.Crash("b");
  world_.AwaitRestart("b");
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Number("SELECT count(*) FROM journal WHERE leg LIKE 'REVERSAL%'"), 2);
}

}  // namespace
}  // namespace exchange
