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
  Place place;
  place.kind = kind;
  place.node = node.name();
  place.method = what;
  place.key = key;
  return env_.simulation_.choices().Fault(place, env_.simulation_.now());
}

}  // namespace sim
