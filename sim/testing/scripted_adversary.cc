#include "sim/testing/scripted_adversary.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sim/core/check.h"

namespace sim {

Pin MakePin(absl::string_view point, uint64_t occurrence, ChoiceKind kind, int64_t amount) {
  Pin pin;
  pin.point = std::string(point);
  pin.occurrence = occurrence;
  pin.kind = kind;
  pin.amount = amount;
  return pin;
}

void ScriptedAdversary::Add(Pin pin) {
  const auto parsed = PointText::Parse(pin.point);
  SIM_CHECK(parsed.ok()) << parsed.status().message();
  script_.push_back(std::move(pin));
}

void ScriptedAdversary::AddNext(absl::string_view prefix, ChoiceKind kind, int64_t amount) {
  script_.push_back(MakePin(prefix, kNext, kind, amount));
}

Choice ScriptedAdversary::Decide(const Place& place, uint64_t, uint64_t occurrence, Nanos,
                                 uint64_t) {
  const std::string name = PointName(place);
  asked_.push_back(absl::StrCat(name, " #", occurrence));
  for (auto line = script_.begin(); line != script_.end(); ++line) {
    const bool meant = line->occurrence == kNext
                           ? absl::StartsWith(name, line->point)
                           : line->point == name && line->occurrence == occurrence;
    if (!meant) continue;
    struck_.splice(struck_.end(), script_, line);
    Choice choice;
    choice.kind = line->kind;
    choice.disk = line->disk;
    choice.amount = line->amount;
    choice.lasts = line->lasts;
    choice.by = line->by;
    return choice;
  }
  return {};
}

}  // namespace sim
