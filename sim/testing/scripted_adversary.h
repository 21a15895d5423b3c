// ScriptedAdversary: the faults that a test asks for, and nothing else.
//
//   adversary.Add(MakePin("reply toy.Put a<b order-7", 1, ChoiceKind::kDrop));
//   adversary.AddNext("reply toy.Put", ChoiceKind::kDrop);
//
// The first is a pin, as in a replay. The second strikes the first place that is
// asked about from now on and whose name begins so.

#ifndef SIM_TESTING_SCRIPTED_ADVERSARY_H_
#define SIM_TESTING_SCRIPTED_ADVERSARY_H_

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/choice/choices.h"

namespace sim {

Pin MakePin(absl::string_view point, uint64_t occurrence, ChoiceKind kind, int64_t amount = 0);

class ScriptedAdversary final : public Adversary {
 public:
  ScriptedAdversary() = default;
  explicit ScriptedAdversary(const std::vector<Pin>& pins) {
    for (const Pin& pin : pins) Add(pin);
  }

  void Add(Pin pin);
  void AddNext(absl::string_view prefix, ChoiceKind kind, int64_t amount = 0);

  // Every question so far: "request toy.Put a>b order-7 #1".
  const std::vector<std::string>& asked() const { return asked_; }

  // The script's lines that have not struck.
  size_t left() const { return script_.size(); }

  // Not in every minute of every clock: World::JumpClock is simpler.
  uint32_t interests() const override {
    return ((1u << kPlaceKinds) - 1) & ~(1u << static_cast<int>(PlaceKind::kTick));
  }
  Choice Decide(const Place& place, uint64_t point, uint64_t occurrence, Nanos now,
                uint64_t bits) override;

 private:
  // The occurrence in a line of AddNext, whose point is a prefix.
  static constexpr uint64_t kNext = ~uint64_t{0};

  std::list<Pin> script_;
  std::list<Pin> struck_;  // Choices that were given refer to their texts.
  std::vector<std::string> asked_;
};

}  // namespace sim

#endif  // SIM_TESTING_SCRIPTED_ADVERSARY_H_
