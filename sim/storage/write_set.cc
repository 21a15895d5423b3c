#include "sim/storage/write_set.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "sim/storage/text_fields.h"

namespace sim {
namespace {

const std::vector<Value>& NoRow() {
  static const std::vector<Value> kNoRow;
  return kNoRow;
}

const TableInfo* FindTable(const std::vector<TableInfo>& tables, absl::string_view name) {
  for (const TableInfo& table : tables) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

}  // namespace

std::vector<NetChange> Fold(const std::vector<RowChange>& changes) {
  std::vector<NetChange> net;
  std::map<uint64_t, size_t> index;  // of rows in `net`, once there are many
  auto find = [&](uint64_t row) -> NetChange* {
    if (net.size() <= 16) {
      for (NetChange& change : net) {
        if (change.row == row) return &change;
      }
      return nullptr;
    }
    for (size_t i = index.size(); i < net.size(); ++i) index.emplace(net[i].row, i);
    const auto it = index.find(row);
    return it == index.end() ? nullptr : &net[it->second];
  };
  auto note = [&](const TableInfo* table, uint64_t row, const std::vector<Value>& before,
                  const std::vector<Value>& after) {
    if (NetChange* known = find(row); known != nullptr) {
      known->after = &after;
    } else {
      net.push_back({table, row, &before, &after});
    }
  };
  for (const RowChange& change : changes) {
    const TableInfo* table = change.table;
    const UniqueKey& key = table->keys[0];
    const uint64_t from = change.old_row.empty() ? 0 : LockOf(key, change.old_row);
    const uint64_t to = change.new_row.empty() ? 0 : LockOf(key, change.new_row);
    if (from == to) {
      note(table, from, change.old_row, change.new_row);
      continue;
    }
    if (from != 0) note(table, from, change.old_row, NoRow());
    if (to != 0) note(table, to, NoRow(), change.new_row);
  }
  std::erase_if(net, [](const NetChange& change) { return *change.before == *change.after; });
  return net;
}

std::vector<RowChange> Inverse(const std::vector<RowChange>& changes) {
  std::vector<RowChange> inverse;
  for (const NetChange& net : Fold(changes)) {
    RowChange& change = inverse.emplace_back();
    change.table = net.table;
    change.kind = net.before->empty()  ? ChangeKind::kDelete
                  : net.after->empty() ? ChangeKind::kInsert
                                       : ChangeKind::kUpdate;
    change.old_row = *net.after;
    change.new_row = *net.before;
  }
  return inverse;
}

std::string SerializeChanges(const std::vector<RowChange>& changes) {
  std::string text;
  for (const RowChange& change : changes) {
    AppendField(text, change.table->name);
    AppendField(text, static_cast<int64_t>(change.kind));
    AppendField(text, static_cast<int64_t>(change.statement));
    for (const Value& value : change.old_row) AppendField(text, value);
    for (const Value& value : change.new_row) AppendField(text, value);
  }
  return text;
}

absl::StatusOr<std::vector<RowChange>> ParseChanges(const std::vector<TableInfo>& tables,
                                                    absl::string_view text) {
  std::vector<RowChange> changes;
  FieldReader reader(text);
  while (!reader.done()) {
    RowChange& change = changes.emplace_back();
    const std::string name = reader.Text();
    change.table = FindTable(tables, name);
    const int64_t kind = reader.Number();
    change.statement = static_cast<int>(reader.Number());
    if (!reader.ok() || change.table == nullptr || kind < 0 || kind > 2) {
      return absl::InvalidArgumentError(absl::StrCat("not a change of a table: ", text));
    }
    change.kind = static_cast<ChangeKind>(kind);
    auto read = [&](std::vector<Value>& row) {
      for (size_t i = 0; i < change.table->columns.size(); ++i) row.push_back(reader.Next());
    };
    if (change.kind != ChangeKind::kInsert) read(change.old_row);
    if (change.kind != ChangeKind::kDelete) read(change.new_row);
  }
  if (!reader.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("changes that end too early: ", text));
  }
  return changes;
}

}  // namespace sim
