// SQLite's handles, closed when they go out of scope.

#ifndef SCENARIOS_CHECKS_SQLITE_H_
#define SCENARIOS_CHECKS_SQLITE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sqlite3.h"

namespace scenarios {

struct CloseSqlite {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, CloseSqlite>;
using Statement = std::unique_ptr<sqlite3_stmt, CloseSqlite>;

// An empty database in memory.
Connection OpenInMemory();

// Prepares the one statement that `sql` is. InvalidArgument says what is wrong,
// and shows the text from there on.
absl::StatusOr<Statement> PrepareSql(sqlite3* connection, absl::string_view sql);

// Runs statements whose results nobody needs.
absl::Status ExecuteSql(sqlite3* connection, const std::string& sql);

// A name as SQL would quote it: "trade".
std::string QuoteName(absl::string_view name);

// A text column of the row that `statement` stands on.
std::string TextColumn(sqlite3_stmt* statement, int column);

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_SQLITE_H_
