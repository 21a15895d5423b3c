// Goal: a point's name is the pin's only handle, so it must say everything that
// its number stands for: name and place translate into each other without loss.
// Method: random places of every kind, and names by hand.

#include "sim/choice/place.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sim {
namespace {

using testing::HasSubstr;

std::string AnyWord() {
  return *rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcXYZ019._-/#"))));
}

// A key is whatever the business calls it, so it may hold spaces and arrows.
std::string AnyKey() {
  return *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab0-_ <>/:")));
}

// A place with texts of its own, in the fields that its kind has.
class AnyPlace {
 public:
  AnyPlace()
      : node_(AnyWord()),
        peer_(AnyWord()),
        method_(AnyWord()),
        key_(AnyKey()),
        reply_(*rc::gen::arbitrary<bool>()),
        both_ways_(*rc::gen::arbitrary<bool>()) {}

  Place Of(PlaceKind kind) const {
    Place place;
    place.kind = kind;
    place.node = node_;
    if (kind == PlaceKind::kMessage) place.leg = reply_ ? Leg::kReply : Leg::kRequest;
    if (kind == PlaceKind::kLink) place.both_ways = both_ways_;
    if (kind == PlaceKind::kMessage || kind == PlaceKind::kLink || kind == PlaceKind::kCommit ||
        kind == PlaceKind::kLock || kind == PlaceKind::kReplica || IsOfCall(kind)) {
      place.peer = peer_;
    }
    for (const PlaceKind bare :
         {PlaceKind::kLink, PlaceKind::kClock, PlaceKind::kTick, PlaceKind::kBoot}) {
      if (kind == bare) return place;
    }
    place.method = method_;
    place.key = key_;
    return place;
  }

 private:
  std::string node_, peer_, method_, key_;
  bool reply_, both_ways_;
};

RC_GTEST_PROP(PlaceLaw, NamesCanBeReadBack, ()) {
  const AnyPlace any;
  for (int kind = 0; kind < kPlaceKinds; ++kind) {
    const Place place = any.Of(static_cast<PlaceKind>(kind));
    const std::string name = PointName(place);
    const auto parsed = PointText::Parse(name);
    RC_ASSERT(parsed.ok());
    RC_ASSERT(PointName(parsed->place()) == name);
    RC_ASSERT(PointOf(parsed->place()) == PointOf(place));
  }
}

RC_GTEST_PROP(PlaceLaw, TwoNamesAreTwoPoints, ()) {
  const AnyPlace one;
  const AnyPlace other;
  const Place a = one.Of(static_cast<PlaceKind>(*rc::gen::inRange(0, kPlaceKinds)));
  const Place b = (*rc::gen::arbitrary<bool>() ? one : other)
                      .Of(static_cast<PlaceKind>(*rc::gen::inRange(0, kPlaceKinds)));
  RC_ASSERT((PointName(a) == PointName(b)) == (PointOf(a) == PointOf(b)));
}

RC_GTEST_PROP(PlaceLaw, AnyTextIsReadOrRefused, (const std::string& text)) {
  const auto parsed = PointText::Parse(text);
  if (parsed.ok()) {
    RC_ASSERT(!PointName(parsed->place()).empty());
  } else {
    RC_ASSERT(absl::IsInvalidArgument(parsed.status()));
  }
}

TEST(Place, IsNamedInTheWordsOfTheReader) {
  const std::vector<std::string> names = {
      "request exchange.Submit a>b order-7",
      "reply exchange.Submit a<b order-7",
      "request exchange.Ping a>b",
      "crash b exchange.Submit order-7",
      "fsync b exchange.Submit order-7",
      "fsync b recovery",
      "link a>b",
      "link a<>b",
      "outcome b settle order-7",
      "step a ab.A.insert.after order-7",
      "clock a",
      "ingress exchange.Submit a>b order-7",
      "inflight exchange.Query a>b order-7",
      "callback exchange.NotifyResult b>a order-7",
      "person exchange.Pay pay1>a pay1-1",
  };
  for (const std::string& name : names) {
    const auto parsed = PointText::Parse(name);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(PointName(parsed->place()), name);
  }
}

TEST(Place, ReadsEveryPart) {
  const auto parsed = PointText::Parse("reply exchange.Submit a<b order 7");
  ASSERT_TRUE(parsed.ok());
  const Place place = parsed->place();
  EXPECT_EQ(place.kind, PlaceKind::kMessage);
  EXPECT_EQ(place.leg, Leg::kReply);
  EXPECT_EQ(place.node, "a");
  EXPECT_EQ(place.peer, "b");
  EXPECT_EQ(place.method, "exchange.Submit");
  EXPECT_EQ(place.key, "order 7");
}

TEST(Place, SaysWhatANameShouldLookLike) {
  for (const char* wrong : {"", "request", "request m", "request m a<b", "reply m a>b", "link",
                            "link a", "crash b", "step", "clock", "weather b"}) {
    const auto parsed = PointText::Parse(wrong);
    ASSERT_FALSE(parsed.ok()) << wrong;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("is not a point; expected"));
  }
}

}  // namespace
}  // namespace sim
