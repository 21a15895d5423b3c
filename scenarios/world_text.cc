#include "scenarios/world_text.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "faults/durations.h"
#include "scenarios/database_text.h"
#include "scenarios/names.h"
#include "scenarios/service_text.h"
#include "scenarios/settings_text.h"
#include "scenarios/time_text.h"
#include "scenarios/wiring.h"

namespace scenarios {
namespace {

using absl::StrCat;
using faults::Where;

// Whether `name` is how a client of `workload` is called.
bool IsClientOf(absl::string_view workload, absl::string_view name) {
  return absl::ConsumePrefix(&name, workload) && !name.empty() &&
         name.find_first_not_of("0123456789") == absl::string_view::npos;
}

class WorldReader {
 public:
  WorldReader(const settle::Scenario& text, const Where& where, const Catalogue& catalogue,
              faults::Diagnostics& problems)
      : text_(text), where_(where), catalogue_(catalogue), problems_(problems) {}

  WorldPlan Read() {
    const size_t before = problems_.size();
    for (int i = 0; i < text_.organisation_size(); ++i) {
      ReadOrganisation(text_.organisation(i), where_.Field("organisation", i));
    }
    ReadDatabases(text_, where_, plan_, problems_);
    ReadServices(text_, where_, plan_, problems_);
    for (int i = 0; i < text_.workload_size(); ++i) {
      ReadWorkload(text_.workload(i), where_.Field("workload", i));
    }
    if (plan_.nodes.empty() && problems_.size() == before) {
      Fail(where_, "the world is empty; add organisation { name: \"bank\" node { ... } }");
    }
    ReadTimes();
    ReadUpgrades(text_, where_, plan_, problems_);
    if (problems_.size() == before) Wire();
    AddSteps();
    return std::move(plan_);
  }

 private:
  void Fail(const Where& where, std::string message) {
    problems_.push_back(where.Error(std::move(message)));
  }

  void ReadOrganisation(const settle::Organisation& organisation, const Where& where) {
    const Where name = where.Field("name");
    if (organisation.name().empty()) {
      Fail(where, "this organisation has no name");
    } else if (organisation.name() == kCustomers) {
      Fail(name,
           "the clients of the workloads are \"customers\"; call this organisation otherwise");
    } else if (!organisations_.insert(organisation.name()).second) {
      Fail(name, StrCat("two organisations are called \"", organisation.name(), "\""));
    }
    std::shared_ptr<const sim::Calendar> calendar;
    if (organisation.has_calendar()) {
      calendar = ReadCalendar(organisation.calendar(), where.Field("calendar"), problems_);
    }
    for (int i = 0; i < organisation.node_size(); ++i) {
      ReadNode(organisation.node(i), organisation.name(), calendar, where.Field("node", i));
    }
  }

  void ReadNode(const settle::Node& text, const std::string& organisation,
                const std::shared_ptr<const sim::Calendar>& calendar, const Where& where) {
    CheckNodeName(text.name(), text.name().empty() ? where : where.Field("name"));
    const auto system = catalogue_.systems.find(text.system());
    if (text.system().empty()) {
      Fail(where, StrCat("node \"", text.name(), "\" is of no system; add system: \"...\""));
      return;
    }
    if (system == catalogue_.systems.end()) {
      Fail(where.Field("system"), StrCat("no system is called \"", text.system(), "\"",
                                         Instead(text.system(), KeysOf(catalogue_.systems))));
      return;
    }
    sim::NodeSpec node;
    node.name = text.name();
    node.organisation = organisation;
    node.system = &system->second;
    node.settings = ReadSwitches(*node.system, text.set(), where, problems_);
    ReadQuirks(*node.system, text.quirk(), where, node.settings, problems_);
    node.clock = ReadClock(text.clock(), where.Field("clock"), problems_);
    node.calendar = calendar;
    plan_.nodes.push_back(std::move(node));
    node_texts_.push_back({&text.peer(), where});
  }

  void CheckNodeName(const std::string& name, const Where& where) {
    const std::string lower = absl::AsciiStrToLower(name);
    if (name.empty()) {
      Fail(where, "this node has no name");
    } else if (!IsIdentifier(name)) {
      Fail(where, StrCat("a node cannot be called \"", name,
                         "\"; SQL names it, so use letters, digits and underscores"));
    } else if (lower == "main" || lower == "temp" || lower == "world") {
      Fail(where, StrCat("a node cannot be called \"", name, "\": in SQL that is another schema"));
    } else if (!names_.insert(lower).second) {
      // SQL tells no capitals apart.
      Fail(where, StrCat("two nodes are called \"", name, "\""));
    }
  }

  void ReadWorkload(const settle::Workload& text, const Where& where) {
    const auto system = catalogue_.workloads.find(text.name());
    if (system == catalogue_.workloads.end()) {
      Fail(where.Field("name"), StrCat("no workload is called \"", text.name(), "\"",
                                       Instead(text.name(), KeysOf(catalogue_.workloads))));
      return;
    }
    CheckClientNames(text.name(), where.Field("name"));
    if (text.has_clients() && text.clients() == 0) {
      Fail(where.Field("clients"), "no client does nothing; leave out the workload");
    } else if (text.clients() > uint32_t{kMaxClients}) {
      Fail(where.Field("clients"),
           StrCat(text.clients(), " clients are too many; at most ", kMaxClients));
    }
    if (text.operations() == 0) {
      Fail(where, "operations is missing: how many does each client do?");
    } else if (text.operations() > uint32_t{kMaxOperations}) {
      Fail(where.Field("operations"),
           StrCat("more than ", kMaxOperations, " operations are too many"));
    }
    for (int i = 0; i < text.set_size(); ++i) {
      for (const char* field : {"client", "operations"}) {
        if (!absl::StartsWith(text.set(i), StrCat(field, "="))) continue;
        Fail(where.Field("set", i), StrCat("\"", field, "\" is no switch; write ", field,
                                           field[0] == 'c' ? "s: 4" : ": 25"));
        return;
      }
    }
    ClientsPlan clients;
    clients.name = text.name();
    clients.system = &system->second;
    clients.settings = ReadSwitches(*clients.system, text.set(), where, problems_);
    clients.clients = text.has_clients() ? static_cast<int>(text.clients()) : 1;
    clients.operations = static_cast<int>(text.operations());
    plan_.workloads.push_back(std::move(clients));
    workload_texts_.push_back({&text.peer(), where});
  }

