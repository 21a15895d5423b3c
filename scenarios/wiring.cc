#include "scenarios/wiring.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "scenarios/names.h"

namespace scenarios {
namespace {

using absl::StrCat;

// Whether `node` is what the role asks for, or serves it.
bool CanBeIn(const sim::RoleSpec& role, const sim::NodeSpec& node) {
  return node.system->name == role.system || node.system->Serves(role.system);
}

// Whether `node` is out of reach of `organisation`: a cache or broker of another.
bool IsForeign(const sim::NodeSpec& node, absl::string_view organisation) {
  return !node.system->infrastructure.empty() && node.organisation != organisation;
}

std::string Foreign(const sim::NodeSpec& node, absl::string_view who,
                    absl::string_view organisation) {
  return StrCat("\"", who, "\" of \"", organisation, "\" cannot use \"", node.name, "\" of \"",
                node.organisation, "\": caches and brokers never cross organisations; give \"",
                organisation, "\" a node of its own, system: \"", node.system->name, "\"");
}

std::vector<std::string> Candidates(const sim::RoleSpec& role,
                                    const std::vector<sim::NodeSpec>& nodes) {
  std::vector<std::string> names;
  for (const sim::NodeSpec& node : nodes) {
    if (CanBeIn(role, node)) names.push_back(node.name);
  }
  return names;
}

// As Candidates; nodes that share a database are one, by its name.
std::vector<std::string> Watchable(const sim::RoleSpec& role,
                                   const std::vector<sim::NodeSpec>& nodes) {
  std::vector<std::string> candidates = Candidates(role, nodes);
  for (std::string& name : candidates) {
    for (const sim::NodeSpec& node : nodes) {
      if (node.name == name && !node.database.empty()) name = node.database;
    }
  }
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  return candidates;
}

// What is wrong with `peer`; empty: nothing.
std::string Objection(const settle::Peer& peer, absl::string_view who,
                      absl::string_view organisation, const sim::SystemSpec& system,
                      const WorldPlan& plan, faults::Where& where) {
  const std::vector<sim::NodeSpec>& nodes = plan.nodes;
  const auto role = absl::c_find_if(
      system.roles, [&peer](const sim::RoleSpec& one) { return one.name == peer.role(); });
  // Instances of a service are all alike: the first speaks for them.
  const std::string name = plan.Instances(peer.node())[0];
  const auto node =
      absl::c_find_if(nodes, [&name](const sim::NodeSpec& one) { return one.name == name; });
  if (role == system.roles.end()) {
    where = where.Field("role");
    return StrCat(system.name, " has no role \"", peer.role(), "\"",
                  Instead(peer.role(), NamesOf(system.roles)));
  }
  where = where.Field("node");
  if (node == nodes.end()) {
    return StrCat("no node is called \"", peer.node(), "\"", Instead(peer.node(), NamesOf(nodes)));
  }
  if (CanBeIn(*role, *node)) {
    return IsForeign(*node, organisation) ? Foreign(*node, who, organisation) : "";
  }
  return StrCat("node \"", node->name, "\" cannot be the ", role->name, " of ", system.name,
                ": it is ", node->system->name, ", and must be or serve ", role->system);
}

}  // namespace

std::map<std::string, std::string> WirePeers(absl::string_view who, absl::string_view organisation,
                                             const sim::SystemSpec& system,
                                             const sim::Settings& settings, const PeerTexts& peers,
                                             const WorldPlan& plan, const faults::Where& where,
                                             faults::Diagnostics& problems) {
  std::map<std::string, std::string> wired;
  for (int i = 0; i < peers.size(); ++i) {
    faults::Where here = where.Field("peer", i);
    std::string objection = Objection(peers[i], who, organisation, system, plan, here);
    const bool first = wired.emplace(peers[i].role(), peers[i].node()).second;
    if (objection.empty() && !first) {
      objection = StrCat("role \"", peers[i].role(), "\" is wired twice");
    }
    if (!objection.empty()) problems.push_back(here.Error(objection));
  }

  for (const sim::RoleSpec& role : system.roles) {
    if (wired.count(role.name) > 0) continue;
    if (role.needed != nullptr && !role.needed(settings)) continue;
    std::vector<std::string> candidates;
    const sim::NodeSpec* foreign = nullptr;
    for (const sim::NodeSpec& node : plan.nodes) {
      if (node.name == who || !CanBeIn(role, node)) continue;
      if (IsForeign(node, organisation)) {
        foreign = &node;
      } else {
        candidates.push_back(node.name);
      }
    }
    if (candidates.size() == 1) {
      wired[role.name] = candidates[0];
    } else if (candidates.empty() && foreign != nullptr) {
      problems.push_back(where.Error(Foreign(*foreign, who, organisation)));
    } else if (candidates.empty()) {
      problems.push_back(where.Error(StrCat("no node can be the ", role.name, " of \"", who,
                                            "\": it must be or serve ", role.system)));
    } else {
      problems.push_back(where.Error(
          StrCat("the ", role.name, " of \"", who, "\" could be ", Alternatives(candidates),
                 "; say which: peer { role: \"", role.name, "\" node: \"", candidates[0], "\" }")));
    }
  }
  return wired;
}

std::map<std::string, std::string> WireCheck(absl::string_view check,
                                             const std::vector<sim::RoleSpec>& roles,
                                             const std::vector<sim::NodeSpec>& nodes,
                                             const faults::Where& where,
                                             faults::Diagnostics& problems) {
  std::map<std::string, std::string> wired;
  for (const sim::RoleSpec& role : roles) {
    const std::vector<std::string> candidates = Watchable(role, nodes);
    if (candidates.size() == 1) {
      wired[role.name] = candidates[0];
    } else if (candidates.empty()) {
      problems.push_back(
          where.Error(StrCat("no node can be the ", role.name, " that check \"", check,
                             "\" watches: it must be or serve ", role.system)));
    } else {
      problems.push_back(
          where.Error(StrCat("the ", role.name, " that check \"", check, "\" watches could be ",
                             Alternatives(candidates), "; it can watch only one")));
    }
  }
  return wired;
}

std::optional<std::map<std::string, std::string>> WireMeasure(
    const std::vector<sim::RoleSpec>& roles, const std::vector<sim::NodeSpec>& nodes) {
  std::map<std::string, std::string> wired;
  for (const sim::RoleSpec& role : roles) {
    const std::vector<std::string> candidates = Watchable(role, nodes);
    if (candidates.size() != 1) return std::nullopt;
    wired[role.name] = candidates[0];
  }
  return wired;
}

}  // namespace scenarios
