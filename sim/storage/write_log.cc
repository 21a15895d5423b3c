#include "sim/storage/write_log.h"

// The header declares the hook only to those who say that the library has it.
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "sim/core/check.h"

namespace sim {
namespace {

// Asks for no conversion: in an UPDATE the value is a live register of SQLite's
// virtual machine, and asking a number for its text would turn it into one.
Value ToValue(sqlite3_value* value, const TableInfo& table, size_t column) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return Value(std::in_place_type<int64_t>, sqlite3_value_int64(value));
    case SQLITE_NULL:
      return Null{};
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
      return std::string(text, static_cast<size_t>(sqlite3_value_bytes(value)));
    }
    default:
      SIM_CHECK(false) << "a blob or a floating-point number is written to " << table.name << "."
                       << table.columns[column] << "; columns hold integers, texts and NULL";
      return Null{};
  }
}

}  // namespace

WriteLog::WriteLog(sqlite3* connection, const std::vector<TableInfo>& tables)
    : connection_(connection), tables_(tables) {
  sqlite3_preupdate_hook(connection_, &WriteLog::OnChange, this);
}

WriteLog::~WriteLog() { sqlite3_preupdate_hook(connection_, nullptr, nullptr); }

void WriteLog::OnChange(void* self, sqlite3*, int operation, const char*, const char* table,
                        long long, long long) {
  WriteLog& log = *static_cast<WriteLog*>(self);
  if (log.listener_ == nullptr) return;
  const TableInfo* info = log.Find(table);
  if (info == nullptr) return;  // sqlite_sequence, or the prepared branches.
  sqlite3* connection = log.connection_;
  auto old_column = [connection](int i) {
    sqlite3_value* value = nullptr;
    sqlite3_preupdate_old(connection, i, &value);
    return value;
  };
  auto new_column = [connection](int i) {
    sqlite3_value* value = nullptr;
    sqlite3_preupdate_new(connection, i, &value);
    return value;
  };
  RowChange change;
  change.table = info;
  change.kind = operation == SQLITE_INSERT   ? ChangeKind::kInsert
                : operation == SQLITE_DELETE ? ChangeKind::kDelete
                                             : ChangeKind::kUpdate;
  if (operation != SQLITE_INSERT) change.old_row = log.Read(*info, old_column);
  if (operation != SQLITE_DELETE) change.new_row = log.Read(*info, new_column);
  log.listener_->OnChange(std::move(change));
}

const TableInfo* WriteLog::Find(const char* table) {
  // Changes of one table come in runs.
  if (last_ != nullptr && last_->name == table) return last_;
  const auto it =
      std::lower_bound(tables_.begin(), tables_.end(), table,
                       [](const TableInfo& info, const char* name) { return info.name < name; });
  if (it == tables_.end() || it->name != table) return nullptr;
  last_ = &*it;
  return last_;
}

template <typename Column>
std::vector<Value> WriteLog::Read(const TableInfo& table, Column column) const {
  std::vector<Value> row;
  row.reserve(table.columns.size());
  for (size_t i = 0; i < table.columns.size(); ++i) {
    row.push_back(ToValue(column(static_cast<int>(i)), table, i));
  }
  return row;
}

}  // namespace sim
