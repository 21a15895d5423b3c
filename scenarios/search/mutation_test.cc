// Goal: a mutation names only places to which its parents came, none twice, and prefers what
// was hit least. Method: laws over any parents, and many mutations of one.

#include "scenarios/search/mutation.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

sim::Pin PinOf(int key, int occurrence, sim::ChoiceKind kind, int64_t amount = 0) {
  sim::Pin pin;
  pin.point = absl::StrCat("request toy.Pay a>b k", key);
  pin.occurrence = static_cast<uint64_t>(occurrence);
  pin.kind = kind;
  pin.amount = amount;
  return pin;
}

// With a rule that makes requests late by 1 or 5.
faults::Plan Plan() {
  faults::Plan plan;
  faults::Rule& rule = plan.rules.emplace_back();
  rule.fault = sim::ChoiceKind::kLate;
  rule.amounts = {1, 5};
  return plan;
}

sim::Pin AnyPin() {
  const int key = *rc::gen::inRange(0, 4);
  const int occurrence = *rc::gen::inRange(1, 4);
  if (*rc::gen::inRange(0, 2) == 0) return PinOf(key, occurrence, sim::ChoiceKind::kDrop);
  return PinOf(key, occurrence, sim::ChoiceKind::kLate, *rc::gen::element(1, 5));
}

using PlaceName = std::pair<std::string, uint64_t>;
PlaceName PlaceOf(const sim::Pin& pin) { return {pin.point, pin.occurrence}; }

Parent AnyParent() {
  Parent parent;
  parent.seed = static_cast<uint64_t>(*rc::gen::inRange(0, 100));
  std::set<PlaceName> taken;
  for (int n = *rc::gen::inRange(0, 8); n > 0; --n) {
    const sim::Pin pin = AnyPin();
    if (taken.insert(PlaceOf(pin)).second) parent.pins.push_back(pin);
  }
  for (int n = *rc::gen::inRange(0, 8); n > 0; --n) {
    Alternative one;
    one.pin = AnyPin();
    one.family = static_cast<uint32_t>(one.pin.kind);
    one.feature = static_cast<Feature>(*rc::gen::inRange(0, 8));
    parent.alternatives.push_back(one);
  }
  return parent;
}

RC_GTEST_PROP(MutationLaws, NamesOnlyPlacesThatItsParentsCameToAndNoneTwice, ()) {
  const Parent parent = AnyParent();
  const Parent other = AnyParent();
  const auto seed = static_cast<uint64_t>(*rc::gen::inRange(0, 1 << 20));
  const faults::Plan plan = Plan();
  sim::Choices choices(seed, nullptr);
  sim::Choices same(seed, nullptr);
  const Mutated mutated = Mutate(parent, other, Hits(), plan, /*fresh_seed=*/777, choices);

  std::set<PlaceName> known;
  for (const Parent* one : {&parent, &other}) {
    for (const sim::Pin& pin : one->pins) known.insert(PlaceOf(pin));
  }
  for (const Alternative& one : parent.alternatives) known.insert(PlaceOf(one.pin));
  std::set<PlaceName> named;
  for (const sim::Pin& pin : mutated.pins) {
    RC_ASSERT(known.count(PlaceOf(pin)) == 1u);
    RC_ASSERT(named.insert(PlaceOf(pin)).second);
    RC_ASSERT(pin.kind == sim::ChoiceKind::kDrop || pin.amount == 1 || pin.amount == 5);
  }
  RC_ASSERT(mutated.seed == parent.seed || mutated.seed == 777u);

  const Mutated again = Mutate(parent, other, Hits(), plan, 777, same);
  RC_ASSERT(again.pins == mutated.pins);
  RC_ASSERT(again.seed == mutated.seed);
}

// Each of the ways in which pins change comes up.
TEST(MutationTest, AddsRemovesMovesSplicesAndNudges) {
  Parent parent;
  parent.seed = 1;
  parent.pins = {PinOf(1, 1, sim::ChoiceKind::kLate, 1), PinOf(2, 1, sim::ChoiceKind::kDrop)};
  parent.alternatives = {{1, 1, PinOf(3, 1, sim::ChoiceKind::kDrop)}};
  Parent other;
  other.pins = {PinOf(4, 1, sim::ChoiceKind::kDrop), PinOf(5, 1, sim::ChoiceKind::kDrop)};
  const faults::Plan plan = Plan();
  std::map<std::string, int> times;
  for (uint64_t n = 0; n < 500; ++n) {
    sim::Choices choices(n, nullptr);
    const Mutated mutated = Mutate(parent, other, Hits(), plan, 2, choices);
    std::set<sim::Pin, bool (*)(const sim::Pin&, const sim::Pin&)> pins(
        [](const sim::Pin& a, const sim::Pin& b) {
          return std::pair(a.point, a.amount) < std::pair(b.point, b.amount);
        });
    pins.insert(mutated.pins.begin(), mutated.pins.end());
    const auto has = [&pins](const sim::Pin& pin) { return pins.count(pin) > 0; };
    if (has(parent.alternatives[0].pin)) ++times["added"];
    if (!has(parent.pins[0]) && !has(PinOf(1, 1, sim::ChoiceKind::kLate, 5))) ++times["removed"];
    if (has(parent.pins[0]) && !has(parent.pins[1])) ++times["one of two"];
    if (has(other.pins[0])) ++times["spliced"];
    if (has(PinOf(1, 1, sim::ChoiceKind::kLate, 5))) ++times["nudged"];
    if (mutated.seed == 1) ++times["its own seed"];
    if (mutated.seed == 2) ++times["another seed"];
  }
  for (const char* way :
       {"added", "removed", "one of two", "spliced", "nudged", "its own seed", "another seed"}) {
    EXPECT_GT(times[way], 10) << way;
  }
}

TEST(MutationTest, PrefersWhatWasHitLeastAndAllFamiliesAlike) {
  Parent parent;
  Hits hits;
  for (int i = 0; i < 200; ++i) {  // a family with many features, all of them known
    parent.alternatives.push_back(
        {static_cast<Feature>(i), 1, PinOf(i, 1, sim::ChoiceKind::kDrop)});
    hits.Set(static_cast<Feature>(i), 10);
  }
  hits.Set(7, 0);
  parent.alternatives.push_back({999, 2, PinOf(999, 1, sim::ChoiceKind::kRefuse)});
  const faults::Plan plan;
  int unknown = 0, alone = 0;
  for (uint64_t n = 0; n < 200; ++n) {
    sim::Choices choices(n, nullptr);
    for (const sim::Pin& pin : Mutate(parent, parent, hits, plan, 2, choices).pins) {
      if (pin == parent.alternatives[7].pin) ++unknown;
      if (pin == parent.alternatives[200].pin) ++alone;
    }
  }
  EXPECT_GT(unknown, 150) << "once in two hundred, without regard to hits";
  EXPECT_GT(alone, 190);
}

}  // namespace
}  // namespace scenarios
