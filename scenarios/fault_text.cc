#include "scenarios/fault_text.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "google/protobuf/descriptor.h"
#include "sim/net/meaning.h"

namespace scenarios {
namespace {

using faults::Where;

void AddOutcomes(const settle::Workload& workload, const Where& where, faults::PlanText& plan,
                 faults::Diagnostics& problems) {
  for (int i = 0; i < workload.outcome_size(); ++i) {
    const settle::Rule& rule = workload.outcome(i);
    const Where here = where.Field("outcome", i);
    if (rule.place_case() != settle::Rule::kOutcome) {
      problems.push_back(here.Error(
          "a workload has outcomes, not faults: outcome { outcome { node: \"b\" name: \"...\" } "
          "result { value: 1 } one_in: 5 }; faults go into chaos { rule { ... } }"));
      continue;
    }
    plan.rules.push_back({rule, here, /*included=*/false});
  }
}

// What rules about manners and people have to know of a method.
void AddMethod(const sim::MethodSpec& method, faults::Vocabulary& vocabulary) {
  faults::Vocabulary::Method& known = vocabulary.methods[method.name];
  if (method.reply == nullptr) return;
  known.request = std::string(method.request->full_name());
  known.reply = std::string(method.reply->full_name());
  known.people = method.people;
  for (const sim::Meaning meaning :
       {sim::Meaning::kAccepted, sim::Meaning::kSystemError, sim::Meaning::kNotFound}) {
    if (sim::CanMean(*method.reply, meaning)) known.meanings.insert(meaning);
  }
}

}  // namespace

faults::PlanText GatherFaults(const settle::Scenario& text, const Where& where,
                              faults::Diagnostics& problems) {
  faults::PlanText plan;
  for (int i = 0; i < text.workload_size(); ++i) {
    AddOutcomes(text.workload(i), where.Field("workload", i), plan, problems);
  }
  faults::PlanText chaos = faults::GatherPlan(text.chaos(), where.Field("chaos"), problems);
  for (faults::RuleText& rule : chaos.rules) plan.rules.push_back(std::move(rule));
  plan.pins = std::move(chaos.pins);
  return plan;
}

faults::Vocabulary VocabularyOf(const WorldPlan& world) {
  faults::Vocabulary vocabulary;
  for (const sim::NodeSpec& node : world.Nodes()) {
    const sim::SystemSpec& system = *node.system;
    faults::Vocabulary::Node& known = vocabulary.nodes[node.name];
    known.organisation = node.organisation;
    for (const sim::MethodSpec& method : system.methods) {
      known.methods.insert(method.name);
      AddMethod(method, vocabulary);
    }
    known.tasks.insert(system.tasks.begin(), system.tasks.end());
    if (system.files) {
      const std::set<std::string> files = system.files(node.settings);
      known.files.insert(files.begin(), files.end());
    }
    for (const sim::OutcomeSpec& outcome : system.outcomes) {
      known.outcomes.insert(outcome.name);
      known.last_value[outcome.name] = outcome.most;
    }
    for (const sim::RoleSpec& role : system.roles) {
      const auto peer = node.peers.find(role.name);
      if (peer == node.peers.end() || role.calls.empty()) continue;
      for (const std::string& instance : world.Instances(peer->second)) {
        known.calls[instance].insert(role.calls.begin(), role.calls.end());
      }
    }
    for (const std::string& method : system.calls_back) {
      for (const sim::NodeSpec& caller : world.Nodes()) {
        const bool serves = caller.system->Serves(method);
        const bool calls = absl::c_any_of(
            caller.peers, [&node](const auto& peer) { return peer.second == node.name; });
        if (serves && calls) known.calls[caller.name].insert(method);
      }
    }
    known.places.insert(system.infrastructure.begin(), system.infrastructure.end());
    known.client = node.client;
    known.shares = node.database;
    known.replica = system.reads_replica != nullptr && system.reads_replica(node.settings);
    known.database = system.schema != nullptr && node.database.empty();
  }
  for (const sim::DatabaseSpec& database : world.databases) {
    vocabulary.databases.insert(database.name);
    faults::Vocabulary::Node server;
    server.organisation = database.organisation;
    server.database = true;
    for (const auto& [name, node] : vocabulary.nodes) {
      if (node.shares != database.name) continue;
      server.tasks.insert(node.methods.begin(), node.methods.end());
      server.tasks.insert(node.tasks.begin(), node.tasks.end());
    }
    vocabulary.nodes.emplace(database.name, std::move(server));
  }
  for (const sim::Step& step : world.steps) {
    vocabulary.steps.insert(step.name);
    vocabulary.nodes[step.node].steps.insert(step.name);
  }
  vocabulary.heal_after = world.heal_after;
  return vocabulary;
}

faults::Plan ReadFaults(const settle::Scenario& text, const faults::PlanText& plan_text,
                        const WorldPlan& world, faults::Diagnostics& problems) {
  faults::Plan plan = faults::CompilePlan(plan_text, problems);
  plan.swarm = !text.chaos().no_swarm();
  faults::Lint(VocabularyOf(world), plan, problems);
  return plan;
}

}  // namespace scenarios
