// Goal: each promise about the money of B is kept by a right history and broken
// by a wrong one, and is not exercised by an empty one.
//
// Method: commits written by hand; no simulator.

#include "scenarios/exchange/effect_checks.h"

#include <gtest/gtest.h>

#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"
#include "scenarios/exchange/message_by_hand.h"

namespace scenarios {
namespace {

const sim::TableInfo kOrder{"trade_order", {"order_id", "payer", "payee", "amount"}, {0}};
const sim::TableInfo kTrade{"trade", {"trade_no", "order_id", "status"}, {0}};
const sim::TableInfo kJournal{"journal", {"journal_id", "biz_id", "leg", "currency"}, {0}};
const sim::TableInfo kPosting{
    "posting", {"posting_id", "journal_id", "account_id", "amount", "currency"}, {0}};

// A balanced journal of 100.
CommitByHand Book(int journal, const char* business_id, const char* leg, int amount = 100) {
  return CommitByHand("b")
      .Insert(kJournal, {journal, business_id, leg, "CNY"})
      .Insert(kPosting, {2 * journal, journal, "customer-1", -amount, "CNY"})
      .Insert(kPosting, {2 * journal + 1, journal, "merchant-1", amount, "CNY"});
}

CommitByHand NewOrder(const char* order) {
  return CommitByHand("a").Insert(kOrder, {order, "customer-1", "merchant-1", 100});
}

CommitByHand NewTrade(int number, const char* order, const char* status) {
  return CommitByHand("b").Insert(kTrade, {number, order, status});
}

sim::Traffic Submitted(const char* number) {
  return MessageByHand(sim::TrafficKind::kDelivered, "exchange.Submit", "a", "b", 1, nullptr,
                       number);
}

TEST(DoubleEntryTest, AcceptsBalancedJournals) {
  const auto check = CheckByName(&AddEffectChecks, "double_entry");
  EXPECT_EQ(check->exercised(), 0u);
  check->OnCommit(Book(1, "order-1", "PAYMENT"));
  check->OnCommit(Book(2, "order-1", "REVERSAL", -100));

  EXPECT_TRUE(check->findings().empty());
  EXPECT_EQ(check->exercised(), 2u);
}

TEST(DoubleEntryTest, CatchesADebitWhoseCreditComesLater) {
  const auto check = CheckByName(&AddEffectChecks, "double_entry");
  check->OnCommit(CommitByHand("b")
                      .Insert(kJournal, {1, "order-1", "PAYMENT", "CNY"})
                      .Insert(kPosting, {1, 1, "customer-1", -100, "CNY"}));
  check->OnCommit(CommitByHand("b").Insert(kPosting, {2, 1, "merchant-1", 100, "CNY"}));

  EXPECT_EQ(check->findings().size(), 2u);
}

TEST(DoubleEntryTest, CatchesTwoCurrenciesThatOnlyAddUpTogether) {
  const auto check = CheckByName(&AddEffectChecks, "double_entry");
  check->OnCommit(CommitByHand("b")
                      .Insert(kPosting, {1, 1, "customer-1", -100, "CNY"})
                      .Insert(kPosting, {2, 1, "merchant-1", 100, "USD"}));

  EXPECT_EQ(check->findings().size(), 2u);
}

class ExactlyOnceEffectTest : public ::testing::Test {
 protected:
  // B pays `order` as `number`, in a trade that is left at `status`.
  void Pay(const char* order, const CommitByHand& booked, const char* status = "SUCCESS") {
    check_->OnCommit(NewOrder(order));
    check_->OnCommit(booked);
    check_->OnCommit(NewTrade(1, order, status));
  }

  size_t Judge() {
    check_->OnPhase(sim::Phase::kJudge, 9);
    return check_->findings().size();
  }

