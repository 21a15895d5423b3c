// WorldPlan: the world that a scenario describes, with every system found and
// every role wired.

#ifndef SCENARIOS_WORLD_PLAN_H_
#define SCENARIOS_WORLD_PLAN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sim/core/time.h"
#include "sim/world/step.h"
#include "sim/world/system.h"
#include "sim/world/world.h"

namespace scenarios {

// The organisation of all clients.
inline constexpr absl::string_view kCustomers = "customers";

// More than these are a slip of the keyboard, in a text as on the command line.
inline constexpr int kMaxClients = 10'000;
inline constexpr int kMaxOperations = 1'000'000'000;

// A setting that each client of a workload gets from the scenario's `clients` and
// `operations`, and that is no switch therefore.
bool IsSetPerClient(absl::string_view setting);

// One workload: as many equal nodes as it has clients.
struct ClientsPlan {
  std::string name;
  const sim::SystemSpec* system = nullptr;
  sim::Settings settings;                    // without "client" and "operations"
  std::map<std::string, std::string> peers;  // role -> node name
  int clients = 1;
  int operations = 0;  // of each client
};

// Numbers of operations, by client: {"pay1", {2, 5}}.
using Operations = std::map<std::string, std::set<int64_t>>;

// When operations begin at the earliest, by client and number.
using Starts = std::map<std::string, std::map<int64_t, sim::Nanos>>;

// What clients do instead of what the scenario says.
struct Errands {
  std::optional<int> clients;      // of each workload
  std::optional<int> operations;   // of each client
  std::optional<Operations> only;  // of all operations of all clients
  Starts starts;                   // of those that do not begin at their own pace
  std::optional<int64_t> amount;   // of every operation, in minor units
};

struct WorldPlan {
  std::vector<sim::DatabaseSpec> databases;  // that nodes share
  std::vector<sim::NodeSpec> nodes;          // without the clients
  std::vector<sim::ServiceSpec> services;    // of nodes that are one to their callers
  std::vector<ClientsPlan> workloads;
  std::vector<sim::Step> steps;                  // of every node
  absl::Time epoch = sim::WorldOptions().epoch;  // when it begins
  sim::Nanos heal_after = sim::Minutes(10);
  sim::Nanos quiet_for = sim::Hours(1);
  uint64_t max_events = 1'000'000;
  int64_t max_disk_mib = 1024;  // of each

  // All nodes, clients last: "pay1", "pay2".
  std::vector<sim::NodeSpec> Nodes(const Errands& errands = {}) const;

  // What so many clients do, all of it; not set: as the scenario says.
  Operations All(std::optional<int> clients = std::nullopt,
                 std::optional<int> operations = std::nullopt) const;

  // The nodes behind a name: those of a service, or the node itself.
  std::vector<std::string> Instances(const std::string& name) const;

  // DDL of each database: by node of a private one, by name of a shared one.
  std::map<std::string, std::string> Schemas() const;
};

}  // namespace scenarios

#endif  // SCENARIOS_WORLD_PLAN_H_
