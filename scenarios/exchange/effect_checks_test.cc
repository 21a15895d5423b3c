// Goal: each promise about the money of B is kept by a right history and broken
// by a wrong one, and is not exercised by an empty one.
//
// Method: commits written by hand; no simulator.

#include "scenarios/exchange/effect_checks.h"

#include <gtest/gtest.h>

#include "scenarios/checks/commit_by_hand.h"
#include "scenarios/exchange/check_by_name.h"

namespace scenarios {
namespace {

const sim::TableInfo kOrder{"trade_order", {"order_id", "status"}, {0}};
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
  return CommitByHand("a").Insert(kOrder, {order, "INIT"});
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

TEST(DoubleEntryTest, CatchesBooksThatAreCorrectedInPlace) {
  const auto check = CheckByName(&AddEffectChecks, "double_entry");
  check->OnCommit(CommitByHand("b").Update(kPosting, {1, 1, "customer-1", -100, "CNY"},
                                           {1, 1, "customer-1", -90, "CNY"}));
  check->OnCommit(CommitByHand("b").Delete(kJournal, {1, "order-1", "PAYMENT", "CNY"}));

  EXPECT_EQ(check->findings().size(), 2u);
}

TEST(ExactlyOnceEffectTest, AcceptsOnePaymentOfEachOrder) {
  const auto check = CheckByName(&AddEffectChecks, "exactly_once_effect");
  EXPECT_EQ(check->exercised(), 0u);
  check->OnCommit(NewOrder("pay1-1"));
  check->OnCommit(NewOrder("pay1-11"));
  check->OnCommit(Book(1, "pay1-1", "PAYMENT"));
  check->OnCommit(Book(2, "pay1-11", "PAYMENT"));
  check->OnCommit(Book(3, "pay1-1", "REVERSAL", -100));

  EXPECT_TRUE(check->findings().empty());
  EXPECT_EQ(check->exercised(), 2u);
}

TEST(ExactlyOnceEffectTest, CatchesASecondPayment) {
  const auto check = CheckByName(&AddEffectChecks, "exactly_once_effect");
  check->OnCommit(NewOrder("pay1-1"));
  check->OnCommit(Book(1, "pay1-1#1", "PAYMENT"));
  check->OnCommit(Book(2, "pay1-1#2", "PAYMENT"));

  ASSERT_EQ(check->findings().size(), 1u);
  EXPECT_EQ(check->findings()[0].key, "pay1-1");
}

TEST(ExactlyOnceEffectTest, CatchesAPaymentUnderAnotherNumber) {
  const auto check = CheckByName(&AddEffectChecks, "exactly_once_effect");
  check->OnCommit(NewOrder("pay1-1"));
  check->OnCommit(Book(1, "pay1-1", "PAYMENT"));
  check->OnCommit(Book(2, "pay1-1-2", "PAYMENT"));

  EXPECT_EQ(check->findings().size(), 1u);
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
