#include "scenarios/search/fewer_faults.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "faults/alternatives.h"
#include "scenarios/scenario.h"
#include "scenarios/search/ddmin.h"
#include "sim/core/check.h"

namespace scenarios {
namespace {

// Whether it strikes a slot of a link, so that its occurrence is a time.
bool IsOfALink(sim::ChoiceKind kind) {
  return kind == sim::ChoiceKind::kPartition || kind == sim::ChoiceKind::kClog ||
         kind == sim::ChoiceKind::kSlowPair;
}

// More are not tried one by one.
constexpr size_t kMostAlone = 20;

std::string KeyOf(const sim::Pin& pin) {
  const auto point = sim::PointText::Parse(pin.point);
  SIM_CHECK(point.ok()) << point.status().ToString();
  return std::string(point->place().key);
}

// What two faults have in common that are of one kind at one kind of step.
using Likeness = std::tuple<sim::PlaceKind, sim::Leg, std::string, std::string, sim::ChoiceKind>;

Likeness LikenessOf(const sim::Pin& pin) {
  const auto point = sim::PointText::Parse(pin.point);
  SIM_CHECK(point.ok()) << point.status().ToString();
  const sim::Place place = point->place();
  return {place.kind, place.leg, std::string(place.node), std::string(place.method), pin.kind};
}

// The single faults that the plan allows in `run`: the first of each likeness before the
// second of any, and of these such as strike the failing run, too, about its key above all.
// At one place the longest stands for all; the others are last.
std::vector<sim::Pin> OthersOf(Trials& trials, RunOptions run) {
  struct Other {
    sim::Pin pin;
    Likeness likeness;
    int rank = 0;
    bool shorter = false;
    int nth = 0;
  };
  std::map<Likeness, bool> like;  // and whether one of them is about the key at fault
  for (const sim::Pin& pin : trials.pins()) {
    if (IsFault(pin)) like[LikenessOf(pin)] |= KeyOf(pin) == trials.wanted().key;
  }
  std::vector<Other> others;
  std::map<std::tuple<std::string, uint64_t, sim::ChoiceKind, sim::DiskFate>, int64_t> longest;
  const auto where = [](const sim::Pin& pin) {
    return std::tuple(pin.point, pin.occurrence, pin.kind, pin.disk);
  };
  run.on_place = [&](const sim::Place& place, uint64_t occurrence, sim::Nanos now) {
    for (sim::Pin& pin :
         faults::AlternativesAt(trials.runner().scenario()->plan(), place, occurrence, now)) {
      int64_t& amount = longest[where(pin)];
      amount = std::max(amount, pin.amount);
      Other other{std::move(pin), {}};
      other.likeness = LikenessOf(other.pin);
      const auto alike = like.find(other.likeness);
      other.rank = alike == like.end() ? 2 : alike->second ? 0 : 1;
      others.push_back(std::move(other));
    }
  };
  if (!trials.Look(run)) return {};
  std::map<std::pair<bool, Likeness>, int> count;
  for (Other& other : others) {
    other.shorter = other.pin.amount < longest[where(other.pin)];
    other.nth = count[{other.shorter, other.likeness}]++;
  }
  absl::c_stable_sort(others, [](const Other& a, const Other& b) {
    return std::tie(a.shorter, a.nth, a.rank) < std::tie(b.shorter, b.nth, b.rank);
  });
  std::vector<sim::Pin> pins;
  for (Other& other : others) pins.push_back(std::move(other.pin));
  return pins;
}

}  // namespace

void LeaveOutAll(Trials& trials) {
  if (trials.pins().empty() || trials.TryPins({})) return;
  const Pins outcomes = trials.outcomes();
  if (!outcomes.empty() && outcomes.size() < trials.pins().size()) trials.TryPins(outcomes);
}

void Truncate(Trials& trials) {
  for (size_t step = trials.pins().size() / 2; step > 0; step /= 2) {
    const Pins& all = trials.pins();
    if (step >= all.size()) continue;
    trials.TryPins(Pins(all.begin(), all.end() - static_cast<std::ptrdiff_t>(step)));
  }
}

void LeaveOutFamilies(Trials& trials) {
  std::map<Family, size_t> families;
  for (const sim::Pin& pin : trials.pins()) ++families[FamilyOf(pin)];
  std::vector<std::pair<size_t, Family>> largest;
  for (const auto& [family, size] : families) largest.emplace_back(size, family);
  absl::c_stable_sort(largest, [](const auto& a, const auto& b) { return b < a; });
  for (const auto& [size, family] : largest) {
    if (size < 2 || families.size() < 2) continue;
    Pins others = trials.pins();
    std::erase_if(others, [&](const sim::Pin& pin) { return FamilyOf(pin) == family; });
    trials.TryPins(std::move(others));
  }
}

void KeepOne(Trials& trials) {
  if (trials.faults() < 2) return;
  Pins faults(trials.pins().rbegin(), trials.pins().rend());
  absl::c_stable_sort(faults, [&](const sim::Pin& a, const sim::Pin& b) {
    return (KeyOf(a) != trials.wanted().key) < (KeyOf(b) != trials.wanted().key);
  });
  std::erase_if(faults, [](const sim::Pin& pin) { return !IsFault(pin); });
  if (faults.size() > kMostAlone) faults.resize(kMostAlone);
  const Pins outcomes = trials.outcomes();
  for (const sim::Pin& fault : faults) {
    Pins pins = outcomes;
    pins.push_back(fault);
    if (trials.TryPins(std::move(pins))) return;
  }
}

void LeaveOutFaults(Trials& trials) {
  if (trials.pins().empty()) return;
  Ddmin<sim::Pin>(trials.pins(), [&trials](const Pins& tried) -> std::optional<Pins> {
    return trials.TryPins(tried) ? std::optional(trials.pins()) : std::nullopt;
  });
  if (trials.pins().size() == 1) trials.TryPins({});
}

void MoveToFirst(Trials& trials) {
  for (size_t i = 0; i < trials.pins().size(); ++i) {
    const sim::Pin& pin = trials.pins()[i];
    if (pin.occurrence < 2 || IsOfALink(pin.kind)) continue;
    Pins pins = trials.pins();
    pins[i].occurrence = 1;
    const size_t many = pins.size();
    if (trials.TryPins(std::move(pins)) && trials.pins().size() != many) return MoveToFirst(trials);
  }
}

void BeginAnew(Trials& trials, const std::vector<Operation>& operations) {
  if (trials.runner().scenario() == nullptr) return;
  RunOptions without = trials.smallest();
  without.only = ToOperations(operations);
  without.pins = trials.outcomes();
  for (sim::Pin& other : OthersOf(trials, without)) {
    RunOptions run = without;
    run.pins->push_back(std::move(other));
    if (trials.Try(std::move(run)) || trials.spent()) return;
  }
}

}  // namespace scenarios
