#include "scenarios/search/pin_words.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "faults/sentences.h"
#include "sim/choice/place.h"
#include "sim/net/network.h"
#include "sim/world/system.h"

namespace scenarios {
namespace {

// What `value` means: of "1: it is refused; 2: it is late" and 2 "it is late".
std::string Meaning(const sim::OutcomeSpec& outcome, int64_t value) {
  for (absl::string_view part : absl::StrSplit(outcome.about, "; ")) {
    if (absl::ConsumePrefix(&part, absl::StrCat(value, ": "))) return std::string(part);
  }
  return "";
}

std::string Meaning(const sim::Pin& pin, const WorldPlan& world) {
  const auto point = sim::PointText::Parse(pin.point);
  if (!point.ok() || point->place().kind != sim::PlaceKind::kOutcome) return "";
  for (const sim::NodeSpec& node : world.Nodes()) {
    if (node.name != point->place().node) continue;
    for (const sim::OutcomeSpec& outcome : node.system->outcomes) {
      if (outcome.name == point->place().method) return Meaning(outcome, pin.amount);
    }
  }
  return "";
}

}  // namespace

std::string PinWords(const sim::Pin& pin, const WorldPlan* world) {
  const std::string sentence = faults::Sentence(pin, sim::kLinkSlot);
  const std::string meaning = world == nullptr ? "" : Meaning(pin, *world);
  if (meaning.empty()) return sentence;
  return absl::StrCat(absl::StripSuffix(sentence, absl::StrCat(" is ", pin.amount)), ": ", meaning);
}

}  // namespace scenarios
