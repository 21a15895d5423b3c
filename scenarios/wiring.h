// Wiring: which node is in which role.
//
// A component knows roles, never names of nodes. Where only one node can be in a
// role, it is; where several can, the scenario says which.

#ifndef SCENARIOS_WIRING_H_
#define SCENARIOS_WIRING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "faults/source_text.h"
#include "google/protobuf/repeated_field.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/world_plan.h"
#include "sim/world/system.h"
#include "sim/world/world.h"

namespace scenarios {

using PeerTexts = google::protobuf::RepeatedPtrField<settle::Peer>;

// The peers of `who`, a node or workload of `organisation`, which is a `system`: role ->
// node. `where` is the message that has the field "peer". No node is its own peer,
// unless the text says so. Infrastructure never crosses organisations. Roles that
// `settings` do not need may stay empty.
std::map<std::string, std::string> WirePeers(absl::string_view who, absl::string_view organisation,
                                             const sim::SystemSpec& system,
                                             const sim::Settings& settings, const PeerTexts& peers,
                                             const WorldPlan& plan, const faults::Where& where,
                                             faults::Diagnostics& problems);

// The nodes that `check` watches. Each role must have exactly one; nodes that share a
// database count as one, and are called by its name.
std::map<std::string, std::string> WireCheck(absl::string_view check,
                                             const std::vector<sim::RoleSpec>& roles,
                                             const std::vector<sim::NodeSpec>& nodes,
                                             const faults::Where& where,
                                             faults::Diagnostics& problems);

// As WireCheck, for a measure; none if a role has not exactly one.
std::optional<std::map<std::string, std::string>> WireMeasure(
    const std::vector<sim::RoleSpec>& roles, const std::vector<sim::NodeSpec>& nodes);

}  // namespace scenarios

#endif  // SCENARIOS_WIRING_H_
