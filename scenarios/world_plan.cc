#include "scenarios/world_plan.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace scenarios {

std::vector<sim::NodeSpec> WorldPlan::Nodes(std::optional<int> clients,
                                            std::optional<int> operations) const {
  std::vector<sim::NodeSpec> all = nodes;
  for (const ClientsPlan& workload : workloads) {
    for (int number = 1; number <= clients.value_or(workload.clients); ++number) {
      sim::NodeSpec client;
      client.name = absl::StrCat(workload.name, number);
      client.organisation = std::string(kCustomers);
      client.system = workload.system;
      client.settings = workload.settings;
      client.settings.Set("client", absl::StrCat(number));
      client.settings.Set("operations", absl::StrCat(operations.value_or(workload.operations)));
      client.peers = workload.peers;
      client.client = true;
      all.push_back(std::move(client));
    }
  }
  return all;
}

std::map<std::string, std::string> WorldPlan::Schemas() const {
  std::map<std::string, std::string> schemas;
  for (const sim::DatabaseSpec& database : databases) schemas[database.name] = database.schema;
  for (const sim::NodeSpec& node : nodes) {
    if (!node.database.empty()) continue;
    if (node.system->schema != nullptr) schemas[node.name] = node.system->schema(node.settings);
  }
  return schemas;
}

}  // namespace scenarios
