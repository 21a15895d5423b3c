// Goal: B leaves one file for each day, with all that was settled in it and nothing
// twice; the file is whole or not there, whenever B dies.
// Method: B alone; the test submits payments and fetches files. A story is run with a
// crash at each suspension of the writer.

#include "systems/exchange/statements.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/provider.h"
#include "systems/exchange/scripted_peers.h"
#include "systems/filedrop/seal.h"
#include "systems/filedrop/statement.pb.h"

namespace exchange {
namespace {

using filedrop::Statement;
using sim::ChoiceKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Bank {
 public:
  Bank() {
    settings_.Set("statement", "on");
    world_.Start("a", ScriptedMerchantSystem(merchant_));
  }
  void Set(const std::string& name, const std::string& value) { settings_.Set(name, value); }
  void Boot() { world_.Start("b", ProviderSystem(), {{"initiator", "a"}}, settings_); }

  void Pay(const std::string& order_id, int64_t amount = 1000) {
    SubmitRequest request;
    request.set_order_id(order_id);
    request.set_merchant("a");
    request.set_payer("customer-1");
    request.set_payee("merchant-1");
    request.set_amount(amount);
    request.set_currency("CNY");
    request.set_signature(true);
    EXPECT_TRUE(world_.Call("b", kSubmit, request).ok());
  }
  std::vector<Statement> Fetch(const std::string& day) {
    FetchStatementRequest request;
    request.set_bill_date(day);
    const FetchStatementReply reply = world_.Call("b", kFetchStatement, request).value();
    return {reply.statement().begin(), reply.statement().end()};
  }
  // "order-1 1000 6 SUCCESS" of each line.
  std::vector<std::string> Lines(const std::string& day) {
    std::vector<std::string> lines;
    for (const Statement& statement : Fetch(day)) {
      EXPECT_EQ(statement.count(), statement.line_size());
      EXPECT_EQ(statement.total(), filedrop::TotalText(statement));
      EXPECT_EQ(statement.digest(), filedrop::DigestOf(statement));
      for (const filedrop::StatementLine& line : statement.line()) {
        lines.push_back(
            absl::StrCat(line.order_id(), " ", line.amount(), " ", line.fee(), " ", line.status()));
      }
    }
    return lines;
  }
  void Outcome(const std::string& outcome) {
    world_.adversary().AddNext(absl::StrCat("outcome b ", outcome), ChoiceKind::kOutcome, 1);
  }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }

  sim::Settings settings_ = ProviderSystem().Defaults();
  MerchantScript merchant_;
  sim::TestWorld world_;
};

class StatementsTest : public testing::Test, protected Bank {};

TEST_F(StatementsTest, TellHowEachTradeHasEnded) {
  Boot();
  Pay("order-1");
  RunFor(absl::Minutes(1));
  Outcome("before_debit");
  Pay("order-2");
  RunFor(absl::Minutes(1));
  Outcome("after_debit");
  Pay("order-3", 100);
  RunFor(absl::Hours(23));
  EXPECT_THAT(Fetch("2026-01-05"), IsEmpty());
  RunFor(absl::Hours(1) + absl::Minutes(10));
  EXPECT_THAT(Lines("2026-01-05"), ElementsAre("order-1 1000 6 SUCCESS", "order-2 1000 6 FAILED",
                                               "order-3 100 1 REVERSED"));
}

TEST_F(StatementsTest, AreThereForDaysWithoutTrades) {
  Boot();
  RunFor(absl::Hours(49));
  for (const char* day : {"2026-01-05", "2026-01-06"}) {
    EXPECT_EQ(Fetch(day).size(), 1u) << day;
    EXPECT_THAT(Lines(day), IsEmpty()) << day;
  }
  EXPECT_THAT(Fetch("2026-01-07"), IsEmpty());
}

TEST_F(StatementsTest, EndAtTheCutOff) {
  Set("day_ends_at_ms", "3600000");
  Boot();
  Pay("order-1");  // of the 4th, which ends at one o'clock
  RunFor(absl::Minutes(61));
  Pay("order-2");
  RunFor(absl::Hours(25));
  EXPECT_THAT(Lines("2026-01-04"), ElementsAre("order-1 1000 6 SUCCESS"));
  EXPECT_THAT(Lines("2026-01-05"), ElementsAre("order-2 1000 6 SUCCESS"));
}

TEST_F(StatementsTest, ServeNobodyWithoutTheSwitch) {
  Set("statement", "off");
  Boot();
  FetchStatementRequest request;
  request.set_bill_date("2026-01-05");
  EXPECT_FALSE(world_.Call("b", kFetchStatement, request).ok());
}

// A day with two trades, with a crash at the n-th suspension of the writer.
bool SurvivesACrashAt(uint64_t n) {
  Bank bank;
  bank.Boot();
  bank.Pay("order-1");
  bank.Pay("order-2", 100);
  bank.RunFor(absl::Hours(23) + absl::Minutes(55));
  uint64_t passed = 0;
  for (const std::string& asked : bank.world_.adversary().asked()) {
    if (absl::StartsWith(asked, "crash b statements #")) ++passed;
  }
  bank.world_.adversary().Add(
      sim::MakePin("crash b statements", passed + n, ChoiceKind::kCrash, sim::Seconds(1)));
  bank.RunFor(absl::Minutes(30));
  EXPECT_THAT(bank.Lines("2026-01-05"),
              UnorderedElementsAre("order-1 1000 6 SUCCESS", "order-2 100 1 SUCCESS"))
      << n;
  return bank.world_.adversary().left() == 0;
}

TEST(StatementsCrash, AtEverySuspension) {
  uint64_t n = 1;
  while (SurvivesACrashAt(n)) ++n;
  EXPECT_GT(n, 4u);
}

}  // namespace
}  // namespace exchange
