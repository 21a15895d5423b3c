#include "faults/name_lint.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/spelling.h"

namespace faults {

using absl::StrCat;

void NameReader::Find(const Where& where, std::string message) {
  found_.push_back(where.Error(std::move(message)));
}

const NameReader::Node* NameReader::NodeOf(const std::string& name) const {
  const auto found = world_.nodes.find(name);
  return found == world_.nodes.end() ? nullptr : &found->second;
}

NameReader::Names NameReader::All(Names Node::* set) const {
  Names all;
  for (const auto& [name, node] : world_.nodes) {
    all.insert((node.*set).begin(), (node.*set).end());
  }
  return all;
}

void NameReader::CheckNode(const std::string& name, const Where& where) {
  if (name.empty() || NodeOf(name) != nullptr) return;
  Names names;
  Names members;  // If `name` is an organisation.
  for (const auto& [known, node] : world_.nodes) {
    names.insert(known);
    if (node.organisation == name) members.insert(known);
  }
  if (!members.empty()) {
    return Find(where, StrCat("\"", name, "\" is an organisation; name one of its nodes: ",
                              absl::StrJoin(members, ", ")));
  }
  Find(where, StrCat("there is no node \"", name, "\"", Instead(name, names)));
}

std::vector<std::string> NameReader::Servers(const std::string& method) const {
  std::vector<std::string> servers;
  for (const auto& [name, node] : world_.nodes) {
    if (node.methods.count(method) > 0) servers.push_back(name);
  }
  return servers;
}

void NameReader::CheckCall(const std::string& to, const Where& where_to, const std::string& method,
                           const Where& where_method) {
  CheckNode(to, where_to);
  const Node* callee = NodeOf(to);
  if (callee != nullptr && callee->methods.empty()) {
    return Find(where_to, StrCat("\"", to, "\" serves no method, so nothing is sent to it; `to` ",
                                 "is the callee, also of a reply"));
  }
  CheckServed(to, method, where_method);
}

void NameReader::CheckServed(const std::string& to, const std::string& method, const Where& where) {
  if (method.empty()) return;
  const std::vector<std::string> servers = Servers(method);
  if (servers.empty()) {
    Find(where, StrCat("no node serves \"", method, "\"", Instead(method, All(&Node::methods))));
  } else if (NodeOf(to) != nullptr && std::count(servers.begin(), servers.end(), to) == 0) {
    Find(where, StrCat("\"", to, "\" does not serve \"", method, "\"; ",
                       absl::StrJoin(servers, ", "), servers.size() == 1 ? " does" : " do"));
  }
}

bool NameReader::Calls(const std::string& from, const std::string& to, const std::string& method,
                       const std::string& other) const {
  for (const auto& [name, node] : world_.nodes) {
    if (!from.empty() && from != name) continue;
    for (const auto& [callee, methods] : node.calls) {
      if (!to.empty() && to != callee) continue;
      if ((method.empty() || methods.count(method) > 0) &&
          (other.empty() || methods.count(other) > 0)) {
        return true;
      }
    }
  }
  return false;
}

void NameReader::CheckCalls(const std::string& from, const std::string& to,
                            const std::string& method, const Where& where) {
  if (!found_.empty() || (from.empty() && to.empty() && method.empty())) return;
  if (Calls(from, to, method, "")) return;
  Names callees;  // of all that fit `from`
  for (const auto& [name, node] : world_.nodes) {
    if (!from.empty() && from != name) continue;
    for (const auto& [callee, methods] : node.calls) callees.insert(callee);
  }
  const std::string what = method.empty() ? "" : StrCat("\"", method, "\"");
  const std::string of = to.empty() ? "" : StrCat(what.empty() ? "" : " of ", "\"", to, "\"");
  const bool known = !from.empty() && !callees.empty();
  Find(where, StrCat(from.empty() ? "nobody calls" : StrCat("\"", from, "\" never calls"),
                     what.empty() && of.empty() ? " anybody" : " ", what, of,
                     known ? StrCat("; it calls ", absl::StrJoin(callees, ", ")) : ""));
}

void NameReader::CheckTalk(const std::string& one, const std::string& other, const Where& where) {
  if (!found_.empty() || (one.empty() && other.empty())) return;
  const auto fits = [](const std::string& wanted, const std::string& name) {
    return wanted.empty() || wanted == name;
  };
  for (const auto& [caller, node] : world_.nodes) {
    Names peers;
    for (const auto& [callee, methods] : node.calls) peers.insert(callee);
    if (!node.shares.empty()) peers.insert(node.shares);
    for (const std::string& peer : peers) {
      if (fits(one, caller) && fits(other, peer)) return;
      if (fits(one, peer) && fits(other, caller)) return;
    }
  }
  Find(where, one.empty() || other.empty()
                  ? StrCat("\"", one, other, "\" talks to nobody")
                  : StrCat("\"", one, "\" and \"", other, "\" never talk"));
}

void NameReader::CheckOvertaking(const Rule& rule) {
  const Where where = rule.where.Field("overtaken").Field("by");
  CheckServed(rule.peer, rule.by, where);
  if (!found_.empty() || rule.method.empty()) return;
  if (!Calls(rule.node, rule.peer, rule.method, rule.by)) {
    Find(where, StrCat("\"", rule.by, "\" can never overtake \"", rule.method,
                       "\": no node calls both of one other"));
  }
}

}  // namespace faults
