#include "scenarios/checks/sqlite.h"

#include <cctype>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "sim/core/check.h"
#include "sim/storage/sqlite_library.h"

namespace scenarios {
namespace {

// How much of a query an error shows.
constexpr size_t kExcerpt = 40;

absl::Status Explain(sqlite3* connection, absl::string_view sql) {
  std::string message = sqlite3_errmsg(connection);
  const int offset = sqlite3_error_offset(connection);
  if (offset >= 0 && static_cast<size_t>(offset) < sql.size()) {
    const absl::string_view rest = sql.substr(static_cast<size_t>(offset));
    absl::StrAppend(&message, ", at `", rest.substr(0, kExcerpt),
                    rest.size() > kExcerpt ? "...`" : "`");
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

Connection OpenInMemory() {
  // This may be the first connection of the process, which fixes how SQLite works.
  sim::StartSqlite();
  sqlite3* connection = nullptr;
  const int opened =
      sqlite3_open_v2(":memory:", &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  SIM_CHECK(opened == SQLITE_OK) << sqlite3_errstr(opened);
  // A misspelt "column" is an error, not a text.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  return Connection(connection);
}

absl::StatusOr<Statement> PrepareSql(sqlite3* connection, absl::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, &tail);
  Statement statement(prepared);
  if (result != SQLITE_OK) return Explain(connection, sql);
  if (statement == nullptr) return absl::InvalidArgumentError("there is no statement");
  const absl::string_view rest = sql.substr(static_cast<size_t>(tail - sql.data()));
  if (!absl::StripAsciiWhitespace(rest).empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("one statement is enough, at `", rest.substr(0, kExcerpt), "`"));
  }
  return statement;
}

absl::Status ExecuteSql(sqlite3* connection, const std::string& sql) {
  const int result = sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr);
  return result == SQLITE_OK ? absl::OkStatus() : Explain(connection, sql);
}

std::string QuoteName(absl::string_view name) {
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

std::string TextColumn(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (text == nullptr) return "";
  return std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
}

}  // namespace scenarios
