// Goal: A asks about every order of whose outcome it hears nothing, ever more
// rarely, also after a crash, and then hands it to a person.
// Method: A alone, with a scripted provider.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "systems/exchange/initiator_fixture.h"
#include "systems/exchange/query_plan.h"

namespace exchange {
namespace {

using testing::ElementsAre;

TEST_F(InitiatorTest, LeavesAnUnansweredOrderInProcessing) {
  Set("submit_attempts", "1");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Minutes(9));
  EXPECT_EQ(Status("order-1"), "PROCESSING");
  EXPECT_EQ(provider_.queries, 0);
}

TEST_F(InitiatorTest, HealsALostOrderByQuery) {
  Set("submit_attempts", "1");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  provider_.query = QueryReply::SUCCEEDED;
  RunFor(absl::Minutes(11));
  EXPECT_EQ(provider_.queries, 1);
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, BooksAReversalThatAQueryFindsByWayOfSuccess) {
  Boot();
  Pay("order-1").value();
  provider_.query = QueryReply::REVERSED;
  RunFor(absl::Minutes(11));
  EXPECT_EQ(Status("order-1"), "REVERSED");
  EXPECT_EQ(world_.database("a")
                ->Peek("SELECT count(*) FROM trade_flow WHERE to_status IN ('SUCCESS', 'REVERSED')")
                .value()[0]
                .Int(0),
            2);
}

TEST_F(InitiatorTest, SubmitsAgainUnderTheSameNumberWhatWasNotFound) {
  Set("submit_attempts", "1");
  Boot();
  world_.DropNextRequest("exchange.Submit");
  Pay("order-1").value();
  provider_.query = QueryReply::NOT_FOUND;
  RunFor(absl::Minutes(11));
  EXPECT_THAT(provider_.submitted, ElementsAre("order-1"));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

TEST_F(InitiatorTest, AsksFirstWhenAdvised) {
  provider_.advise_query_after_ms = 60'000;
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(55));
  EXPECT_EQ(provider_.queries, 0);
  RunFor(absl::Seconds(10));
  EXPECT_EQ(provider_.queries, 1);
}

TEST_F(InitiatorTest, AsksEverMoreRarelyAndThenAPerson) {
  Set("max_queries", "4");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Minutes(10 + 10 + 20) + absl::Seconds(5));
  EXPECT_EQ(provider_.queries, 3);
  RunFor(absl::Minutes(40));
  EXPECT_EQ(provider_.queries, 4);
  EXPECT_EQ(Manual(), "NULL");
  RunFor(absl::Minutes(80));
  EXPECT_EQ(Manual(), "the provider gives no outcome");
  EXPECT_EQ(provider_.queries, 4);
  EXPECT_EQ(provider_.resends, 1);
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, AsksNoMoreAboutWhatAPersonHasIfItIsAcceptedLate) {
  Set("max_queries", "1");
  Set("query_backoff_ms", "1000");
  Boot();
  world_.DelayNextReply("exchange.Submit", absl::Seconds(4));
  Pay("order-1").value();
  RunFor(absl::Seconds(3));
  ASSERT_EQ(Manual(), "the provider gives no outcome");
  EXPECT_EQ(Status("order-1"), "PROCESSING");
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
  EXPECT_EQ(provider_.queries, 1);
  EXPECT_EQ(provider_.resends, 1);
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, AsksNeverWhenItReliesOnNotices) {
  Set("channels", "push");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Hours(23));
  EXPECT_EQ(Manual(), "NULL");
  RunFor(absl::Hours(2));
  EXPECT_EQ(provider_.queries, 0);
  EXPECT_EQ(Manual(), "no notice within a day");
}

// The disk cuts the COMMIT that counts a query, at each of its syncs: whether or not it
// has happened, the next one is not counted before its time.
TEST(Initiator, CountsNoQueryBeforeItsTimeWhenNobodyKnowsOfTheLast) {
  int cut = 0;
  for (uint64_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 50u);
    sim::TestWorld world;
    ProviderScript provider;
    world.adversary().Add(sim::MakePin("fsync a query order-1", nth, sim::ChoiceKind::kIoError));
    world.Start("b", ScriptedProviderSystem(provider));
    world.Start("a", InitiatorSystem(), {{"provider", "b"}}, InitiatorSystem().Defaults());
    PayRequest request;
    request.set_order_id("order-1");
    request.set_amount(100);
    world.Call("a", kPay, request).value();
    world.RunFor(absl::Minutes(10 + 5));
    if (world.adversary().left() > 0) break;
    ++cut;
    EXPECT_EQ(world.database("a")->Peek("SELECT queries FROM trade_order").value()[0].Int(0), 1)
        << nth;
  }
  EXPECT_GE(cut, 2);
}

TEST_F(InitiatorTest, AsksAfterARestartAboutWhatItHadSent) {
  Set("submit_attempts", "1");
  Boot();
  world_.DropNextReply("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Seconds(2));
  Crash();
  provider_.query = QueryReply::SUCCEEDED;
  RunFor(absl::Minutes(11));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
}

TEST_F(InitiatorTest, AsksAtOnceAfterARestartWhatWasDueMeanwhile) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(2));
  provider_.query = QueryReply::FAILED;
  Crash(absl::Hours(1));
  RunFor(absl::Seconds(2));
  EXPECT_EQ(Status("order-1"), "FAILED");
}

TEST_F(InitiatorTest, LeavesTheManualQueueAloneAfterARestart) {
  Set("max_queries", "1");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Hours(1));
  Crash();
  RunFor(absl::Hours(1));
  EXPECT_EQ(provider_.queries, 1);
  EXPECT_TRUE(Quiet());
}

TEST(QueryPlan, DoublesUpToItsCap) {
  const QueryPlan plan(InitiatorSystem().Defaults());
  const int64_t minute = 60'000;
  EXPECT_EQ(plan.FirstWait(/*advised=*/0), 10 * minute);
  EXPECT_EQ(plan.FirstWait(/*advised=*/7), 7);
  EXPECT_EQ(plan.WaitAfter(1), 10 * minute);
  EXPECT_EQ(plan.WaitAfter(2), 20 * minute);
  EXPECT_EQ(plan.WaitAfter(6), 320 * minute);
  EXPECT_EQ(plan.WaitAfter(7), 360 * minute);
  EXPECT_EQ(plan.WaitAfter(1'000'000), 360 * minute);
}

TEST_F(InitiatorTest, QuirkForgetsAtARestartWhatToAskAbout) {
  Quirk("query_timer_in_memory");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(2));
  Crash();
  RunFor(absl::Hours(3));
  EXPECT_EQ(provider_.queries, 0);
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

}  // namespace
}  // namespace exchange
