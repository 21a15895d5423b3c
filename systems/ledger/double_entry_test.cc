// Goal: the ledger makes and loses no money, whatever it is asked to post, and
// books one leg of one business once.
// Method: journals posted on a node, one transaction each, as a service would; a
// law over random transfers, against sums kept beside.

#include "systems/ledger/double_entry.h"

#include <limits>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/test_world.h"

namespace ledger {
namespace {

using absl::StatusCode;
using sim::IsOk;
using sim::StatusIs;
using sim::Task;
using sim::Try;
using testing::HasSubstr;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

// A node that does nothing by itself.
class Idle final : public sim::Component {
 public:
  Task<absl::Status> Start() override { co_return absl::OkStatus(); }
};

Task<absl::StatusOr<Posted>> PostAlone(sim::Database db, Journal journal) {
  auto txn = co_await Try(db.Begin());
  const Posted posted = co_await Try(Post(txn, journal));
  if (posted == Posted::kPosted) co_await Try(txn.Commit());
  co_return posted;
}

Task<> PostInto(sim::Database db, Journal journal, std::optional<absl::StatusOr<Posted>>* result) {
  absl::StatusOr<Posted> posted = co_await PostAlone(db, journal);
  result->emplace(std::move(posted));
}

// Two customers with 1000 each, and a till with nothing, out of "world".
class Books {
 public:
  explicit Books(std::map<std::string, int64_t> balances = {
                     {"ann", 1000}, {"bob", 1000}, {"till", 0}}) {
    sim::SystemSpec system;
    system.name = "books";
    system.schema = [balances](const sim::Settings&) {
      return absl::StrCat(kSchema, OpeningRows("world", "CNY", balances));
    };
    system.make = [this](sim::Env& env) {
      env_ = &env;
      return std::make_unique<Idle>();
    };
    world_.Start("books", system);
  }

  absl::StatusOr<Posted> Post(const Journal& journal) {
    std::optional<absl::StatusOr<Posted>> result;
    env_->Spawn("post", PostInto(env_->database(), journal, &result));
    world_.RunFor(absl::Seconds(1));
    return *std::move(result);
  }

  int64_t Number(const std::string& sql) {
    return world_.database("books")->Peek(sql).value()[0].Int(0);
  }
  int64_t Balance(const std::string& account) {
    return Number(absl::StrCat("SELECT balance FROM account WHERE account_id = '", account, "'"));
  }
  bool BalancesAreSumsOfPostings() {
    return Number(
               "SELECT count(*) FROM account WHERE balance <> (SELECT coalesce(sum(amount), 0)"
               " FROM posting WHERE posting.account_id = account.account_id)") == 0;
  }

