#include "scenarios/checks/committed_column.h"

#include <utility>

#include "scenarios/checks/table_check.h"
#include "sim/storage/value.h"

namespace scenarios {

CommittedColumn::CommittedColumn(std::string node, std::string table, std::string key,
                                 std::string column)
    : node_(std::move(node)),
      table_(std::move(table)),
      key_(std::move(key)),
      column_(std::move(column)) {}

void CommittedColumn::Observe(const sim::Commit& commit) {
  if (commit.database != node_) return;
  for (const sim::RowChange& change : commit.changes) {
    if (change.table->name != table_) continue;
    if (change.kind == sim::ChangeKind::kDelete) {
      values_.erase(sim::ToText(Before(change, key_)));
    } else {
      values_[sim::ToText(After(change, key_))] = sim::ToText(After(change, column_));
    }
  }
}

const std::string& CommittedColumn::operator[](absl::string_view key) const {
  static const std::string& kNone = *new std::string;
  const auto found = values_.find(std::string(key));
  return found == values_.end() ? kNone : found->second;
}

}  // namespace scenarios
