#include "sim/storage/schema_rules.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"
#include "sim/storage/sql_tokens.h"
#include "sim/storage/value.h"

namespace sim {
namespace {

// The rows of a query about the schema, every column as text.
std::vector<std::vector<std::string>> Ask(sqlite3* connection, const std::string& sql) {
  std::vector<std::vector<std::string>> rows;
  sqlite3_stmt* statement = nullptr;
  SIM_CHECK(sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK)
      << sqlite3_errmsg(connection) << ": " << sql;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    std::vector<std::string>& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      row.emplace_back(text == nullptr ? "" : text);
    }
  }
  sqlite3_finalize(statement);
  return rows;
}

absl::Status Broken(absl::string_view table, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("table ", table, ": ", rule));
}

absl::Status CheckWords(absl::string_view ddl) {
  const std::vector<SqlToken> tokens = Tokenize(ddl);
  std::string table = "?";
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SqlToken& token = tokens[i];
    const bool more = i + 1 < tokens.size();
    if (i > 0 && tokens[i - 1].Is("table") && token.IsName() && !token.Is("if")) {
      table = token.text;
    }
    if (i > 0 && tokens[i - 1].Is("exists") && token.IsName()) table = token.text;
    if (token.Is("on") && more && tokens[i + 1].Is("conflict")) {
      return Broken(table, "ON CONFLICT belongs into statements, where a reader sees it");
    }
    if (token.Is("current_timestamp") || token.Is("current_date") || token.Is("current_time")) {
      return Broken(table, "SQL has no clock; insert the time that Env gives");
    }
    if (more && tokens[i + 1].IsSymbol('(') && (token.Is("random") || token.Is("randomblob"))) {
      return Broken(table, "random() may not be used; insert what Env draws");
    }
  }
  return absl::OkStatus();
}

// SQLite derives a column's affinity from parts of its type's name, in this order.
bool IsFloatingPoint(absl::string_view type) {
  const std::string upper = absl::AsciiStrToUpper(type);
  for (const absl::string_view part : {"INT", "CHAR", "CLOB", "TEXT", "BLOB"}) {
    if (absl::StrContains(upper, part)) return false;
  }
  for (const absl::string_view part : {"REAL", "FLOA", "DOUB", "NUMERIC", "DEC"}) {
    if (absl::StrContains(upper, part)) return true;
  }
  return false;
}

// How the column itself is compared, and how an index compares it.
absl::string_view ColumnCollation(sqlite3* connection, const std::string& table,
                                  const std::string& column) {
  const char* collation = "BINARY";
  sqlite3_table_column_metadata(connection, "main", table.c_str(), column.c_str(), nullptr,
                                &collation, nullptr, nullptr, nullptr);
  return collation;
}

Collation CollationOf(absl::string_view name) {
  if (absl::EqualsIgnoreCase(name, "NOCASE")) return Collation::kNoCase;
  if (absl::EqualsIgnoreCase(name, "RTRIM")) return Collation::kRtrim;
  return Collation::kBinary;  // SQLite itself refuses others.
}

// Fills in the keys of `info`: first the primary key, then the unique indexes in
// the order in which they were declared.
absl::Status FindKeys(sqlite3* connection, const std::vector<std::string>& types, TableInfo& info) {
  auto part = [&](size_t column, absl::string_view collation) {
    UniqueKey::Part part;
    part.column = static_cast<int>(column);
    part.collation = CollationOf(collation);
    part.affinity = AffinityOf(types[column]);
    part.searchable =
        part.collation == CollationOf(ColumnCollation(connection, info.name, info.columns[column]));
    return part;
  };
  info.keys.resize(1);
  for (const int column : info.primary_key) {
    const size_t c = static_cast<size_t>(column);
    info.keys[0].parts.push_back(part(c, ColumnCollation(connection, info.name, info.columns[c])));
  }
  for (const auto& index :
       Ask(connection,
           absl::StrCat("SELECT name, partial, origin FROM pragma_index_list(", ToSql(info.name),
                        ") WHERE \"unique\" = 1 ORDER BY seq DESC"))) {
    if (index[1] == "1") {
      return Broken(info.name, absl::StrCat("unique index ", index[0], " is partial"));
    }
    UniqueKey key;
    for (const auto& column :
         Ask(connection, absl::StrCat("SELECT cid, coll FROM pragma_index_xinfo(", ToSql(index[0]),
                                      ") WHERE key = 1 ORDER BY seqno"))) {
      const int cid = std::stoi(column[0]);
      if (cid < 0) {
        return Broken(info.name, absl::StrCat("unique index ", index[0], " is on an expression"));
      }
      key.parts.push_back(part(static_cast<size_t>(cid), column[1]));
    }
    if (index[2] == "pk") {
      info.keys[0] = std::move(key);
    } else {
      info.keys.push_back(std::move(key));
    }
  }
  for (size_t k = 0; k < info.keys.size(); ++k) {
    info.keys[k].seed = HashName(absl::StrCat(info.name, " key ", k));
  }
  return absl::OkStatus();
}

