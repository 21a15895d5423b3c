// Goal: the value of a choice depends on (seed, point, occurrence) and on
// nothing else; a fault is recorded as a pin that names it; nobody is asked in
// vain, and asking changes nothing but what is answered.
// Method: random interleavings of points, and an adversary that notes questions.

#include "sim/choice/choices.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Answers every question with the same choice and notes them.
class Constant final : public Adversary {
 public:
  Constant(uint32_t interests, Choice answer) : interests_(interests), answer_(answer) {}
  uint32_t interests() const override { return interests_; }
  Choice Decide(const Place& place, uint64_t, uint64_t occurrence, Nanos, uint64_t bits) override {
    asked.push_back(PointName(place) + " #" + std::to_string(occurrence));
    this->bits.insert(bits);
    return answer_;
  }

  std::vector<std::string> asked;
  std::set<uint64_t> bits;

 private:
  uint32_t interests_;
  Choice answer_;
};

constexpr uint32_t kEverything = (1u << kPlaceKinds) - 1;

Choice Late(Nanos amount) {
  Choice choice;
  choice.kind = ChoiceKind::kLate;
  choice.amount = amount;
  return choice;
}

Place Request(absl::string_view key) {
  Place place;
  place.kind = PlaceKind::kMessage;
  place.leg = Leg::kRequest;
  place.node = "a";
  place.peer = "b";
  place.method = "exchange.Submit";
  place.key = key;
  return place;
}

RC_GTEST_PROP(ChoicesLaw, NoiseDependsOnPointAndOccurrenceOnly, ()) {
  // One point's values are the same, whatever is drawn elsewhere in between.
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  const auto others = *rc::gen::container<std::vector<uint64_t>>(rc::gen::inRange<uint64_t>(2, 9));
  Choices alone(seed, nullptr);
  Choices crowded(seed, nullptr);
  for (const uint64_t other : others) {
    crowded.Noise(other, 100);
    const uint64_t expected = alone.Noise(1, 1'000'000);
    const uint64_t drawn = crowded.Noise(1, 1'000'000);
    RC_ASSERT(drawn == expected);
  }
}

RC_GTEST_PROP(ChoicesLaw, AskingChangesNoNoise, ()) {
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  Constant adversary(kEverything, Late(5));
  Choices asked(seed, &adversary);
  Choices calm(seed, nullptr);
  const int draws = *rc::gen::inRange(1, 20);
  for (int i = 0; i < draws; ++i) {
    asked.Fault(Request("order-7"), 0);
    const uint64_t expected = calm.Noise(1, 1000);
    const uint64_t drawn = asked.Noise(1, 1000);
    RC_ASSERT(drawn == expected);
  }
}

RC_GTEST_PROP(ChoicesLaw, BelowStaysBelow, (uint64_t bits, uint64_t bound)) {
  RC_ASSERT(Below(bits, bound) < std::max<uint64_t>(bound, 1));
}

TEST(Choices, DependOnTheSeed) {
  std::set<uint64_t> values;
  for (uint64_t seed = 1; seed <= 1000; ++seed) values.insert(Choices(seed, nullptr).Bits(1, 1));
  EXPECT_EQ(values.size(), 1000u);
}

