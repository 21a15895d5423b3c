// Goal: A books what B tells, late, twice or in the wrong order, once and legally,
// and acknowledges no more than it has booked.
// Method: A alone, with a scripted provider; the test sends B's notices.

#include "gtest/gtest.h"
#include "systems/exchange/initiator_fixture.h"

namespace exchange {
namespace {

TEST_F(InitiatorTest, AcknowledgesARepeatedNotice) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_TRUE(NotifyResult("order-1", false));
  EXPECT_TRUE(NotifyResult("order-1", false));
  EXPECT_FALSE(NotifyResult("order-1", true));
  EXPECT_EQ(Status("order-1"), "FAILED");
}

TEST_F(InitiatorTest, DoesNotAcknowledgeANoticeAboutAnUnknownOrder) {
  Boot();
  EXPECT_FALSE(NotifyResult("order-9", true));
  EXPECT_FALSE(NotifyReversal("order-9"));
}

TEST_F(InitiatorTest, BooksNoNoticeWithABadSignature) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  ResultNotice notice;
  notice.set_order_id("order-1");
  notice.set_success(true);
  const NoticeReply refused = world_.Call("a", kNotifyResult, notice).value();
  EXPECT_TRUE(refused.rejected_signature());
  EXPECT_FALSE(refused.processed());
  EXPECT_EQ(Status("order-1"), "SUBMITTED");

  EXPECT_TRUE(NotifyResult("order-1", true));
  EXPECT_FALSE(NotifyReversal("order-1", 100, /*signature=*/false));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_FALSE(NotifyResult("order-1", true, /*signature=*/false));  // though it is history
}

TEST_F(InitiatorTest, HasNoAddressForNoticesIfItOnlyAsks) {
  Set("channels", "pull");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  ResultNotice notice;
  notice.set_order_id("order-1");
  notice.set_success(true);
  notice.set_signature(true);
  EXPECT_TRUE(sim::IsRefused(world_.Call("a", kNotifyResult, notice).status()));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
}

TEST_F(InitiatorTest, LetsANoticeOvertakeTheAnswer) {
  Boot();
  world_.DelayNextReply("exchange.Submit", absl::Seconds(2));
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_EQ(Status("order-1"), "PROCESSING");
  EXPECT_TRUE(NotifyResult("order-1", true));
  RunFor(absl::Seconds(5));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, RefusesAReversalUntilItsSuccessHasArrived) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_FALSE(NotifyReversal("order-1"));
  EXPECT_EQ(Status("order-1"), "SUBMITTED");
  EXPECT_TRUE(NotifyResult("order-1", true));
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_TRUE(NotifyResult("order-1", true));  // late, and history
  EXPECT_EQ(Status("order-1"), "REVERSED");
}

TEST_F(InitiatorTest, AsksAboutAReversalThatComesFirst) {
  Set("reversal_first", "query_and_collapse");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_FALSE(NotifyReversal("order-1"));  // B still says that it is processing
  provider_.query = QueryReply::REVERSED;
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_EQ(Status("order-1"), "REVERSED");
  EXPECT_TRUE(Quiet());
}

TEST_F(InitiatorTest, BooksNoReversalOfAnotherAmount) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  NotifyResult("order-1", true);
  EXPECT_FALSE(NotifyReversal("order-1", 99));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
}

TEST_F(InitiatorTest, BooksANoticeAboutAnOrderInTheManualQueue) {
  Set("max_queries", "1");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Hours(1));
  ASSERT_EQ(Manual(), "the provider gives no outcome");
  EXPECT_TRUE(NotifyResult("order-1", true));
  EXPECT_EQ(Status("order-1"), "SUCCESS");
}

TEST_F(InitiatorTest, QuirkRefusesARepeatedReversal) {
  Quirk("duplicate_reversal_refused");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  NotifyResult("order-1", true);
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_FALSE(NotifyReversal("order-1"));
}

}  // namespace
}  // namespace exchange
