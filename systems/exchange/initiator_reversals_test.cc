// Goal: A takes back what stays unconfirmed, asks until it is answered, submits no more,
// and enters each reversal into its book once, whoever tells it first.
// Method: A alone, with a scripted provider, which answers when the test lets it; the
// test sends B's notices.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/initiator_fixture.h"

namespace exchange {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class TakingBackTest : public InitiatorTest {
 protected:
  TakingBackTest() {
    Set("reverse_after_ms", "30000");
    Set("submit_attempts", "1");
  }
  std::string Ask(const std::string& sql) {
    return sim::ToText(world_.database("a")->Peek(sql).value()[0][0]);
  }
  std::string Request() {
    return Ask("SELECT group_concat(status || ' ' || attempts) FROM reversal_request");
  }
  std::string Book() { return Ask("SELECT group_concat(amount) FROM reversal"); }
};

TEST_F(TakingBackTest, AsksWhenNothingIsHeard) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(29));
  EXPECT_THAT(provider_.reversed, IsEmpty());
  RunFor(absl::Seconds(2));
  EXPECT_THAT(provider_.reversed, ElementsAre(100));
  EXPECT_EQ(Request(), "UNDONE 1");
  EXPECT_EQ(Status("order-1"), "FAILED");  // no money has moved
  EXPECT_TRUE(NotifyResult("order-1", false));
  EXPECT_TRUE(Quiet());
}

TEST_F(TakingBackTest, DoesNotAskIfTheOrderHasEndedInTime) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(5));
  EXPECT_TRUE(NotifyResult("order-1", true));
  RunFor(absl::Minutes(5));
  EXPECT_THAT(provider_.reversed, IsEmpty());
  EXPECT_TRUE(Quiet());
}

TEST_F(TakingBackTest, StandsByARequestWhateverIsHeardMeanwhile) {
  provider_.reversal_no = "R1";
  Boot();
  Pay("order-1").value();
  world_.DropNextRequest("exchange.Reverse");
  RunFor(absl::Seconds(31));
  EXPECT_TRUE(NotifyResult("order-1", true));
  RunFor(absl::Minutes(1));
  EXPECT_THAT(provider_.reversed, SizeIs(1));
  EXPECT_EQ(Request(), "UNDONE 2");
  EXPECT_EQ(Status("order-1"), "REVERSED");
  EXPECT_EQ(Book(), "100");
}

TEST_F(TakingBackTest, AsksUntilItIsAnswered) {
  Boot();
  Pay("order-1").value();
  for (int i = 0; i < 3; ++i) world_.DropNextReply("exchange.Reverse");
  RunFor(absl::Seconds(30 + 10 + 20 - 1));
  EXPECT_THAT(provider_.reversed, SizeIs(2));
  Crash();
  RunFor(absl::Hours(1));
  EXPECT_THAT(provider_.reversed, SizeIs(4));
  EXPECT_EQ(Request(), "UNDONE 4");
}

TEST_F(TakingBackTest, LeavesItToPeopleAtLast) {
  provider_.reverse = ReverseReply::REJECTED_SIGNATURE;
  Boot();
  Pay("order-1").value();
  RunFor(absl::Hours(12));
  EXPECT_EQ(static_cast<int64_t>(provider_.reversed.size()), kContract.reversals_most);
  EXPECT_EQ(Request(), "EXHAUSTED 12");
}

TEST_F(TakingBackTest, KeepsAnAnswerThatIsARefusal) {
  Boot();
  provider_.reverse = ReverseReply::TOO_LATE;
  Pay("order-1").value();
  RunFor(absl::Minutes(1));
  provider_.reverse = ReverseReply::PARAMETER_MISMATCH;
  Pay("order-2").value();
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Request(), "TOO_LATE 1,REFUSED 1");
  EXPECT_EQ(Status("order-1"), "SUCCESS");
  EXPECT_EQ(Status("order-2"), "SUBMITTED");
  EXPECT_THAT(provider_.reversed, SizeIs(2));
}

TEST_F(TakingBackTest, SubmitsNoMore) {
  provider_.reverse = ReverseReply::REJECTED_SIGNATURE;
  provider_.query = QueryReply::NOT_FOUND;
  Boot();
  world_.DropNextRequest("exchange.Submit");
  Pay("order-1").value();
  RunFor(absl::Hours(2));
  EXPECT_GT(provider_.queries, 2);
  EXPECT_THAT(provider_.submitted, IsEmpty());
}

TEST_F(TakingBackTest, TakesARefusalForTheReversalForTheEnd) {
  provider_.submit = SubmitReply::REVERSED_BEFORE;
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_EQ(Status("order-1"), "FAILED");
  RunFor(absl::Minutes(5));
  EXPECT_THAT(provider_.reversed, IsEmpty());
}

TEST_F(TakingBackTest, EntersAReversalOnceWhoeverTellsItFirst) {
  provider_.reverse = ReverseReply::REJECTED_SIGNATURE;
  provider_.query = QueryReply::REVERSED;
  Boot();
  Pay("order-1").value();
  RunFor(absl::Minutes(15));  // it has asked
  EXPECT_EQ(Status("order-1"), "REVERSED");
  EXPECT_EQ(Book(), "100");
  EXPECT_TRUE(NotifyReversal("order-1"));
  EXPECT_EQ(Book(), "100");
}

TEST_F(TakingBackTest, QuirkEntersAReversalTwiceIfTheNoticeOvertakesTheAnswer) {
  Quirk("reversal_known_by_answer");
  provider_.reversal_no = "R1";
  Boot();
  Pay("order-1").value();
  world_.DelayNextReply("exchange.Reverse", absl::Seconds(4));
  RunFor(absl::Seconds(31));
  EXPECT_TRUE(NotifyResult("order-1", true));
  ReversalNotice notice;
  notice.set_order_id("order-1");
  notice.set_amount(100);
  notice.set_signature(true);
  notice.set_reversal_no("R1");
  EXPECT_TRUE(world_.Call("a", kNotifyReversal, notice)->processed());
  EXPECT_EQ(Book(), "100");
  RunFor(absl::Seconds(5));
  EXPECT_EQ(Book(), "100,100");
}

TEST_F(InitiatorTest, QuirkTakesARepeatedNoticeForAnError) {
  Quirk("duplicate_notice_is_error");
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  EXPECT_TRUE(NotifyResult("order-1", true));
  EXPECT_FALSE(NotifyResult("order-1", true));
}

TEST_F(InitiatorTest, AcknowledgesBothOfTwoCopiesAtOnce) {
  Boot();
  Pay("order-1").value();
  RunFor(absl::Seconds(1));
  world_.DuplicateNextRequest("exchange.NotifyResult", absl::ZeroDuration());
  EXPECT_TRUE(NotifyResult("order-1", true));  // which one is answered first
}

}  // namespace
}  // namespace exchange