 private:
  sim::TestWorld world_;
  sim::Env* env_ = nullptr;
};

Journal Transfer(const std::string& biz_id, const std::string& from, const std::string& to,
                 int64_t amount) {
  Journal journal(biz_id, "PAYMENT", "CNY");
  journal.Debit(from, amount);
  journal.Credit(to, amount);
  return journal;
}

TEST(DoubleEntry, OpensWithBalancedBooks) {
  Books books;
  EXPECT_EQ(books.Balance("ann"), 1000);
  EXPECT_EQ(books.Balance("world"), -2000);
  EXPECT_EQ(books.Number("SELECT sum(amount) FROM posting"), 0);
  EXPECT_TRUE(books.BalancesAreSumsOfPostings());
}

TEST(DoubleEntry, MovesMoney) {
  Books books;
  EXPECT_EQ(books.Post(Transfer("order-1", "ann", "till", 300)).value(), Posted::kPosted);
  EXPECT_EQ(books.Balance("ann"), 700);
  EXPECT_EQ(books.Balance("till"), 300);
  EXPECT_EQ(books.Number("SELECT sum(balance) FROM account"), 0);
  EXPECT_TRUE(books.BalancesAreSumsOfPostings());
}

TEST(DoubleEntry, BooksOneLegOfOneBusinessOnce) {
  Books books;
  ASSERT_EQ(books.Post(Transfer("order-1", "ann", "till", 300)).value(), Posted::kPosted);
  EXPECT_EQ(books.Post(Transfer("order-1", "ann", "till", 300)).value(), Posted::kPostedBefore);
  EXPECT_EQ(books.Post(Transfer("order-1", "bob", "till", 5)).value(), Posted::kPostedBefore);
  EXPECT_EQ(books.Balance("till"), 300);
}

TEST(DoubleEntry, RefusesAnOverdraftAndLeavesNothingBehind) {
  Books books;
  EXPECT_EQ(books.Post(Transfer("order-1", "ann", "till", 1001)).value(),
            Posted::kInsufficientFunds);
  EXPECT_EQ(books.Balance("ann"), 1000);
  EXPECT_EQ(books.Number("SELECT count(*) FROM journal WHERE biz_id = 'order-1'"), 0);
  EXPECT_EQ(books.Post(Transfer("order-1", "ann", "till", 1000)).value(), Posted::kPosted);
}

TEST(DoubleEntry, OverdrawsAnAccountThatMay) {
  Books books;
  EXPECT_EQ(books.Post(Transfer("order-1", "world", "till", 5000)).value(), Posted::kPosted);
  EXPECT_EQ(books.Balance("world"), -7000);
}

TEST(DoubleEntry, KnowsNoAccountOfAnotherCurrency) {
  Books books;
  EXPECT_EQ(books.Post(Transfer("order-1", "ann", "eve", 1)).value(), Posted::kUnknownAccount);
  Journal dollars("order-2", "PAYMENT", "USD");
  dollars.Debit("ann", 1);
  dollars.Credit("bob", 1);
  EXPECT_EQ(books.Post(dollars).value(), Posted::kUnknownAccount);
  EXPECT_EQ(books.Balance("ann"), 1000);
}

TEST(DoubleEntry, RefusesAJournalThatDoesNotBalance) {
  Books books;
  Journal made("order-1", "PAYMENT", "CNY");
  made.Debit("ann", 300);
  made.Credit("bob", 301);
  EXPECT_THAT(books.Post(made), StatusIs(StatusCode::kInvalidArgument, HasSubstr("not equal")));

  Journal nothing("order-1", "PAYMENT", "CNY");
  EXPECT_THAT(books.Post(nothing), StatusIs(StatusCode::kInvalidArgument));

  Journal negative("order-1", "PAYMENT", "CNY");
  negative.Debit("ann", -300);
  negative.Credit("bob", -300);
  EXPECT_THAT(books.Post(negative), StatusIs(StatusCode::kInvalidArgument, HasSubstr("positive")));
  EXPECT_EQ(books.Number("SELECT count(*) FROM journal"), 1);
}

TEST(DoubleEntry, SumsBeyond64Bits) {
  Books books;
  Journal wraps("order-1", "PAYMENT", "CNY");  // in 64 bits the sum would be zero
  wraps.Debit("ann", kMost);
  wraps.Debit("ann", kMost);
  wraps.Debit("ann", 2);
  EXPECT_THAT(books.Post(wraps), StatusIs(StatusCode::kInvalidArgument, HasSubstr("not equal")));
}

TEST(DoubleEntry, LetsNoBalanceLeave64Bits) {
  Books books({{"till", kMost - 10}});
  EXPECT_THAT(books.Post(Transfer("order-1", "world", "till", 11)),
              StatusIs(StatusCode::kOutOfRange));
  EXPECT_EQ(books.Post(Transfer("order-2", "world", "till", 10)).value(), Posted::kPosted);
  EXPECT_THAT(books.Post(Transfer("order-3", "world", "ann", kMost)),
              StatusIs(StatusCode::kOutOfRange));
  EXPECT_EQ(books.Balance("till"), kMost);
}

RC_GTEST_PROP(DoubleEntryLaw, RandomTransfersConserveMoneyAndOverdrawNobody, ()) {
  const std::vector<std::string> accounts = {"ann", "bob", "till"};
  Books books;
  std::map<std::string, int64_t> expected = {{"ann", 1000}, {"bob", 1000}, {"till", 0}};
  const int transfers = *rc::gen::inRange(1, 12);
  for (int i = 0; i < transfers; ++i) {
    const std::string from = *rc::gen::elementOf(accounts);
    const std::string to = *rc::gen::elementOf(accounts);
    const int64_t amount = *rc::gen::inRange<int64_t>(1, 1500);
    const bool covered = expected[from] >= amount;
    const Posted posted = books.Post(Transfer(absl::StrCat("t", i), from, to, amount)).value();
    RC_ASSERT(posted == (covered ? Posted::kPosted : Posted::kInsufficientFunds));
    if (!covered) continue;
    expected[from] -= amount;
    expected[to] += amount;
  }
  for (const auto& [account, balance] : expected) RC_ASSERT(books.Balance(account) == balance);
  RC_ASSERT(books.BalancesAreSumsOfPostings());
  RC_ASSERT(books.Number("SELECT sum(balance) FROM account") == 0);
}

}  // namespace
}  // namespace ledger
