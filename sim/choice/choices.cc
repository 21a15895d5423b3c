#include "sim/choice/choices.h"

#include <string>

#include "sim/core/hash.h"

namespace sim {

Choices::Choices(uint64_t seed, Adversary* adversary)
    : seed_(seed),
      adversary_(adversary),
      interests_(adversary == nullptr ? 0 : adversary->interests()) {}

uint64_t Choices::Bits(uint64_t point, uint64_t occurrence) {
  ++drawn_;
  const uint64_t words[] = {seed_, point, occurrence};
  return HashWords(words, 3, /*seed=*/0);
}

Choice Choices::Fault(const Place& place, Nanos now) {
  return Asks(place.kind) ? Fault(place, PointOf(place), now) : Choice();
}

Choice Choices::Fault(const Place& place, uint64_t point, Nanos now) {
  if (!Asks(place.kind)) return {};
  const uint64_t occurrence = Count(point);
  return Fault(place, point, occurrence, now, Bits(point, occurrence));
}

Choice Choices::Lasting(const Place& place, Nanos now) {
  const auto [known, fresh] = lasting_.try_emplace(PointOf(place));
  if (fresh) known->second = Fault(place, PointOf(place), now);
  return known->second;
}

Choice Choices::Fault(const Place& place, uint64_t point, uint64_t occurrence, Nanos now,
                      uint64_t bits) {
  if (!Asks(place.kind)) return {};
  const Choice choice = adversary_->Decide(place, point, occurrence, now, bits);
  if (choice) {
    Pin pin;
    pin.point = PointName(place);
    pin.occurrence = occurrence;
    pin.kind = choice.kind;
    pin.disk = choice.disk;
    pin.amount = choice.amount;
    pin.lasts = choice.lasts;
    pin.by = std::string(choice.by);
    fired_.push_back(std::move(pin));
    if (sink_ != nullptr) sink_->OnFault(fired_.back(), now);
  }
  return choice;
}

}  // namespace sim