// Whether AUTOINCREMENT gives the ids of column `name`.
bool IsAutoincrement(sqlite3* connection, const std::string& table, const std::string& name) {
  int autoincrement = 0;
  sqlite3_table_column_metadata(connection, "main", table.c_str(), name.c_str(), nullptr, nullptr,
                                nullptr, nullptr, &autoincrement);
  return autoincrement != 0;
}

absl::StatusOr<TableInfo> CheckTable(sqlite3* connection, const std::string& name, bool has_rowid) {
  if (!Ask(connection, absl::StrCat("SELECT 1 FROM pragma_foreign_key_list(", ToSql(name), ")"))
           .empty()) {
    return Broken(name, "a foreign key would change or refuse rows that no statement names");
  }
  TableInfo info;
  std::vector<std::string> types;
  info.name = name;
  std::vector<std::pair<int, int>> key;  // position in the key, column
  std::string nullable;                  // a column of the key
  for (const auto& column :
       Ask(connection, absl::StrCat("SELECT name, type, \"notnull\", pk, hidden FROM "
                                    "pragma_table_xinfo(",
                                    ToSql(name), ") ORDER BY cid"))) {
    if (column[4] != "0") return Broken(name, absl::StrCat("column ", column[0], " is generated"));
    if (IsFloatingPoint(column[1])) {
      return Broken(name, absl::StrCat("column ", column[0], " is ", column[1],
                                       ", floating point; money is INTEGER minor units"));
    }
    info.columns.push_back(column[0]);
    types.push_back(column[1]);
    if (column[3] == "0") continue;
    const int index = static_cast<int>(info.columns.size()) - 1;
    key.emplace_back(std::stoi(column[3]), index);
    if (has_rowid && absl::EqualsIgnoreCase(column[1], "INTEGER")) {
      info.autoincrement = IsAutoincrement(connection, name, column[0]);
    }
    if (column[2] == "0" && !info.autoincrement) nullable = column[0];
  }
  if (key.empty()) return Broken(name, "no primary key");
  std::stable_sort(key.begin(), key.end());
  for (const auto& [position, column] : key) info.primary_key.push_back(column);

  // SQLite generates such ids, unlike those of an INT PRIMARY KEY.
  const auto type = Ask(connection, absl::StrCat("SELECT type FROM pragma_table_info(", ToSql(name),
                                                 ") WHERE pk = 1"));
  if (has_rowid && !info.autoincrement && key.size() == 1 &&
      absl::EqualsIgnoreCase(type[0][0], "INTEGER")) {
    return Broken(name, absl::StrCat("INTEGER PRIMARY KEY without AUTOINCREMENT gives an id twice; "
                                     "for ids of your own write WITHOUT ROWID"));
  }
  if (!nullable.empty()) {
    return Broken(name, absl::StrCat("column ", nullable, " of the primary key is not NOT NULL"));
  }
  if (info.columns.size() > 64) return Broken(name, "more than 64 columns");
  if (absl::Status status = FindKeys(connection, types, info); !status.ok()) return status;
  if (has_rowid && !info.autoincrement) {
    return Broken(name,
                  "its hidden rowid would decide in which order a scan meets rows, and which lock "
                  "comes first; write WITHOUT ROWID after its last parenthesis");
  }
  return info;
}

}  // namespace

absl::StatusOr<std::vector<TableInfo>> CheckSchema(sqlite3* connection, absl::string_view ddl) {
  if (absl::Status status = CheckWords(ddl); !status.ok()) return status;
  for (const auto& trigger :
       Ask(connection, "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'trigger'")) {
    return Broken(trigger[0], absl::StrCat("trigger ", trigger[1],
                                           " would change rows that no statement names"));
  }
  std::vector<TableInfo> tables;
  for (const auto& table :
       Ask(connection,
           "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND type <> 'view' "
           "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")) {
    if (table[1] != "table") return Broken(table[0], "no virtual tables");
    absl::StatusOr<TableInfo> info =
        CheckTable(connection, table[0], /*has_rowid=*/table[2] == "0");
    if (!info.ok()) return info.status();
    info->number = tables.size();
    tables.push_back(*std::move(info));
  }
  return tables;
}

}  // namespace sim
