// Goal: what the head of links.h says: what is sent into a link that is cut is lost, into a
// clog held and then delivered in its order, and on a slow pair late; and a link is asked
// about once in a slot of time.
// Method: as of network_test.cc.

#include "sim/net/links.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/network_fixture.h"

namespace sim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class LinksTest : public NetworkTest {
 protected:
  void PinSlot(absl::string_view link, uint64_t slot, Nanos amount,
               ChoiceKind kind = ChoiceKind::kPartition) {
    adversary_.Add(MakePin(link, slot, kind, amount));
  }
  void PinSlow(absl::string_view link, Nanos by, Nanos lasts) {
    Pin pin = MakePin(link, 0, ChoiceKind::kSlowPair, by);
    pin.lasts = lasts;
    adversary_.Add(pin);
  }
};

TEST_F(LinksTest, CutsALinkOneWay) {
  PinSlot("link a>b", 0, Seconds(3));
  network_.Send(Request("Put", "k"));
  network_.Send(Reply("Put", "l"));
  RunUntil(Seconds(2));
  network_.Send(Request("Put", "m"));
  RunUntil(Seconds(3));
  network_.Send(Request("Put", "n"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms reply Put l", "3010ms request Put n"));
}

TEST_F(LinksTest, CutsALinkBothWays) {
  PinSlot("link a<>b", 0, Seconds(3));
  network_.Send(Reply("Put", "l"));
  network_.Send(Request("Put", "k"));
  RunUntil(Seconds(3));
  network_.Send(Reply("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("3010ms reply Put l"));
}

TEST_F(LinksTest, LetsThroughWhatWasSentBeforeTheCut) {
  RunUntil(kLinkSlot - Millis(5));
  network_.Send(Request("Put", "k"));
  PinSlot("link a>b", 1, Seconds(3));
  RunUntil(kLinkSlot);
  network_.Send(Request("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10005ms request Put k"));
}

TEST_F(LinksTest, CutsNoOtherLink) {
  PinSlot("link a<>b", 0, Seconds(3));
  PacketPtr packet = Request("Put", "k", Visibility::kPublic);
  packet->to = c_;
  network_.Send(std::move(packet));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put k"));
}

TEST_F(LinksTest, AsksAboutALinkOnceInASlot) {
  for (int i = 0; i < 5; ++i) {
    network_.Send(Request("Put", "k"));
    network_.Send(Reply("Put", "k"));
  }
  RunUntil(kLinkSlot);
  network_.Send(Request("Put", "k"));
  std::vector<std::string> links;
  for (const std::string& asked : adversary_.asked()) {
    if (asked.find("link") == 0) links.push_back(asked);
  }
  EXPECT_THAT(links, ElementsAre("link a>b #0", "link a<>b #0", "link b>a #0", "link a>b #1",
                                 "link a<>b #1"));
}

TEST_F(LinksTest, HealsAllLinks) {
  PinSlot("link a<>b", 0, Seconds(8));
  network_.Send(Request("Put", "k"));
  simulation_.choices().Silence();
  network_.Heal();
  network_.Send(Request("Put", "l"));
  network_.Send(Reply("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put l", "10ms reply Put l"));
}

class ClogTest : public LinksTest {
 protected:
  ClogTest() {
    PinSlot("link a>b", 0, Seconds(3), ChoiceKind::kClog);
    network_.Send(Request("Put", "k"));
    RunUntil(Seconds(1));
  }
};

TEST_F(ClogTest, HoldsAllAndLetsThemGoInTheirOrder) {
  for (const char* key : {"l", "m", "n"}) network_.Send(Request("Put", key));
  RunUntil(Millis(2999));
  EXPECT_THAT(log_, IsEmpty());
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("3000ms request Put k", "3000ms request Put l",
                                "3000ms request Put m", "3000ms request Put n"));
  EXPECT_THAT(Recorded(), Contains(RecordKind::kClog));
  EXPECT_THAT(Recorded(), Contains(RecordKind::kHeld));
  EXPECT_THAT(Recorded(), Not(Contains(RecordKind::kLost)));
}

TEST_F(ClogTest, IsOneWayAndOfOneLink) {
  network_.Send(Reply("Put", "l"));
  PacketPtr packet = Request("Tell", "m", Visibility::kPublic);
  packet->to = c_;
  network_.Send(std::move(packet));
  RunUntil(Seconds(2));
  EXPECT_THAT(log_, ElementsAre("1010ms reply Put l", "1010ms request Tell m"));
}

TEST_F(ClogTest, NoMessageIsFasterForIt) {
  RunUntil(Millis(2998));
  network_.Send(Request("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("3000ms request Put k", "3008ms request Put l"));
}

TEST_F(ClogTest, LetsPassWhatIsSentAfterIt) {
  RunUntil(Seconds(3));
  network_.Send(Request("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("3000ms request Put k", "3010ms request Put l"));
}

TEST_F(ClogTest, MeetsNoOtherFault) {
  Strike("request Put a>b l", ChoiceKind::kDrop);
  network_.Send(Request("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("3000ms request Put k", "3000ms request Put l"));
}

TEST_F(ClogTest, EndsWhenTheWorldHeals) {
  network_.Send(Request("Put", "l"));
  simulation_.choices().Silence();
  network_.Heal();
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("1000ms request Put k", "1010ms request Put l"));
}

// As TCP does: who has booted again knows nothing of the connection.
TEST_F(ClogTest, BreaksTheConnectionWithAReceiverThatDies) {
  ++at_b_.boots;
  network_.Send(Request("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("3000ms request Put l"));
  EXPECT_THAT(Recorded(), Contains(RecordKind::kLost));
}

TEST_F(ClogTest, ReachesWhoIsThereWhenItEnds) {
  at_b_.is_alive = false;
  network_.Send(Request("Put", "l"));  // Nobody answers that there is nobody.
  RunUntil(Seconds(2));
  at_b_.is_alive = true;
  ++at_b_.boots;
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("3000ms request Put l"));
}

TEST_F(ClogTest, LosesWhatFindsNobodyAtItsEnd) {
  at_b_.is_alive = false;
  RunToTheEnd();
  EXPECT_THAT(log_, IsEmpty());
  EXPECT_THAT(Recorded(), Contains(RecordKind::kLost));
}

TEST_F(ClogTest, WhatIsNoPacketDoesNotPass) {
  EXPECT_FALSE(network_.Passes(a_, b_));
  EXPECT_TRUE(network_.Passes(b_, a_));
  RunUntil(Seconds(3));
  EXPECT_TRUE(network_.Passes(a_, b_));
}

TEST_F(LinksTest, AClogGrowsIfAnotherComes) {
  PinSlot("link a>b", 0, Seconds(15), ChoiceKind::kClog);
  PinSlot("link a>b", 1, Seconds(15), ChoiceKind::kClog);
  network_.Send(Request("Put", "k"));
  RunUntil(Seconds(12));
  network_.Send(Request("Put", "l"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("27000ms request Put k", "27000ms request Put l"));
}

TEST_F(LinksTest, ASlowPairTakesLongerForAWhile) {
  PinSlow("link a>b", Millis(500), Seconds(3));
  network_.Send(Request("Put", "k"));
  network_.Send(Reply("Put", "l"));
  EXPECT_EQ(network_.SlowBy(a_, b_), Millis(500));
  EXPECT_TRUE(network_.Passes(a_, b_));
  RunUntil(Seconds(3));
  network_.Send(Request("Put", "m"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms reply Put l", "510ms request Put k", "3010ms request Put m"));
  EXPECT_THAT(Recorded(), Contains(RecordKind::kSlowPair));
}

TEST_F(LinksTest, ASlowPairMeetsOtherFaultsAndHeals) {
  PinSlow("link a<>b", Millis(500), Hours(1));
  Strike("request Put a>b k", ChoiceKind::kLate, Millis(200));
  network_.Send(Request("Put", "k"));
  network_.Send(Reply("Put", "l"));
  simulation_.choices().Silence();
  network_.Heal();
  network_.Send(Request("Put", "m"));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("10ms request Put m", "510ms reply Put l", "710ms request Put k"));
}

}  // namespace
}  // namespace sim
