// Goal: of copies of a submission one is executed, under a constraint and under a lock;
// a number that only a cache knew is executed again when the cache has forgotten it, and
// check-then-insert alone is no protection. Where tokens are compared, none is no token.
// Method: B alone, with a scripted merchant, and a cache where B uses one; the test
// submits, and the network doubles what it sends.

#include <string>

#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/cache/cache.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/provider.h"
#include "systems/exchange/scripted_peers.h"

namespace exchange {
namespace {

class SubmissionsTest : public testing::Test {
 protected:
  void Boot(const std::string& idempotency, const std::string& serialise,
            const std::string& record = "after_trade") {
    sim::Settings settings = ProviderSystem().Defaults();
    settings.Set("idempotency", idempotency);
    settings.Set("serialise", serialise);
    settings.Set("record", record);
    settings.Set("fencing", fencing_ || serialise != "compare_and_set" ? "on" : "off");
    if (!quirk_.empty()) settings.AddQuirk(quirk_);
    world_.Start("a", ScriptedMerchantSystem(merchant_));
    world_.Start("c", cache::CacheSystem());
    world_.Start("b", ProviderSystem(), {{"initiator", "a"}, {"cache", "c"}}, settings);
  }

  // `token` is of a lock of the merchant.
  absl::StatusOr<SubmitReply> Submit(int64_t token = 0) {
    SubmitRequest request;
    request.set_token(token);
    request.set_order_id("order-1");
    request.set_merchant("a");
    request.set_payer("customer-1");
    request.set_payee("merchant-1");
    request.set_amount(100);
    request.set_currency("CNY");
    request.set_signature(true);
    return world_.Call("b", kSubmit, request);
  }

  // The same twice at once; what the first of the two is told.
  SubmitReply::Result SubmitTwice() {
    world_.DuplicateNextRequest("exchange.Submit", absl::ZeroDuration());
    const auto reply = Submit();
    world_.RunFor(absl::Minutes(1));
    return reply.ok() ? reply->result() : SubmitReply::RESULT_UNSPECIFIED;
  }

  int64_t Count(const std::string& table) {
    return (*world_.database("b")->Peek("SELECT count(*) FROM " + table))[0].Int(0);
  }

