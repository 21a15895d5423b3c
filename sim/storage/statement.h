// Statement: SQL prepared once in the life of a database, and what it does.

#ifndef SIM_STORAGE_STATEMENT_H_
#define SIM_STORAGE_STATEMENT_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/storage/session.h"
#include "sim/storage/statement_shape.h"
#include "sim/storage/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sim {

// What SQLite's result `code` means to a component; sim/storage/database.h lists
// the errors. `sql` is what was being done.
absl::Status SqliteError(sqlite3* connection, int code, absl::string_view sql);

class Statement final : public KnownSql {
 public:
  // Prepares `sql`; if that fails, status() says why and Run() does too. The schema
  // may have to be read for it: what failed by an I/O error is worth another try.
  Statement(sqlite3* connection, absl::string_view sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  void Prepare();

  const absl::Status& status() const { return status_; }
  const StatementShape& shape() const { return shape_; }
  absl::string_view sql() const { return sql_; }
  uint64_t name() const { return name_; }  // HashName of the SQL

  // Runs to the end. `args` must live as long. The id of an insert is SQLite's
  // and means nothing unless the table's ids come from AUTOINCREMENT.
  absl::StatusOr<Result> Run(const std::vector<Value>& args);

 private:
  void Bind(const std::vector<Value>& args);
  absl::StatusOr<Row> Fetch() const;

  sqlite3* const connection_;
  const std::string sql_;
  const uint64_t name_;
  absl::Status status_;
  StatementShape shape_;
  sqlite3_stmt* statement_ = nullptr;
  size_t parameters_ = 0;
  int columns_ = 0;
};

}  // namespace sim

#endif  // SIM_STORAGE_STATEMENT_H_
