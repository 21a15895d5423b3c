#include "sim/storage/commit.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace sim {

int TableInfo::Column(absl::string_view column) const {
  // Most who ask spell it as the schema does.
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].size() == column.size() && columns[i] == column) return static_cast<int>(i);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (absl::EqualsIgnoreCase(columns[i], column)) return static_cast<int>(i);
  }
  return -1;
}

std::string RowChange::Key() const {
  std::string key;
  for (const int column : table->primary_key) {
    if (!key.empty()) key += '/';
    key += ToText(row()[static_cast<size_t>(column)]);
  }
  return key;
}

}  // namespace sim