TEST(Choices, AreSpreadEvenly) {
  Choices choices(1, nullptr);
  std::map<uint64_t, int> counts;
  for (int i = 0; i < 60'000; ++i) ++counts[choices.Noise(7, 6)];
  ASSERT_EQ(counts.size(), 6u);
  for (const auto& [face, count] : counts) EXPECT_NEAR(count, 10'000, 400) << face;
}

TEST(Choices, CountOccurrencesFromOneForEachPoint) {
  Choices choices(1, nullptr);
  EXPECT_EQ(choices.Count(1), 1u);
  EXPECT_EQ(choices.Count(1), 2u);
  EXPECT_EQ(choices.Count(2), 1u);
}

TEST(Choices, RecordAFaultAsAPin) {
  Constant adversary(kEverything, Late(Millis(900)));
  Choices choices(1, &adversary);
  choices.Fault(Request("order-7"), 0);
  choices.Fault(Request("order-8"), 0);
  const Choice again = choices.Fault(Request("order-7"), 0);
  EXPECT_EQ(again.amount, Millis(900));
  ASSERT_EQ(choices.fired().size(), 3u);
  Pin expected;
  expected.point = "request exchange.Submit a>b order-7";
  expected.occurrence = 2;
  expected.kind = ChoiceKind::kLate;
  expected.amount = Millis(900);
  EXPECT_EQ(choices.fired()[2], expected);
}

TEST(Choices, AnswerForEverWhatLasts) {
  Constant adversary(kEverything, Late(5));
  Choices choices(1, &adversary);
  EXPECT_EQ(choices.Lasting(Request("order-7"), 0).amount, 5);
  choices.Silence();
  EXPECT_EQ(choices.Lasting(Request("order-7"), 0).amount, 5);
  EXPECT_FALSE(choices.Lasting(Request("order-8"), 0));  // first asked when faults are over
  EXPECT_EQ(choices.fired().size(), 1u);
}

TEST(Choices, TellOfEachFault) {
  struct Sink final : FaultSink {
    void OnFault(const Pin& pin, Nanos at) override {
      told = pin.point;
      told_at = at;
    }
    std::string told;
    Nanos told_at = 0;
  };
  Constant adversary(kEverything, Late(5));
  Sink sink;
  Choices choices(1, &adversary);
  choices.set_sink(&sink);
  choices.Fault(Request("order-7"), 42);
  EXPECT_EQ(sink.told, "request exchange.Submit a>b order-7");
  EXPECT_EQ(sink.told_at, 42);
}

TEST(Choices, OwnTheTextsOfPins) {
  std::string by = "exchange.Reverse";
  Choice overtaken;
  overtaken.kind = ChoiceKind::kOvertaken;
  overtaken.by = by;
  Constant adversary(kEverything, overtaken);
  Choices choices(1, &adversary);
  choices.Fault(Request("order-7"), 0);
  by.assign(by.size(), '?');
  EXPECT_EQ(choices.fired()[0].by, "exchange.Reverse");
}

TEST(Choices, RecordNothingThatDidNotHappen) {
  Constant adversary(kEverything, Choice());
  Choices choices(1, &adversary);
  EXPECT_FALSE(choices.Fault(Request("order-7"), 0));
  EXPECT_THAT(adversary.asked, ElementsAre("request exchange.Submit a>b order-7 #1"));
  EXPECT_THAT(choices.fired(), IsEmpty());
}

TEST(Choices, GiveEveryOccurrenceBitsOfItsOwn) {
  Constant adversary(kEverything, Choice());
  Choices choices(1, &adversary);
  for (int i = 0; i < 100; ++i) choices.Fault(Request("order-7"), 0);
  EXPECT_EQ(adversary.bits.size(), 100u);
}

TEST(Choices, AskOnlyWhoIsInterested) {
  Constant adversary(1u << static_cast<int>(PlaceKind::kSync), Late(5));
  Choices choices(1, &adversary);
  EXPECT_FALSE(choices.Asks(PlaceKind::kMessage));
  EXPECT_TRUE(choices.Asks(PlaceKind::kSync));
  EXPECT_FALSE(choices.Fault(Request("order-7"), 0));
  EXPECT_THAT(adversary.asked, IsEmpty());
}

TEST(Choices, AskNobodyInACalmRun) {
  Choices choices(1, nullptr);
  EXPECT_FALSE(choices.Asks(PlaceKind::kMessage));
  EXPECT_FALSE(choices.Fault(Request("order-7"), 0));
}

TEST(Choices, AskNobodyOnceSilenced) {
  Constant adversary(kEverything, Late(5));
  Choices choices(1, &adversary);
  choices.Fault(Request("order-7"), 0);
  choices.Silence();
  EXPECT_FALSE(choices.Fault(Request("order-7"), 0));
  EXPECT_EQ(choices.fired().size(), 1u) << "what fired before stays recorded";
  EXPECT_EQ(adversary.asked.size(), 1u);
}

}  // namespace
}  // namespace sim
