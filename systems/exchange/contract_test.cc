// Goal: both sides keep the contract unless a scenario says otherwise, and B tells A
// when to ask.
// Method: the defaults of their switches; then each side alone, with a scripted
// other one.

#include "systems/exchange/contract.h"

#include <string>

#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/exchange/initiator_fixture.h"
#include "systems/exchange/provider.h"

namespace exchange {
namespace {

TEST(Contract, IsWhatBothSidesAreConfiguredWith) {
  const sim::Settings a = InitiatorSystem().Defaults();
  EXPECT_EQ(a.Int("submit_attempts"), kContract.submit_attempts);
  EXPECT_EQ(a.Int("max_queries"), kContract.queries_most);
  EXPECT_EQ(absl::Milliseconds(a.Int("query_backoff_ms")), kContract.query_after);
  EXPECT_EQ(absl::Milliseconds(a.Int("query_backoff_cap_ms")), kContract.query_wait_most);

  const sim::Settings b = ProviderSystem().Defaults();
  EXPECT_EQ(absl::Milliseconds(b.Int("advise_query_after_ms")), kContract.query_after);
  EXPECT_EQ(b.Text("notify_schedule"), kContract.notify_schedule);
}

TEST(Contract, TellsWhatEachCodeSettles) {
  EXPECT_EQ(WhatSettles(SubmitReply::ACCEPTED), Settles::kAcceptance);
  EXPECT_EQ(WhatSettles(SubmitReply::REJECTED_SIGNATURE), Settles::kThisAttempt);
  EXPECT_EQ(WhatSettles(SubmitReply::REJECTED_PARAMETERS), Settles::kEveryAttempt);
  EXPECT_EQ(WhatSettles(SubmitReply::REVERSED_BEFORE), Settles::kEveryAttempt);
  EXPECT_EQ(WhatSettles(SubmitReply::SYSTEM_ERROR), Settles::kUnknown);
  EXPECT_EQ(WhatSettles(SubmitReply::PARAMETER_MISMATCH), Settles::kNothing);
  EXPECT_EQ(WhatSettles(SubmitReply::RESULT_UNSPECIFIED), Settles::kNothing);
}

TEST(Contract, LetsBForgetAKeyOnlyAfterAllThatMayCome) {
  const sim::Settings a = InitiatorSystem().Defaults();
  const absl::Duration asks = absl::Milliseconds(QueryPlan(a).length(/*advised=*/0));
  const absl::Duration submits = kContract.submit_attempts * kContract.accept_within;
  EXPECT_LT(asks + submits + kContract.transit_most, kContract.keys_kept);
}

TEST(Contract, IsToldByTheProviderWithEveryAcceptance) {
  MerchantScript merchant;
  sim::TestWorld world;
  world.Start("a", ScriptedMerchantSystem(merchant));
  world.Start("b", ProviderSystem(), {{"initiator", "a"}}, ProviderSystem().Defaults());
  SubmitRequest request;
  request.set_order_id("order-1");
  request.set_merchant("a");
  request.set_payer("customer-1");
  request.set_payee("merchant-1");
  request.set_amount(100);
  request.set_currency("CNY");
  request.set_signature(true);

  for (const char* time : {"first", "repeated"}) {
    const SubmitReply reply = world.Call("b", kSubmit, request).value();
    EXPECT_EQ(reply.result(), SubmitReply::ACCEPTED) << time;
    EXPECT_EQ(absl::Milliseconds(reply.advise_query_after_ms()), kContract.query_after) << time;
  }
}

TEST_F(InitiatorTest, KeepsTheContractWithAProviderThatAdvisesNothing) {
  Boot();
  Pay("order-1").value();
  RunFor(kContract.query_after - absl::Seconds(5));
  EXPECT_EQ(provider_.queries, 0);
  RunFor(absl::Seconds(10));
  EXPECT_EQ(provider_.queries, 1);
}

TEST_F(InitiatorTest, SubmitsAsOftenAsAgreed) {
  Boot();
  for (int64_t i = 0; i < kContract.submit_attempts; ++i) world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor((kContract.submit_attempts + 1) * kContract.accept_within);

  EXPECT_EQ(static_cast<int64_t>(provider_.submitted.size()), kContract.submit_attempts);
  EXPECT_EQ(Status("order-1"), "PROCESSING");
}

}  // namespace
}  // namespace exchange
