#include "scenarios/planned_check.h"

#include "scenarios/checks/declared.h"

namespace scenarios {
namespace {

CheckContext ContextOf(const std::map<std::string, std::string>& nodes,
                       const std::vector<sim::NodeSpec>& all, const WorldPlan& world) {
  CheckContext context;
  context.nodes = nodes;
  for (const sim::NodeSpec& node : all) {
    const auto calendar =
        node.calendar != nullptr ? node.calendar : std::make_shared<const sim::Calendar>();
    context.settings[node.name] = node.settings;
    context.calendars[node.name] = calendar;
    if (node.database.empty()) continue;
    context.databases[node.name] = node.database;
    context.settings.emplace(node.database, node.settings);
    context.calendars.emplace(node.database, calendar);
  }
  context.epoch = world.epoch;
  context.heal_at = world.heal_after;
  context.end_at = world.heal_after + world.quiet_for;
  return context;
}

}  // namespace

std::set<std::string> PlannedCheck::Reads(Mirror& mirror) const {
  if (spec == nullptr) return NodesRead(text, mirror);
  std::set<std::string> reads;
  for (const auto& [role, node] : nodes) reads.insert(node);
  return reads;
}

std::unique_ptr<Check> PlannedCheck::Make(const std::vector<sim::NodeSpec>& all,
                                          const WorldPlan& world, Mirror& mirror) const {
  if (spec == nullptr) return MakeDeclared(text, mirror);
  return spec->make(ContextOf(nodes, all, world));
}

std::unique_ptr<Measure> PlannedMeasure::Make(const std::vector<sim::NodeSpec>& all,
                                              const WorldPlan& world) const {
  return spec->make(ContextOf(nodes, all, world));
}

}  // namespace scenarios
