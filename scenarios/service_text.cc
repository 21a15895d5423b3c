#include "scenarios/service_text.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults/durations.h"
#include "scenarios/names.h"
#include "scenarios/settings_text.h"

namespace scenarios {
namespace {

using absl::StrCat;
using faults::Diagnostics;
using faults::Where;

sim::NodeSpec* NodeOf(WorldPlan& plan, const std::string& name) {
  const auto found =
      absl::c_find_if(plan.nodes, [&name](const auto& node) { return node.name == name; });
  return found == plan.nodes.end() ? nullptr : &*found;
}

// What is wrong with `text`; empty: nothing. `where` moves to the place.
std::string Objection(const settle::Service& text, const std::string& organisation, WorldPlan& plan,
                      Where& where) {
  const auto is_taken = [&text](const auto& other) {
    return absl::EqualsIgnoreCase(other.name, text.name());
  };
  const Where all = where;
  where = all.Field("name");
  if (!IsIdentifier(text.name())) {
    return StrCat("a service cannot be called \"", text.name(),
                  "\"; use letters, digits and underscores");
  }
  if (absl::c_any_of(plan.nodes, is_taken) || absl::c_any_of(plan.databases, is_taken) ||
      absl::c_any_of(plan.services, is_taken)) {
    return StrCat("something else is called \"", text.name(), "\"");
  }
  for (int i = 0; i < text.node_size(); ++i) {
    where = all.Field("node", i);
    const sim::NodeSpec* const node = NodeOf(plan, text.node(i));
    if (node == nullptr) {
      return StrCat("no node is called \"", text.node(i), "\"",
                    Instead(text.node(i), NamesOf(plan.nodes)));
    }
    if (node->organisation != organisation) {
      return StrCat("node \"", node->name, "\" is of \"", node->organisation, "\", not of \"",
                    organisation, "\"");
    }
    const sim::NodeSpec* const first = NodeOf(plan, text.node(0));
    if (node->system != first->system || node->database != first->database) {
      return StrCat("instances of one service are of one system and share one database; \"",
                    first->name, "\" and \"", node->name, "\" do not");
    }
    if (absl::c_count(text.node(), text.node(i)) > 1) {
      return StrCat("node \"", node->name, "\" is there twice");
    }
  }
  where = all;
  return text.node_size() < 2 ? StrCat("service \"", text.name(), "\" has fewer than two nodes")
                              : "";
}

class UpgradeReader {
 public:
  UpgradeReader(const WorldPlan& plan, Diagnostics& problems) : plan_(plan), problems_(problems) {}

  void Read(const settle::Node& text, const Where& where, sim::NodeSpec& node) {
    for (int i = 0; i < text.upgrade_size(); ++i) {
      Read(text, text.upgrade(i), where.Field("upgrade", i), node);
    }
  }

 private:
  void Fail(const Where& where, std::string message) {
    problems_.push_back(where.Error(std::move(message)));
  }

  void Read(const settle::Node& text, const settle::Upgrade& change, const Where& where,
            sim::NodeSpec& node) {
    sim::Upgrade upgrade;
    upgrade.at = Time(change.at(), where.Field("at"), "5m");
    upgrade.down_for = Time(change.down_for(), where.Field("down_for"), "10s");
    if (upgrade.at == 0 || upgrade.down_for == 0) return;
    const sim::Nanos before = node.upgrades.empty() ? 0 : node.upgrades.back().at;
    if (upgrade.at >= plan_.heal_after) {
      Fail(where.Field("at"), StrCat("this is when the world has healed, at ",
                                     faults::NanosInWords(plan_.heal_after), "; upgrade before"));
    } else if (!node.upgrades.empty() && upgrade.at <= before) {
      Fail(where.Field("at"), "upgrades stand in the order of time");
    }
    // The switches of the node, then those that change; its quirks are gone.
    Diagnostics said;
    upgrade.settings = ReadSwitches(*node.system, text.set(), where, said);
    ChangeSwitches(*node.system, change.set(), where, upgrade.settings, problems_);
    ReadQuirks(*node.system, change.quirk(), where, upgrade.settings, problems_);
    const auto& schema = node.system->schema;
    if (schema != nullptr && schema(upgrade.settings) != schema(node.settings)) {
      Fail(where, StrCat("this would give \"", node.name,
                         "\" other tables; what is on its disk stays as it is"));
    }
    node.upgrades.push_back(std::move(upgrade));
  }

  sim::Nanos Time(const std::string& text, const Where& where, absl::string_view example) {
    const absl::StatusOr<sim::Nanos> time = faults::ParseNanos(text);
    if (time.ok() && *time > 0) return *time;
    Fail(where, StrCat("\"", text, "\" is no time from now; write for instance \"", example, "\""));
    return 0;
  }

  const WorldPlan& plan_;
  Diagnostics& problems_;
};

}  // namespace

void ReadServices(const settle::Scenario& text, const Where& where, WorldPlan& plan,
                  Diagnostics& problems) {
  for (int i = 0; i < text.organisation_size(); ++i) {
    const settle::Organisation& organisation = text.organisation(i);
    for (int s = 0; s < organisation.service_size(); ++s) {
      const settle::Service& service = organisation.service(s);
      Where here = where.Field("organisation", i).Field("service", s);
      const std::string objection = Objection(service, organisation.name(), plan, here);
      if (!objection.empty()) {
        problems.push_back(here.Error(objection));
      } else {
        plan.services.push_back({service.name(), {service.node().begin(), service.node().end()}});
      }
    }
  }
}

void ReadUpgrades(const settle::Scenario& text, const Where& where, WorldPlan& plan,
                  Diagnostics& problems) {
  UpgradeReader reader(plan, problems);
  for (int i = 0; i < text.organisation_size(); ++i) {
    const settle::Organisation& organisation = text.organisation(i);
    for (int n = 0; n < organisation.node_size(); ++n) {
      sim::NodeSpec* const node = NodeOf(plan, organisation.node(n).name());
      const Where here = where.Field("organisation", i).Field("node", n);
      if (node != nullptr) reader.Read(organisation.node(n), here, *node);
    }
  }
}

}  // namespace scenarios
