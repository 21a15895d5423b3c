#include "faults/database_lint.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "faults/spelling.h"

namespace faults {
namespace {

using absl::StrCat;

std::string Quoted(const std::string& name) { return StrCat("\"", name, "\""); }

}  // namespace

void LintConnection(const Vocabulary& world, const DatabaseNames& names, Diagnostics& found) {
  if (world.databases.empty()) {
    found.push_back(
        names.where_database.Error("no database is shared here, so no connection can break"));
    return;
  }
  if (!names.database.empty() && world.databases.count(names.database) == 0) {
    found.push_back(
        names.where_database.Error(StrCat("no shared database is called ", Quoted(names.database),
                                          Instead(names.database, world.databases))));
    return;
  }
  const auto node = world.nodes.find(names.node);
  if (node == world.nodes.end()) return;
  const std::string& shares = node->second.shares;
  if (!shares.empty() && (names.database.empty() || names.database == shares)) return;
  found.push_back(names.where_node.Error(
      StrCat(Quoted(names.node),
             shares.empty() ? " shares no database" : StrCat(" uses database ", Quoted(shares)))));
}

void LintStatement(const Vocabulary& world, sim::PlaceKind kind, const DatabaseNames& names,
                   Diagnostics& found) {
  std::set<std::string> databases;  // of the nodes that fit
  bool reads_replica = false;
  for (const auto& [name, node] : world.nodes) {
    const bool uses_one = !node.shares.empty() || node.database;
    const bool is_server = world.databases.count(name) > 0;
    if (is_server || !uses_one || (!names.node.empty() && names.node != name)) continue;
    const std::string& database = node.shares.empty() ? name : node.shares;
    databases.insert(database);
    reads_replica |= node.replica && (names.database.empty() || names.database == database);
  }
  const std::string who = names.node.empty() ? "nobody" : Quoted(names.node);
  if (databases.empty()) {
    found.push_back(names.where_node.Error(names.node.empty() ? "nobody uses a database here"
                                                              : StrCat(who, " uses no database")));
  } else if (!names.database.empty() && databases.count(names.database) == 0) {
    found.push_back(names.where_database.Error(
        StrCat(who, names.node.empty() ? " uses" : " does not use", " a database ",
               Quoted(names.database), Instead(names.database, databases))));
  } else if (kind == sim::PlaceKind::kReplica && !reads_replica) {
    found.push_back(names.where_node.Error(
        StrCat(who, names.node.empty() ? " reads a replica" : " reads no replica",
               names.database.empty() ? "" : StrCat(" of ", Quoted(names.database)))));
  }
}

}  // namespace faults
