#include "scenarios/world_plan.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace scenarios {
namespace {

constexpr char kClient[] = "client";
constexpr char kOperations[] = "operations";

}  // namespace

bool IsSetPerClient(absl::string_view setting) {
  return setting == kClient || setting == kOperations;
}

std::vector<sim::NodeSpec> WorldPlan::Nodes(const Errands& errands) const {
  std::vector<sim::NodeSpec> all = nodes;
  for (const ClientsPlan& workload : workloads) {
    for (int number = 1; number <= errands.clients.value_or(workload.clients); ++number) {
      sim::NodeSpec client;
      client.name = absl::StrCat(workload.name, number);
      client.organisation = std::string(kCustomers);
      client.system = workload.system;
      client.settings = workload.settings;
      client.settings.Set(kClient, absl::StrCat(number));
      client.settings.Set(kOperations,
                          absl::StrCat(errands.operations.value_or(workload.operations)));
      client.peers = workload.peers;
      // A customer knows with whom it deals, also where a message has to say so.
      for (const auto& [role, name] : workload.peers) client.settings.Set(role, name);
      client.client = true;
      if (errands.only.has_value()) {
        const auto those = errands.only->find(client.name);
        client.only = those == errands.only->end() ? std::set<int64_t>() : those->second;
      }
      const auto starts = errands.starts.find(client.name);
      if (starts != errands.starts.end()) client.starts = starts->second;
      client.amount = errands.amount;
      all.push_back(std::move(client));
    }
  }
  return all;
}

Operations WorldPlan::All(std::optional<int> clients, std::optional<int> operations) const {
  Operations all;
  for (const ClientsPlan& workload : workloads) {
    for (int number = 1; number <= clients.value_or(workload.clients); ++number) {
      std::set<int64_t>& of_client = all[absl::StrCat(workload.name, number)];
      for (int i = 1; i <= operations.value_or(workload.operations); ++i) of_client.insert(i);
    }
  }
  return all;
}

std::vector<std::string> WorldPlan::Instances(const std::string& name) const {
  for (const sim::ServiceSpec& service : services) {
    if (service.name == name) return service.nodes;
  }
  return {name};
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