  std::unique_ptr<Check> check_ = CheckByName(&AddEffectChecks, "exactly_once_effect");
};

TEST_F(ExactlyOnceEffectTest, AcceptsOnePaymentOfEachOrder) {
  Pay("pay1-1", Book(1, "pay1-1", "PAYMENT"), "REVERSED");
  Pay("pay1-11", Book(2, "pay1-11", "PAYMENT"));
  check_->OnCommit(Book(3, "pay1-1", "REVERSAL", -100));
  check_->OnCommit(NewOrder("pay1-2"));
  check_->OnCommit(NewTrade(3, "pay1-2", "FAILED"));

  EXPECT_EQ(Judge(), 0u);
}

TEST_F(ExactlyOnceEffectTest, CountsOrdersWhoseEffectCouldBeRepeated) {
  Pay("pay1-1", Book(1, "pay1-1", "PAYMENT"));
  Pay("pay1-2", Book(2, "pay1-2", "PAYMENT"));
  check_->OnTraffic(Submitted("pay1-1"));
  EXPECT_EQ(check_->exercised(), 0u);
  check_->OnTraffic(Submitted("pay1-1#2"));
  EXPECT_EQ(check_->exercised(), 1u);
  check_->OnTraffic(Submitted("pay1-1"));
  check_->OnCommit(Book(3, "pay1-1", "REVERSAL", -100));
  EXPECT_EQ(check_->exercised(), 1u);
  check_->OnCommit(Book(4, "pay1-2", "REVERSAL", -100));
  EXPECT_EQ(check_->exercised(), 2u);
}

TEST_F(ExactlyOnceEffectTest, CatchesASecondPayment) {
  check_->OnCommit(NewOrder("pay1-1"));
  check_->OnCommit(Book(1, "pay1-1#1", "PAYMENT"));
  check_->OnCommit(Book(2, "pay1-1#2", "PAYMENT"));

  ASSERT_EQ(check_->findings().size(), 1u);
  EXPECT_EQ(check_->findings()[0].key, "pay1-1");
}

TEST_F(ExactlyOnceEffectTest, CatchesAPaymentUnderAnotherNumber) {
  check_->OnCommit(NewOrder("pay1-1"));
  check_->OnCommit(Book(1, "pay1-1", "PAYMENT"));
  check_->OnCommit(Book(2, "pay1-1-2", "PAYMENT"));

  EXPECT_EQ(check_->findings().size(), 1u);
}

TEST_F(ExactlyOnceEffectTest, CatchesAPayerWhoIsDebitedTwice) {
  Pay("pay1-1", Book(1, "pay1-1", "PAYMENT").Insert(kPosting, {9, 1, "customer-1", -100, "CNY"}));

  EXPECT_EQ(Judge(), 1u);
  EXPECT_EQ(check_->findings()[0].what,
            "the payment of pay1-1 booked -200 in 2 postings on customer-1 instead of -100 in 1 "
            "postings");
}

TEST_F(ExactlyOnceEffectTest, CatchesAPaymentOfAnotherAmount) {
  Pay("pay1-1", Book(1, "pay1-1", "PAYMENT", 90));

  EXPECT_EQ(Judge(), 2u);  // for the payer and for the payee
}

TEST_F(ExactlyOnceEffectTest, CatchesAPaymentFromAnotherAccount) {
  Pay("pay1-1", CommitByHand("b")
                    .Insert(kJournal, {1, "pay1-1", "PAYMENT", "CNY"})
                    .Insert(kPosting, {1, 1, "customer-2", -100, "CNY"})
                    .Insert(kPosting, {2, 1, "merchant-1", 100, "CNY"}));

  EXPECT_EQ(Judge(), 2u);  // for the one who paid and for the one who did not
}

TEST_F(ExactlyOnceEffectTest, CatchesASuccessThatMovedNothing) {
  check_->OnCommit(NewOrder("pay1-1"));
  check_->OnCommit(NewTrade(1, "pay1-1", "SUCCESS"));

  EXPECT_EQ(Judge(), 1u);
}

TEST_F(ExactlyOnceEffectTest, CatchesAFailureThatMovedMoney) {
  Pay("pay1-1", Book(1, "pay1-1", "PAYMENT"), "FAILED");

  EXPECT_EQ(Judge(), 1u);
}

TEST(ReversedAtMostOnceTest, AcceptsOneFullReversal) {
  const auto check = CheckByName(&AddEffectChecks, "reversed_at_most_once");
  check->OnCommit(Book(1, "order-1", "PAYMENT"));
  EXPECT_EQ(check->exercised(), 0u);
  check->OnCommit(Book(2, "order-1", "REVERSAL", -100));

  EXPECT_TRUE(check->findings().empty());
  EXPECT_EQ(check->exercised(), 1u);
}

TEST(ReversedAtMostOnceTest, CatchesASecondReversal) {
  const auto check = CheckByName(&AddEffectChecks, "reversed_at_most_once");
  check->OnCommit(Book(1, "order-1", "PAYMENT"));
  check->OnCommit(Book(2, "order-1", "REVERSAL/1", -100));
  check->OnCommit(Book(3, "order-1", "REVERSAL/2", -100));

  EXPECT_EQ(check->findings().size(), 1u);
}

TEST(ReversedAtMostOnceTest, CatchesAReversalOfMoreThanWasPaid) {
  const auto check = CheckByName(&AddEffectChecks, "reversed_at_most_once");
  check->OnCommit(Book(1, "order-1", "PAYMENT"));
  check->OnCommit(Book(2, "order-1", "REVERSAL", -101));

  ASSERT_EQ(check->findings().size(), 1u);
  EXPECT_EQ(check->findings()[0].what, "order-1 was reversed 1 times: 101 of 100 paid");
}

}  // namespace
}  // namespace scenarios
