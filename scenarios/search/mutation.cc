#include "scenarios/search/mutation.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

#include "absl/strings/string_view.h"
#include "sim/choice/place.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

using Pins = std::vector<sim::Pin>;

// The rules throw faults, too: with many more, business comes to a stop.
constexpr size_t kMostPins = 16;
constexpr size_t kAdded = 8;

uint64_t KeyOf(const sim::Pin& pin) {
  const auto point = sim::PointText::Parse(pin.point);
  return point.ok() ? sim::HashName(point->place().key) : 0;
}

bool AtOnePlace(const sim::Pin& a, const sim::Pin& b) {
  return a.occurrence == b.occurrence && a.point == b.point;
}

class Mutation {
 public:
  Mutation(const Parent& parent, const Hits& hits, sim::Choices& choices)
      : parent_(parent), hits_(hits), choices_(choices), pins_(parent.pins) {}

  Pins Take() { return std::move(pins_); }

  uint64_t Draw(absl::string_view what, uint64_t bound) {
    return choices_.Noise(sim::HashName(what), bound);
  }

  void Add(uint64_t count) {
    std::map<uint32_t, std::vector<const Alternative*>> by_family;
    for (const Alternative& one : parent_.alternatives) by_family[one.family].push_back(&one);
    std::vector<const std::vector<const Alternative*>*> families;
    for (const auto& [family, members] : by_family) families.push_back(&members);
    if (families.empty()) return;
    std::map<Feature, uint64_t> added;
    for (; count > 0; --count) {
      const auto& members = *families[Draw("family", families.size())];
      std::vector<uint64_t> upto;  // sums of weights
      uint64_t sum = 0;
      for (const Alternative* one : members) {
        sum += Weight(hits_.of(one->feature) + added[one->feature]);
        upto.push_back(sum);
      }
      const uint64_t drawn = Draw("add", sum);
      const auto at = std::upper_bound(upto.begin(), upto.end(), drawn);
      const Alternative& chosen = *members[static_cast<size_t>(at - upto.begin())];
      ++added[chosen.feature];
      Put(chosen.pin);
    }
  }

  // About as many as stay.
  void RemoveHalf() {
    Pins left;
    for (sim::Pin& pin : pins_) {
      if (Draw("remove", 2) == 0) left.push_back(std::move(pin));
    }
    pins_ = std::move(left);
  }

  void RemoveDownTo(size_t most) {
    while (pins_.size() > most) Erase(Draw("drop", pins_.size()));
  }

  // A fault goes to another place of its family.
  void Move() {
    if (pins_.empty()) return;
    const size_t index = Draw("move", pins_.size());
    Pins there;
    for (const Alternative& one : parent_.alternatives) {
      if (one.pin.kind == pins_[index].kind) there.push_back(one.pin);
    }
    if (there.empty()) return;
    sim::Pin pin = there[Draw("move to", there.size())];
    Erase(index);
    Put(std::move(pin));
  }

  // Of half of the business keys the pins of another parent.
  void Splice(const Parent& other) {
    const uint64_t side = Draw("splice", uint64_t{1} << 62);
    const auto is_others = [side](const sim::Pin& pin) {
      return (sim::Mix(KeyOf(pin) ^ side) & 1) == 1;
    };
    Pins spliced;
    for (const Pins* from : std::initializer_list<const Pins*>{&pins_, &other.pins}) {
      for (const sim::Pin& pin : *from) {
        if (is_others(pin) == (from == &other.pins)) spliced.push_back(pin);
      }
    }
    pins_ = std::move(spliced);
  }

  // A fault gets another of the amounts that rules of the plan have for its kind.
  void Nudge(const faults::Plan& plan) {
    if (pins_.empty()) return;
    sim::Pin& pin = pins_[Draw("nudge", pins_.size())];
    const auto point = sim::PointText::Parse(pin.point);
    if (!point.ok()) return;
    std::vector<int64_t> amounts;
    for (const faults::Rule& rule : plan.rules) {
      if (rule.fault != pin.kind || !rule.does_not_apply.empty()) continue;
      if (!faults::Matches(rule, point->place(), pin.occurrence) || rule.by != pin.by) continue;
      amounts.insert(amounts.end(), rule.amounts.begin(), rule.amounts.end());
    }
    if (!amounts.empty()) pin.amount = amounts[Draw("nudge to", amounts.size())];
  }

 private:
  // Once hit, a fourth as likely; twice, a ninth; never impossible.
  static uint64_t Weight(uint64_t hits) {
    constexpr uint64_t kUnknown = uint64_t{1} << 20;
    const uint64_t times = std::min<uint64_t>(hits, 1000) + 1;
    return std::max<uint64_t>(1, kUnknown / (times * times));
  }

  void Put(sim::Pin pin) {
    for (sim::Pin& there : pins_) {
      if (!AtOnePlace(there, pin)) continue;
      there = std::move(pin);
      return;
    }
    pins_.push_back(std::move(pin));
  }

  void Erase(size_t index) { pins_.erase(pins_.begin() + static_cast<std::ptrdiff_t>(index)); }

  const Parent& parent_;
  const Hits& hits_;
  sim::Choices& choices_;
  Pins pins_;
};

}  // namespace

Mutated Mutate(const Parent& parent, const Parent& other, const Hits& hits,
               const faults::Plan& plan, uint64_t fresh_seed, sim::Choices& choices) {
  Mutation mutation(parent, hits, choices);
  switch (mutation.Draw("how", 5)) {
    case 0:
      mutation.RemoveHalf();
      break;
    case 1:
      mutation.Splice(other);
      break;
    case 2:
      for (uint64_t n = 1 + mutation.Draw("moves", 4); n > 0; --n) mutation.Move();
      break;
    case 3:
      for (uint64_t n = 1 + mutation.Draw("nudges", 4); n > 0; --n) mutation.Nudge(plan);
      break;
    default:
      break;
  }
  mutation.RemoveDownTo(kMostPins - kAdded);
  mutation.Add(kAdded);
  Mutated mutated;
  mutated.seed = mutation.Draw("seed", 8) == 0 ? parent.seed : fresh_seed;
  mutated.pins = mutation.Take();
  return mutated;
}

}  // namespace scenarios
