// Goal: a pin printed is the pin read, whatever its point, and a pin that makes
// no sense is refused where it stands. Method: a round trip as a law over all
// places and choices, errors by example.

#include "faults/pins.h"

#include <iterator>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/choice/place.h"

namespace faults {
namespace {

using sim::ChoiceKind;
using sim::PlaceKind;

// Keys come from components: spaces, quotes and Chinese are all possible.
rc::Gen<std::string> Keys() {
  return rc::gen::element<std::string>("", "order-7", "two words", "a \"quoted\" \\ key", "订单 7",
                                       "new\nline", "a<b>c");
}

rc::Gen<int64_t> Amounts() { return rc::gen::inRange<int64_t>(1, sim::Hours(100'000)); }

sim::Pin AnyPin() {
  sim::Place place;
  place.kind = static_cast<PlaceKind>(*rc::gen::inRange(0, sim::kPlaceKinds));
  place.node = "a";
  place.method = "exchange.Submit";
  const std::string key = *Keys();
  place.key = key;
  sim::Pin pin;
  pin.occurrence = *rc::gen::inRange<uint64_t>(1, uint64_t{1} << 60);
  switch (place.kind) {
    case PlaceKind::kMessage:
      place.peer = "b";
      place.leg = *rc::gen::element(sim::Leg::kRequest, sim::Leg::kReply);
      pin.kind = *rc::gen::element(ChoiceKind::kDrop, ChoiceKind::kDuplicate, ChoiceKind::kLate,
                                   ChoiceKind::kRefuse, ChoiceKind::kOvertaken,
                                   ChoiceKind::kCallbackFirst);
      if (pin.kind == ChoiceKind::kCallbackFirst) {
        place.leg = sim::Leg::kReply;
        pin.by = "exchange.NotifyResult";
      }
      if (pin.kind == ChoiceKind::kRefuse || pin.kind == ChoiceKind::kOvertaken) {
        place.leg = sim::Leg::kRequest;
      }
      if (pin.kind == ChoiceKind::kOvertaken) pin.by = "exchange.Reverse";
      break;
    case PlaceKind::kWrite:
      pin.kind = *rc::gen::element(ChoiceKind::kIoError, ChoiceKind::kLate, ChoiceKind::kDiskFull,
                                   ChoiceKind::kBadSector, ChoiceKind::kMisdirected);
      break;
    case PlaceKind::kCommit:
      place.peer = "orders";
      pin.kind = *rc::gen::element(ChoiceKind::kLostBeforeCommit, ChoiceKind::kLostAfterCommit);
      break;
    case PlaceKind::kLock:
      place.peer = "orders";
      pin.kind = *rc::gen::element(ChoiceKind::kDeadlock, ChoiceKind::kLockTimeout);
      break;
    case PlaceKind::kReplica:
      place.peer = "orders";
      pin.kind = ChoiceKind::kReplicaLag;
      break;
    case PlaceKind::kFile:
      pin.kind = *rc::gen::element(ChoiceKind::kLate, ChoiceKind::kDuplicate,
                                   ChoiceKind::kTruncated, ChoiceKind::kCorrected);
      break;
    case PlaceKind::kFileLine:
      pin.kind = *rc::gen::element(ChoiceKind::kDrop, ChoiceKind::kLate, ChoiceKind::kMisstated,
                                   ChoiceKind::kStray);
      break;
    case PlaceKind::kRead:
      pin.kind = *rc::gen::element(ChoiceKind::kIoError, ChoiceKind::kLate);
      break;
    case PlaceKind::kSync:
      pin.kind = *rc::gen::element(ChoiceKind::kIoError, ChoiceKind::kLate, ChoiceKind::kLostSync);
      break;
    case PlaceKind::kSuspension:
      pin.kind = *rc::gen::element(ChoiceKind::kCrash, ChoiceKind::kPause, ChoiceKind::kSlow);
      if (pin.kind == ChoiceKind::kCrash) pin.disk = sim::DiskFate::kKeepAll;
      break;
    case PlaceKind::kStep:
      pin.kind = ChoiceKind::kCrash;
      pin.disk =
          *rc::gen::element(sim::DiskFate::kEach, sim::DiskFate::kKeepAll, sim::DiskFate::kLoseAll);
      break;
    case PlaceKind::kLink:
      place.peer = "b";
      place.both_ways = *rc::gen::arbitrary<bool>();
      pin.occurrence -= 1;
      pin.kind =
          *rc::gen::element(ChoiceKind::kPartition, ChoiceKind::kClog, ChoiceKind::kSlowPair);
      if (pin.kind == ChoiceKind::kSlowPair) pin.lasts = *Amounts();
      break;
    case PlaceKind::kOutcome:
      pin.kind = ChoiceKind::kOutcome;
      break;
    case PlaceKind::kClock:
      pin.kind = *rc::gen::element(ChoiceKind::kSkew, ChoiceKind::kDrift);
      break;
    case PlaceKind::kTick:
      pin.occurrence -= 1;
      pin.kind = *rc::gen::element(ChoiceKind::kJump, ChoiceKind::kDrift, ChoiceKind::kSlew);
      break;
    case PlaceKind::kBoot:
      pin.kind = ChoiceKind::kJump;
      break;
    case PlaceKind::kCache:
      pin.kind = *rc::gen::element(ChoiceKind::kExpire, ChoiceKind::kEvict, ChoiceKind::kFailOver);
      break;
    case PlaceKind::kPublish:
      pin.kind = ChoiceKind::kUnavailable;
      break;
    case PlaceKind::kDeliver:
      pin.kind =
          *rc::gen::element(ChoiceKind::kReorder, ChoiceKind::kRebalance, ChoiceKind::kUnavailable);
      break;
    case PlaceKind::kAck:
      pin.kind = ChoiceKind::kLostAck;
      break;
    case PlaceKind::kIngress:
      place.peer = "b";
      pin.kind = *rc::gen::element(ChoiceKind::kLate, ChoiceKind::kAcceptsThenFails,
                                   ChoiceKind::kSystemError);
      break;
    case PlaceKind::kInFlight:
      place.peer = "b";
      pin.kind = *rc::gen::element(ChoiceKind::kLate, ChoiceKind::kNotFound);
      break;
    case PlaceKind::kCallback:
      place.peer = "b";
      pin.kind = *rc::gen::element(ChoiceKind::kCallbackNever, ChoiceKind::kCallbackTwice);
      break;
    case PlaceKind::kPerson:
      place.peer = "b";
      pin.kind = *rc::gen::element(ChoiceKind::kDoubleClick, ChoiceKind::kAbandoned,
                                   ChoiceKind::kPaysLate, ChoiceKind::kTwoChannels);
      if (pin.kind == ChoiceKind::kTwoChannels) pin.by = "a2";
      break;
  }
  pin.amount = *Amounts();
  for (const ChoiceKind kind :
       {ChoiceKind::kDrop, ChoiceKind::kRefuse, ChoiceKind::kIoError, ChoiceKind::kBadSector,
        ChoiceKind::kMisdirected, ChoiceKind::kLostSync, ChoiceKind::kLostBeforeCommit,
        ChoiceKind::kLostAfterCommit, ChoiceKind::kDeadlock, ChoiceKind::kExpire,
        ChoiceKind::kEvict, ChoiceKind::kLostAck, ChoiceKind::kRebalance, ChoiceKind::kStray,
        ChoiceKind::kAcceptsThenFails, ChoiceKind::kSystemError, ChoiceKind::kNotFound,
        ChoiceKind::kCallbackNever, ChoiceKind::kAbandoned}) {
    if (pin.kind == kind) pin.amount = 0;
  }
  if (pin.kind == ChoiceKind::kDuplicate && *rc::gen::arbitrary<bool>()) pin.amount = 0;
  if (pin.kind == ChoiceKind::kOutcome) pin.amount %= 1000;
  if (pin.kind == ChoiceKind::kOutcome && pin.amount == 0) pin.amount = 1;
  if (pin.kind == ChoiceKind::kDrift) pin.amount = pin.amount % kMostPpm + 1;
  for (const ChoiceKind kind :
       {ChoiceKind::kSkew, ChoiceKind::kJump, ChoiceKind::kSlew, ChoiceKind::kDrift}) {
    if (pin.kind == kind && *rc::gen::arbitrary<bool>()) pin.amount = -pin.amount;
  }
  if (pin.kind == ChoiceKind::kMisstated) pin.amount = 1 + pin.amount % 4;
  pin.point = sim::PointName(place);
  return pin;
}

RC_GTEST_PROP(PinsTest, SurviveText, ()) {
  std::vector<sim::Pin> pins;
  const int count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i) pins.push_back(AnyPin());
  const absl::StatusOr<std::vector<sim::Pin>> read = ParsePins("pins", PinsText(pins));
  RC_ASSERT(read.status().message() == "");
  RC_ASSERT(*read == pins);
}

RC_GTEST_PROP(PinsTest, PrintOnOneLine, ()) {
  const std::string text = PinText(AnyPin());
  RC_ASSERT(text.find('\n') == std::string::npos);
}

TEST(PinsTest, PrintAsTheyAreWritten) {
  const char* const lines[] = {
      R"(pin { point: "reply exchange.Submit a<b order-7" occurrence: 1 choice: LATE by: "900ms" })",
      R"(pin { point: "fsync b exchange.Submit order-7" occurrence: 3 choice: CRASH down_for: "50ms" disk: KEEP_ALL })",
      R"(pin { point: "request exchange.Submit a>b order-7" occurrence: 1 choice: OVERTAKEN by: "exchange.Reverse" at_most: "10m" })",
      R"(pin { point: "link a<>b" occurrence: 4 choice: PARTITION for: "30s" })",
      R"(pin { point: "outcome b settle order-7" occurrence: 1 choice: OUTCOME value: 2 })",
      R"(pin { point: "clock a" occurrence: 1 choice: SKEW by: "-2s" })",
      R"(pin { point: "clock a" occurrence: 1 choice: DRIFT ppm: -200 })",
      R"(pin { point: "tick a" occurrence: 14 choice: JUMP by: "-2h" })",
      R"(pin { point: "tick a" choice: SLEW by: "300ms" })",
      R"(pin { point: "boot a" occurrence: 2 choice: JUMP by: "-1m" })",
      R"(pin { point: "crash a nightly" occurrence: 3 choice: PAUSE for: "30s" })",
      R"(pin { point: "crash a nightly" occurrence: 3 choice: SLOW for: "5m" })",
      R"(pin { point: "cache c cache.Get k" occurrence: 1 choice: FAIL_OVER loses: "200ms" })",
      R"(pin { point: "publish q payments k" occurrence: 1 choice: UNAVAILABLE for: "30s" })",
  };
  for (const char* line : lines) {
    const auto pins = ParsePins("pins", line);
    ASSERT_TRUE(pins.ok()) << pins.status();
    EXPECT_EQ(PinText(pins->at(0)), line);
  }
}

// The errors of one pin with this body.
std::string ErrorOf(const std::string& body) {
  return std::string(ParsePins("p", "\npin { " + body + " }").status().message());
}

TEST(PinsTest, AreRefusedWhereTheyStand) {
  EXPECT_EQ(ErrorOf(R"(point: "reply x.Y a<b" occurrence: 1 choice: LATE)"),
            "p:2:1: error: by is missing; write for instance by: \"900ms\"");
  EXPECT_EQ(ErrorOf(R"(point: "reply x.Y a<b" occurrence: 1)"),
            "p:2:1: error: choice is missing; write for instance choice: DROP");
  EXPECT_EQ(ErrorOf(R"(point: "reply x.Y a<b" choice: DROP)"),
            "p:2:1: error: occurrence is 0 or missing; the first time is occurrence: 1");
  EXPECT_EQ(ErrorOf(R"(point: "answer x.Y a<b" occurrence: 1 choice: DROP)"),
            "p:2:7: error: \"answer x.Y a<b\" is not a point; expected something like \"request "
            "exchange.Submit a>b order-7\"");
  EXPECT_EQ(ErrorOf(R"(point: "reply x.Y a<b" occurrence: 1 choice: REFUSE)"),
            "p:2:44: error: REFUSE cannot happen at \"reply x.Y a<b\"; it needs the point of a "
            "message whose leg is REQUEST");
  EXPECT_EQ(ErrorOf(R"(point: "reply x.Y a<b" occurrence: 1 choice: DROP by: "1s")"),
            "p:2:57: error: by does not belong to DROP");
  EXPECT_EQ(ErrorOf(R"(point: "reply x.Y a<b" occurrence: 1 choice: LATE by: "0s")"),
            "p:2:57: error: by is 0, which is no fault; write for instance by: \"900ms\"");
}

}  // namespace
}  // namespace faults