  // Whatever their number, no client may be called as a node.
  void CheckClientNames(const std::string& workload, const Where& where) {
    if (!workloads_.insert(workload).second) {
      Fail(where, StrCat("workload \"", workload, "\" is there twice; give it more clients"));
    }
    for (const sim::NodeSpec& node : plan_.nodes) {
      if (!IsClientOf(workload, node.name)) continue;
      Fail(where, StrCat("a client of \"", workload, "\" would be called as node \"", node.name,
                         "\"; call the node otherwise"));
    }
    for (const ClientsPlan& other : plan_.workloads) {
      if (!IsClientOf(workload, other.name) && !IsClientOf(other.name, workload)) continue;
      Fail(where, StrCat("clients of \"", workload, "\" and \"", other.name,
                         "\" would have the same names; use one of them"));
    }
  }

  void ReadTimes() {
    const settle::Chaos& chaos = text_.chaos();
    const Where where = where_.Field("chaos");
    if (!text_.starts().empty()) {
      plan_.epoch = ReadStart(text_.starts(), where_.Field("starts"), problems_);
    }
    ReadTime(chaos.heal_after(), where.Field("heal_after"), plan_.heal_after);
    ReadTime(chaos.quiet_for(), where.Field("quiet_for"), plan_.quiet_for);
    if (plan_.quiet_for > sim::kForever - plan_.heal_after) {
      Fail(where, "the run would last longer than 292 years");
    }
    CheckQuiet(where.Field("quiet_for"));
    if (text_.budget().has_max_disk_mib()) {
      plan_.max_disk_mib = text_.budget().max_disk_mib();
      if (plan_.max_disk_mib == 0) {
        Fail(where_.Field("budget").Field("max_disk_mib"), "a disk of 0 MiB holds nothing");
      }
    }
    if (!text_.budget().has_max_events()) return;
    plan_.max_events = text_.budget().max_events();
    if (plan_.max_events == 0) {
      Fail(where_.Field("budget").Field("max_events"), "a run of 0 events shows nothing");
    }
  }

  // How a story ends cannot be said while somebody still tries. The last try of one
  // may be what sets off the first of another.
  void CheckQuiet(const Where& where) {
    sim::Nanos together = 0;
    std::string who;
    for (const sim::NodeSpec& node : plan_.nodes) {
      if (node.system->tries_for == nullptr) continue;
      sim::Nanos tries_for = node.system->tries_for(node.settings);
      for (const sim::Upgrade& upgrade : node.upgrades) {
        tries_for = std::max(tries_for, node.system->tries_for(upgrade.settings));
      }
      together += std::min(tries_for, sim::kForever - together);
      absl::StrAppend(&who, who.empty() ? "" : ", then ", "\"", node.name, "\" for ",
                      faults::NanosInWords(tries_for));
    }
    if (who.empty() || plan_.quiet_for > together) return;
    Fail(where, StrCat("a quiet time of ", faults::NanosInWords(plan_.quiet_for),
                       " is too short: it may be that ", who, " still tries"));
  }

  void ReadTime(const std::string& text, const Where& where, sim::Nanos& time) {
    if (text.empty()) return;
    const absl::StatusOr<sim::Nanos> parsed = faults::ParseNanos(text);
    if (parsed.ok()) {
      time = *parsed;
    } else {
      Fail(where, std::string(parsed.status().message()));
    }
  }

  void Wire() {
    for (size_t i = 0; i < plan_.nodes.size(); ++i) {
      sim::NodeSpec& node = plan_.nodes[i];
      node.peers = WirePeers(node.name, node.organisation, *node.system, *node_texts_[i].peers,
                             plan_, node_texts_[i].where, problems_);
    }
    for (size_t i = 0; i < plan_.workloads.size(); ++i) {
      ClientsPlan& clients = plan_.workloads[i];
      clients.peers =
          WirePeers(clients.name, kCustomers, *clients.system, *workload_texts_[i].peers, plan_,
                    workload_texts_[i].where, problems_);
    }
  }

  void AddSteps() {
    for (const sim::NodeSpec& node : plan_.nodes) {
      for (const StepSpec& spec : catalogue_.steps) {
        if (spec.system != node.system->name) continue;
        plan_.steps.push_back(spec.step);
        plan_.steps.back().node = node.name;
      }
    }
  }

  struct PeersInText {
    const PeerTexts* peers;
    Where where;
  };

  const settle::Scenario& text_;
  const Where where_;
  const Catalogue& catalogue_;
  faults::Diagnostics& problems_;
  WorldPlan plan_;
  std::vector<PeersInText> node_texts_;      // of plan_.nodes
  std::vector<PeersInText> workload_texts_;  // of plan_.workloads
  std::set<std::string> organisations_;
  std::set<std::string> names_;  // of nodes, in lower case
  std::set<std::string> workloads_;
};

}  // namespace

WorldPlan ReadWorld(const settle::Scenario& text, const Where& where, const Catalogue& catalogue,
                    faults::Diagnostics& problems) {
  return WorldReader(text, where, catalogue, problems).Read();
}

}  // namespace scenarios
