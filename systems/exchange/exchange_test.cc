// Goal: A and B give every payment the same outcome, whatever happens to a message
// or a node on the way, in every combination of the design's switches.
// Method: both companies in one world; a story with one fault each, and a payment
// with a crash of either node at every suspension point.

#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/exchange/initiator.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/provider.h"

namespace exchange {
namespace {

using sim::ChoiceKind;

PayRequest Payment(const std::string& order_id, int64_t amount = 100) {
  PayRequest request;
  request.set_order_id(order_id);
  request.set_payer("customer-1");
  request.set_payee("merchant-1");
  request.set_amount(amount);
  request.set_currency("CNY");
  return request;
}

// A and B.
class Companies {
 public:
  void Boot() {
    world_.Start("a", InitiatorSystem(), {{"provider", "b"}}, a_);
    world_.Start("b", ProviderSystem(), {{"initiator", "a"}}, b_);
  }
  void Strike(const std::string& point, uint64_t occurrence, ChoiceKind kind, int64_t amount) {
    world_.adversary().Add(sim::MakePin(point, occurrence, kind, amount));
  }
  void Reverse(const std::string& order_id) {
    // Twice: the fate is drawn again if a crash has made it be forgotten.
    Strike(absl::StrCat("outcome b after_debit ", order_id), 1, ChoiceKind::kOutcome, 1);
    Strike(absl::StrCat("outcome b after_debit ", order_id), 2, ChoiceKind::kOutcome, 1);
  }
  void Pay(const std::string& order_id) { world_.Call("a", kPay, Payment(order_id)).IgnoreError(); }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }

  std::string Ask(const std::string& node, const std::string& sql) {
    const auto rows = world_.database(node)->Peek(sql).value();
    return rows.empty() ? "" : sim::ToText(rows[0][0]);
  }
  std::string AtA(const std::string& order_id) {
    return Ask("a",
               absl::StrCat("SELECT status FROM trade_order WHERE order_id = '", order_id, "'"));
  }
  std::string AtB(const std::string& order_id) {
    return Ask("b", absl::StrCat("SELECT status FROM trade WHERE order_id = '", order_id, "'"));
  }
  std::string MerchantHas() {
    return Ask("b", "SELECT balance FROM account WHERE account_id = 'merchant-1'");
  }
  std::string Flow() {
    return Ask("a",
               "SELECT group_concat(to_status) FROM (SELECT * FROM trade_flow ORDER BY flow_id)");
  }
  bool Quiet() { return world_.simulation().events().unfinished() == 0; }

