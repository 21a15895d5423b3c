#include "scenarios/checks/table_check.h"

#include <variant>
#include <vector>

#include "sim/core/check.h"

namespace scenarios {
namespace {

const sim::Value& Of(const sim::TableInfo& table, const std::vector<sim::Value>& row,
                     absl::string_view column) {
  static const sim::Value& kNull = *new sim::Value;
  if (row.empty()) return kNull;
  const int index = table.Column(column);
  SIM_CHECK(index >= 0) << "table " << table.name << " has no column " << column;
  return row[static_cast<size_t>(index)];
}

}  // namespace

const sim::Value& Before(const sim::RowChange& change, absl::string_view column) {
  return Of(*change.table, change.old_row, column);
}

const sim::Value& After(const sim::RowChange& change, absl::string_view column) {
  return Of(*change.table, change.new_row, column);
}

std::string BusinessKey(const sim::RowChange& change) {
  if (!change.table->autoincrement) return change.Key();
  for (const sim::UniqueKey& unique : change.table->keys) {
    const sim::Value& first = change.row()[static_cast<size_t>(unique.parts.front().column)];
    if (const auto* text = std::get_if<std::string>(&first)) return *text;
  }
  return change.Key();
}

}  // namespace scenarios
