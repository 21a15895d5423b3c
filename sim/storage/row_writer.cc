#include "sim/storage/row_writer.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "sim/storage/statement.h"

namespace sim {
namespace {

// Some unique value of the row moves, so that another row may need it at once.
bool MovesKey(const NetChange& change) {
  for (const UniqueKey& key : change.table->keys) {
    if (!SameKey(key, *change.before, *change.after)) return true;
  }
  return false;
}

std::string Quoted(const std::string& name) { return absl::StrCat("\"", name, "\""); }

}  // namespace

RowWriter::~RowWriter() {
  for (const auto& [key, statement] : statements_) sqlite3_finalize(statement);
}

absl::Status RowWriter::Apply(const std::vector<NetChange>& changes) {
  std::vector<bool> rewritten(changes.size());
  for (size_t i = 0; i < changes.size(); ++i) {
    const NetChange& change = changes[i];
    if (change.before->empty()) continue;
    rewritten[i] = !change.after->empty() && MovesKey(change);
    if (!change.after->empty() && !rewritten[i]) continue;
    absl::Status done = Run(*change.table, Verb::kDelete, 0, nullptr, change.before);
    if (!done.ok()) return done;
  }
  for (size_t i = 0; i < changes.size(); ++i) {
    const NetChange& change = changes[i];
    if (change.before->empty() || change.after->empty() || rewritten[i]) continue;
    Columns columns = 0;
    for (size_t c = 0; c < change.after->size(); ++c) {
      if ((*change.after)[c] != (*change.before)[c]) columns |= Columns{1} << c;
    }
    absl::Status done = Run(*change.table, Verb::kUpdate, columns, change.after, change.before);
    if (!done.ok()) return done;
  }
  for (size_t i = 0; i < changes.size(); ++i) {
    const NetChange& change = changes[i];
    if (change.after->empty() || (!change.before->empty() && !rewritten[i])) continue;
    absl::Status done = Run(*change.table, Verb::kInsert, ~Columns{0}, change.after, nullptr);
    if (!done.ok()) return done;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Value>> RowWriter::Find(const TableInfo& table,
                                                   const std::vector<Value>& like) {
  const absl::StatusOr<sqlite3_stmt*> find = Prepare(table, Verb::kFind, ~Columns{0});
  if (!find.ok()) return find.status();
  int parameter = 0;
  for (const int column : table.primary_key) {
    BindValue(*find, ++parameter, like[static_cast<size_t>(column)]);
  }
  const int code = sqlite3_step(*find);
  std::vector<Value> row;
  if (code == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(*find); ++i) row.push_back(ColumnValue(*find, i));
  }
  absl::Status status;
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    status = SqliteError(connection_, code, sqlite3_sql(*find));
  }
  sqlite3_reset(*find);
  if (!status.ok()) return status;
  return row;
}

std::string RowWriter::Sql(const TableInfo& table, Verb verb, Columns columns) {
  std::string set;
  std::string marks;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if ((columns >> i & 1) == 0) continue;
    absl::StrAppend(&set, set.empty() ? "" : ", ", Quoted(table.columns[i]),
                    verb == Verb::kUpdate ? " = ?" : "");
    absl::StrAppend(&marks, marks.empty() ? "?" : ", ?");
  }
  if (verb == Verb::kInsert) {
    return absl::StrCat("INSERT INTO ", Quoted(table.name), "(", set, ") VALUES(", marks, ")");
  }
  std::string where;
  for (const int column : table.primary_key) {
    absl::StrAppend(&where, where.empty() ? " WHERE " : " AND ",
                    Quoted(table.columns[static_cast<size_t>(column)]), " = ?");
  }
  switch (verb) {
    case Verb::kUpdate:
      return absl::StrCat("UPDATE ", Quoted(table.name), " SET ", set, where);
    case Verb::kFind:
      return absl::StrCat("SELECT ", set, " FROM ", Quoted(table.name), where);
    default:
      return absl::StrCat("DELETE FROM ", Quoted(table.name), where);
  }
}

absl::StatusOr<sqlite3_stmt*> RowWriter::Prepare(const TableInfo& table, Verb verb,
                                                 Columns columns) {
  sqlite3_stmt*& statement = statements_[{{table.number, verb}, columns}];
  if (statement == nullptr) {
    const std::string sql = Sql(table, verb, columns);
    const int code = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return SqliteError(connection_, code, sql);
  }
  return statement;
}

absl::Status RowWriter::Run(const TableInfo& table, Verb verb, Columns columns,
                            const std::vector<Value>* values, const std::vector<Value>* key) {
  const absl::StatusOr<sqlite3_stmt*> statement = Prepare(table, verb, columns);
  if (!statement.ok()) return statement.status();
  int parameter = 0;
  for (size_t i = 0; values != nullptr && i < values->size(); ++i) {
    if ((columns >> i & 1) != 0) BindValue(*statement, ++parameter, (*values)[i]);
  }
  if (key != nullptr) {
    for (const int column : table.primary_key) {
      BindValue(*statement, ++parameter, (*key)[static_cast<size_t>(column)]);
    }
  }
  const int code = sqlite3_step(*statement);
  absl::Status status;
  if (code != SQLITE_DONE) status = SqliteError(connection_, code, sqlite3_sql(*statement));
  sqlite3_reset(*statement);
  return status;
}

}  // namespace sim
