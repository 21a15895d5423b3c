#include "sim/storage/cut_commit.h"

#include <sqlite3.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/storage/statement.h"

namespace sim {
namespace {

using RowKey = std::pair<std::string, std::vector<Value>>;  // table, primary key

// What the transaction did to one row, from its first change to its last. An
// empty image is a row that is not there.
struct Net {
  const TableInfo* table = nullptr;
  std::vector<Value> before;
  std::vector<Value> after;
};

std::vector<Value> PrimaryKey(const TableInfo& table, const std::vector<Value>& row) {
  std::vector<Value> key;
  for (const int column : table.primary_key) key.push_back(row[static_cast<size_t>(column)]);
  return key;
}

std::map<RowKey, Net> NetChanges(const Commit& commit) {
  std::map<RowKey, Net> net;
  for (const RowChange& change : commit.changes) {
    const TableInfo& table = *change.table;
    auto note = [&](const std::vector<Value>& row, const std::vector<Value>& before,
                    const std::vector<Value>& after) {
      const auto [it, first] = net.try_emplace({table.name, PrimaryKey(table, row)});
      if (first) it->second = {&table, before, {}};
      it->second.after = after;
    };
    // An update may move a row to another key: there it appears, here it vanishes.
    if (!change.old_row.empty()) note(change.old_row, change.old_row, {});
    if (!change.new_row.empty()) {
      const bool moved = change.old_row.empty() ||
                         PrimaryKey(table, change.old_row) != PrimaryKey(table, change.new_row);
      note(change.new_row, moved ? std::vector<Value>() : change.old_row, change.new_row);
    }
  }
  return net;
}

// The row of `table` with the key `key`; empty if there is none.
absl::StatusOr<std::vector<Value>> Find(sqlite3* connection, const TableInfo& table,
                                        const std::vector<Value>& key) {
  auto quote = [](std::string* out, const std::string& name) {
    absl::StrAppend(out, "\"", name, "\"");
  };
  std::vector<std::string> tests;
  for (const int column : table.primary_key) {
    tests.push_back(absl::StrCat("\"", table.columns[static_cast<size_t>(column)], "\" = ?"));
  }
  Statement select(connection,
                   absl::StrCat("SELECT ", absl::StrJoin(table.columns, ", ", quote), " FROM \"",
                                table.name, "\" WHERE ", absl::StrJoin(tests, " AND ")));
  absl::StatusOr<Result> found = select.Run(key);
  if (!found.ok()) return found.status();
  std::vector<Value> row;
  if (found->empty()) return row;
  for (size_t i = 0; i < table.columns.size(); ++i) row.push_back((*found)[0][i]);
  return row;
}

}  // namespace

absl::StatusOr<bool> Happened(sqlite3* connection, const Commit& commit) {
  bool all_before = true;
  bool all_after = true;
  for (const auto& [key, net] : NetChanges(commit)) {
    if (net.before == net.after) continue;
    const absl::StatusOr<std::vector<Value>> row = Find(connection, *net.table, key.second);
    if (!row.ok()) return row.status();
    all_before &= *row == net.before;
    all_after &= *row == net.after;
  }
  if (all_before) return false;
  if (all_after) return true;
  return absl::DataLossError(
      absl::StrCat("a commit of ", commit.database, " that was cut happened in part"));
}

}  // namespace sim
