#include "sim/world/fault_point.h"

#include "sim/core/check.h"
#include "sim/world/node.h"

namespace sim {

Choice FaultPoint::Ask(PlaceKind kind, absl::string_view what, absl::string_view key) {
  const Node& node = env_.node_;
  bool declared = false;
  for (const PlaceKind one : node.spec().system->infrastructure) declared |= one == kind;
  SIM_CHECK(declared) << node.spec().system->name << " does not declare where it asks for faults";
  if (!node.alive()) return {};
  return env_.simulation_.choices().Fault(At(kind, what, key), env_.simulation_.now());
}

Choice FaultPoint::AskOnce(PlaceKind kind, absl::string_view what, absl::string_view key) {
  if (!env_.node_.alive()) return {};
  Simulation& simulation = env_.simulation_;
  const Choice choice = simulation.choices().Lasting(At(kind, what, key), simulation.now());
  if (choice) {
    simulation.Record(RecordKind::kOutcome, env_.node_.id(), simulation.trace().Name(what),
                      simulation.trace().Name(key), static_cast<uint64_t>(choice.kind));
  }
  return choice;
}

Place FaultPoint::At(PlaceKind kind, absl::string_view what, absl::string_view key) const {
  Place place;
  place.kind = kind;
  place.node = env_.node_.name();
  place.method = what;
  place.key = key;
  return place;
}

}  // namespace sim