  std::string quirk_;
  bool fencing_ = false;  // also where B takes no lock
  MerchantScript merchant_;
  sim::TestWorld world_;
};

TEST_F(SubmissionsTest, UnderAConstraintAreExecutedOnce) {
  Boot("unique", "compare_and_set");
  EXPECT_EQ(SubmitTwice(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 1);
}

TEST_F(SubmissionsTest, KnownByAKeyAreExecutedOnceUntilTheCacheForgets) {
  Boot("cache_only", "compare_and_set");
  EXPECT_EQ(SubmitTwice(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 1);
  EXPECT_EQ(Submit()->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 1);

  world_.Crash("c");
  world_.AwaitRestart("c");
  EXPECT_EQ(Submit()->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 2);
}

class WithoutATokenTest : public SubmissionsTest,
                          public testing::WithParamInterface<const char*> {};

TEST_P(WithoutATokenTest, OfTheMerchantAreNotExecuted) {
  fencing_ = true;
  Boot(GetParam(), "compare_and_set");
  EXPECT_FALSE(Submit(/*token=*/0).ok());
  EXPECT_FALSE(Submit(/*token=*/-1).ok());
  EXPECT_EQ(Count("trade"), 0);
  EXPECT_EQ(Count("refused_token WHERE reason = 'NEVER_ISSUED'"), 2);
  EXPECT_EQ(Submit(/*token=*/1)->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 1);
}

INSTANTIATE_TEST_SUITE_P(Idempotency, WithoutATokenTest,
                         testing::Values("unique", "cache_only", "check_then_insert", "key_table"));

// The limit of tokens that another company issues.
TEST_F(SubmissionsTest, UnderATokenThatNoLockOfTheMerchantHasGivenShutOutTheOthers) {
  fencing_ = true;
  Boot("check_then_insert", "compare_and_set");
  EXPECT_EQ(Submit(/*token=*/1'000'000)->result(), SubmitReply::ACCEPTED);
  EXPECT_FALSE(Submit(/*token=*/1).ok());
  EXPECT_EQ(Count("trade"), 1);
}

TEST_F(SubmissionsTest, UnderALockOfBAreNotAskedForAnyOther) {
  Boot("check_then_insert", "table_lock");
  EXPECT_EQ(Submit(/*token=*/1'000'000)->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Submit(/*token=*/0)->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 1);
  EXPECT_EQ(Count("refused_token"), 0);
}

TEST_F(SubmissionsTest, UnderAnOlderTokenOfTheMerchantAreNotExecuted) {
  fencing_ = true;
  Boot("cache_only", "compare_and_set");
  EXPECT_EQ(Submit(/*token=*/2)->result(), SubmitReply::ACCEPTED);
  world_.Crash("c");
  world_.AwaitRestart("c");
  EXPECT_FALSE(Submit(/*token=*/1).ok());
  EXPECT_EQ(Count("trade"), 1);
  EXPECT_EQ(Count("refused_token"), 1);
}

TEST_F(SubmissionsTest, KnownByAKeyAreNotExecutedWhileTheCacheIsDown) {
  Boot("cache_only", "compare_and_set");
  world_.Crash("c", absl::Minutes(1));
  EXPECT_FALSE(Submit().ok());
  EXPECT_EQ(Count("trade"), 0);
}

TEST_F(SubmissionsTest, KnownByARecordAreExecutedTwiceIfBothLookFirst) {
  Boot("check_then_insert", "compare_and_set");
  SubmitTwice();
  EXPECT_EQ(Count("trade"), 2);
}

TEST_F(SubmissionsTest, KnownByAKeyInATableAreExecutedOnceUntilItIsPruned) {
  Boot("key_table", "compare_and_set");
  EXPECT_EQ(SubmitTwice(), SubmitReply::ACCEPTED);
  world_.RunFor(kContract.keys_kept - absl::Minutes(5));
  EXPECT_EQ(Submit()->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 1);

  world_.RunFor(absl::Minutes(20));  // later than the contract allows
  EXPECT_EQ(Count("submission_key"), 0);
  EXPECT_EQ(Submit()->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 2);
}

TEST_F(SubmissionsTest, QuirkForgetsAKeyWithinMinutes) {
  quirk_ = "keys_pruned_early";
  Boot("key_table", "compare_and_set");
  EXPECT_EQ(SubmitTwice(), SubmitReply::ACCEPTED);
  world_.RunFor(absl::Minutes(20));
  EXPECT_EQ(Submit()->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 2);
}

// How turns are taken, and when a submission is recorded.
struct Turned {
  std::string serialise;
  std::string record;
};

class UnderALockTest : public SubmissionsTest, public testing::WithParamInterface<Turned> {};

TEST_P(UnderALockTest, AreExecutedOnceAndRecorded) {
  Boot("check_then_insert", GetParam().serialise, GetParam().record);
  SubmitTwice();
  EXPECT_EQ(Submit()->result(), SubmitReply::ACCEPTED);
  EXPECT_EQ(Count("trade"), 1);
  EXPECT_EQ(Count("submission_record"), 1);
  EXPECT_EQ(Count("refused_token"), 0);
}

TEST_P(UnderALockTest, AndAConstraintAreExecutedOnceAndRecorded) {
  Boot("unique", GetParam().serialise, GetParam().record);
  SubmitTwice();
  EXPECT_EQ(Count("trade"), 1);
  EXPECT_EQ(Count("submission_record"), 1);
}

INSTANTIATE_TEST_SUITE_P(Settings, UnderALockTest,
                         testing::Values(Turned{"table_lock", "after_trade"},
                                         Turned{"table_lock", "with_trade"},
                                         Turned{"cache_lock", "after_trade"},
                                         Turned{"cache_lock", "with_trade"}));

}  // namespace
}  // namespace exchange
