#include "faults/alternatives.h"

#include <algorithm>

namespace faults {
namespace {

bool IsFault(const Rule& rule) {
  return rule.does_not_apply.empty() && rule.place != sim::PlaceKind::kOutcome;
}

}  // namespace

std::vector<sim::Pin> AlternativesAt(const Plan& plan, const sim::Place& place, uint64_t occurrence,
                                     sim::Nanos now) {
  std::vector<sim::Pin> alternatives;
  for (const Rule& rule : plan.rules) {
    if (!IsFault(rule) || rule.place != place.kind || now < rule.from || now >= rule.to) continue;
    if (!Matches(rule, place, occurrence)) continue;
    sim::Pin pin;
    pin.point = sim::PointName(place);
    pin.occurrence = occurrence;
    pin.kind = rule.fault;
    pin.by = rule.by;
    pin.lasts = rule.lasts;
    for (const int64_t amount : {rule.amounts.front(), rule.amounts.back()}) {
      pin.amount = amount;
      const bool each = rule.fault == sim::ChoiceKind::kCrash && rule.disk == sim::DiskFate::kEach;
      for (const sim::DiskFate disk : {each ? sim::DiskFate::kLoseAll : rule.disk,
                                       each ? sim::DiskFate::kKeepAll : rule.disk}) {
        pin.disk = disk;
        if (std::find(alternatives.begin(), alternatives.end(), pin) == alternatives.end()) {
          alternatives.push_back(pin);
        }
      }
    }
  }
  return alternatives;
}

uint32_t PlacesOf(const Plan& plan) {
  uint32_t places = 0;
  for (const Rule& rule : plan.rules) {
    if (IsFault(rule)) places |= uint32_t{1} << static_cast<int>(rule.place);
  }
  return places;
}

}  // namespace faults