  sim::Settings a_ = InitiatorSystem().Defaults();
  sim::Settings b_ = ProviderSystem().Defaults();
  sim::TestWorld world_;
};

class ExchangeTest : public testing::Test, protected Companies {};

TEST_F(ExchangeTest, PaysWithinSeconds) {
  Boot();
  Pay("order-1");
  RunFor(absl::Seconds(10));
  EXPECT_EQ(AtA("order-1"), "SUCCESS");
  EXPECT_EQ(AtB("order-1"), "SUCCESS");
  EXPECT_EQ(Flow(), "PROCESSING,SUBMITTED,SUCCESS");
  EXPECT_EQ(MerchantHas(), "100");
  RunFor(absl::Seconds(10));
  EXPECT_TRUE(Quiet());
}

TEST_F(ExchangeTest, ReversesWithinSeconds) {
  Boot();
  Reverse("order-1");
  Pay("order-1");
  RunFor(absl::Seconds(20));
  EXPECT_EQ(AtA("order-1"), "REVERSED");
  EXPECT_EQ(AtB("order-1"), "REVERSED");
  EXPECT_EQ(MerchantHas(), "0");
  EXPECT_TRUE(Quiet());
}

TEST_F(ExchangeTest, WaitsForTheSuccessThatAReversalHasOvertaken) {
  Boot();
  Reverse("order-1");
  Strike("request exchange.NotifyResult b>a order-1", 1, ChoiceKind::kDrop, 0);
  Pay("order-1");
  RunFor(absl::Seconds(30));
  EXPECT_EQ(AtA("order-1"), "SUBMITTED");
  RunFor(absl::Minutes(2));
  EXPECT_EQ(AtA("order-1"), "REVERSED");
  EXPECT_EQ(Flow(), "PROCESSING,SUBMITTED,SUCCESS,REVERSED");
}

TEST_F(ExchangeTest, AsksAboutAReversalThatHasOvertakenItsSuccess) {
  a_.Set("reversal_first", "query_and_collapse");
  Boot();
  Reverse("order-1");
  Strike("request exchange.NotifyResult b>a order-1", 1, ChoiceKind::kDrop, 0);
  Pay("order-1");
  RunFor(absl::Seconds(30));
  EXPECT_EQ(AtA("order-1"), "REVERSED");
  EXPECT_EQ(Flow(), "PROCESSING,SUBMITTED,SUCCESS,REVERSED");
}

// What A takes back, B never pays: whether the submission comes late, ...
TEST_F(ExchangeTest, TakesBackAPaymentBeforeItComes) {
  a_.Set("reverse_after_ms", "30000");
  a_.Set("submit_attempts", "1");
  Boot();
  Strike("request exchange.Submit a>b order-1", 1, ChoiceKind::kLate, sim::Minutes(1));
  Pay("order-1");
  RunFor(absl::Minutes(5));
  EXPECT_EQ(AtA("order-1"), "FAILED");
  EXPECT_EQ(AtB("order-1"), "FAILED");
  EXPECT_EQ(MerchantHas(), "0");
  EXPECT_TRUE(Quiet());
}

// ... or its outcome does.
TEST_F(ExchangeTest, TakesBackAPaymentOfWhichNothingIsHeard) {
  a_.Set("reverse_after_ms", "30000");
  Boot();
  Strike("request exchange.NotifyResult b>a order-1", 1, ChoiceKind::kDrop, 0);
  Pay("order-1");
  RunFor(absl::Seconds(25));
  EXPECT_EQ(MerchantHas(), "100");
  RunFor(absl::Minutes(5));
  EXPECT_EQ(AtA("order-1"), "REVERSED");
  EXPECT_EQ(AtB("order-1"), "REVERSED");
  EXPECT_EQ(MerchantHas(), "0");
  EXPECT_EQ(Ask("a", "SELECT group_concat(amount) FROM reversal"), "100");
  EXPECT_TRUE(Quiet());
}

TEST_F(ExchangeTest, QuirkCancelsWhatIsPaidAtA) {
  a_.AddQuirk("duplicate_notice_is_error");
  b_.Set("refused_notice", "cancel");
  Boot();
  Strike("reply exchange.NotifyResult b<a order-1", 1, ChoiceKind::kDrop, 0);
  Pay("order-1");
  RunFor(absl::Hours(1));
  EXPECT_EQ(AtA("order-1"), "SUCCESS");
  EXPECT_EQ(AtB("order-1"), "REVERSED");
}

TEST_F(ExchangeTest, ResubmitsUnderTheSameNumberWithoutASecondEffect) {
  Boot();
  Strike("reply exchange.Submit a<b order-1", 1, ChoiceKind::kDrop, 0);
  Pay("order-1");
  RunFor(absl::Minutes(1));
  EXPECT_EQ(MerchantHas(), "100");
  EXPECT_EQ(AtA("order-1"), "SUCCESS");
}

TEST_F(ExchangeTest, QuirkPaysTwiceUnderAFreshNumber) {
  a_.AddQuirk("key_per_attempt");
  b_.Set("processing_ms", "20000");  // the answer is missed before the notice comes
  Boot();
  Strike("reply exchange.Submit a<b order-1", 1, ChoiceKind::kDrop, 0);
  Pay("order-1");
  RunFor(absl::Minutes(1));
  EXPECT_EQ(MerchantHas(), "200");
}

TEST_F(ExchangeTest, QuirkFailsWhatWasPaid) {
  a_.AddQuirk("timeout_is_failure");
  b_.Set("processing_ms", "20000");  // the answer is missed before the notice comes
  Boot();
  Strike("reply exchange.Submit a<b order-1", 1, ChoiceKind::kDrop, 0);
  Pay("order-1");
  RunFor(absl::Hours(1));
  EXPECT_EQ(AtA("order-1"), "FAILED");
  EXPECT_EQ(AtB("order-1"), "SUCCESS");
}

TEST_F(ExchangeTest, QuirkBringsALateAnswerBack) {
  a_.AddQuirk("unconditional_update");
  b_.Set("processing_ms", "3000");  // the notice comes before the answer
  Boot();
  Strike("reply exchange.Submit a<b order-1", 1, ChoiceKind::kLate, sim::Millis(4'900));
  Pay("order-1");
  RunFor(absl::Minutes(1));
  EXPECT_EQ(AtA("order-1"), "SUBMITTED");
}

// Without notices, without queries and with both, the companies agree in the end.
class ChannelsTest : public ExchangeTest, public testing::WithParamInterface<std::string> {};

TEST_P(ChannelsTest, AgreeWithoutFaults) {
  a_.Set("channels", GetParam());
  Boot();
  Reverse("order-2");
  Strike("outcome b before_debit order-3", 1, ChoiceKind::kOutcome, 1);
  for (const std::string order : {"order-1", "order-2", "order-3"}) Pay(order);
  RunFor(absl::Minutes(40));  // as long as B tells it
  EXPECT_EQ(AtA("order-1"), "SUCCESS");
  EXPECT_EQ(AtA("order-2"), "REVERSED");
  EXPECT_EQ(AtA("order-3"), "FAILED");
  EXPECT_EQ(MerchantHas(), "100");
  EXPECT_TRUE(Quiet());
}

INSTANTIATE_TEST_SUITE_P(Exchange, ChannelsTest, testing::Values("both", "push", "pull"));

// A payment that is reversed, with a crash of `node` at its n-th suspension of the
// task. Returns false when there is none.
bool AgreeAfterACrash(const std::string& node, const std::string& task, uint64_t n) {
  Companies companies;
  companies.Boot();
  companies.Reverse("order-1");
  const size_t before = companies.world_.adversary().left();
  companies.Strike(absl::StrCat("crash ", node, " ", task, " order-1"), n, ChoiceKind::kCrash,
                   sim::Seconds(2));
  companies.Pay("order-1");
  companies.Pay("order-1");  // the front end was not answered
  companies.RunFor(absl::Hours(1));
  if (companies.world_.adversary().left() == before) return false;

  EXPECT_EQ(companies.AtA("order-1"), "REVERSED");
  EXPECT_EQ(companies.AtB("order-1"), "REVERSED");
  EXPECT_EQ(companies.MerchantHas(), "0");
  EXPECT_EQ(companies.Ask("b", "SELECT count(*) FROM journal WHERE biz_id = 'order-1'"), "2");
  EXPECT_TRUE(companies.Quiet());
  return true;
}

// A payment that is taken back while it is on its way, with a crash of `node` at its n-th
// suspension of the task. Returns false when there is none.
bool TakesBackAfterACrash(const std::string& node, const std::string& task, uint64_t n) {
  Companies companies;
  companies.a_.Set("reverse_after_ms", "30000");
  companies.a_.Set("submit_attempts", "1");
  companies.Boot();
  companies.Strike("request exchange.Submit a>b order-1", 1, ChoiceKind::kLate, sim::Minutes(2));
  const size_t before = companies.world_.adversary().left();
  companies.Strike(absl::StrCat("crash ", node, " ", task, " order-1"), n, ChoiceKind::kCrash,
                   sim::Seconds(2));
  companies.Pay("order-1");
  companies.RunFor(absl::Hours(1));
  if (companies.world_.adversary().left() == before) return false;

  EXPECT_EQ(companies.AtA("order-1"), "FAILED");
  EXPECT_EQ(companies.AtB("order-1"), "FAILED");
  EXPECT_EQ(companies.MerchantHas(), "0");
  EXPECT_EQ(companies.Ask("a", "SELECT status FROM reversal_request"), "UNDONE");
  EXPECT_TRUE(companies.Quiet());
  return true;
}

TEST(TakingBackCrash, AtEverySuspension) {
  for (const auto& [node, task] : {std::pair("a", "reverse"), std::pair("b", "exchange.Reverse")}) {
    uint64_t n = 1;
    for (;; ++n) {
      SCOPED_TRACE(absl::StrCat(task, " suspension ", n));
      if (!TakesBackAfterACrash(node, task, n)) break;
    }
    EXPECT_GT(n, 3u) << task;
  }
}

class CrashTest : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(CrashTest, AtEverySuspension) {
  const auto [node, task] = GetParam();
  uint64_t n = 1;
  for (;; ++n) {
    SCOPED_TRACE(absl::StrCat("suspension ", n));
    if (!AgreeAfterACrash(node, task, n)) break;
  }
  EXPECT_GT(n, 1u) << "the task has no suspension";
}

INSTANTIATE_TEST_SUITE_P(Exchange, CrashTest,
                         testing::Values(std::make_tuple("a", "exchange.Pay"),
                                         std::make_tuple("a", "submit"),
                                         std::make_tuple("a", "exchange.NotifyResult"),
                                         std::make_tuple("a", "exchange.NotifyReversal"),
                                         std::make_tuple("b", "exchange.Submit"),
                                         std::make_tuple("b", "process")));

}  // namespace
}  // namespace exchange
