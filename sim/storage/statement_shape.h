// StatementShape: what a statement does, read off its words.
//
// Decides which statements a component may run, which table a statement writes
// or locks and what its WHERE compares. SQLite itself decides whether it is
// valid SQL.

#ifndef SIM_STORAGE_STATEMENT_SHAPE_H_
#define SIM_STORAGE_STATEMENT_SHAPE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/storage/commit.h"

namespace sim {

// The table that the database keeps for itself: prepared branches of distributed
// transactions.
inline constexpr char kBranchTable[] = "settle_prepared_branch";

// What becomes of a row whose key is taken.
enum class OnDuplicate : uint8_t { kFail, kIgnore, kReplace, kUpdate };

struct StatementShape {
  // `column = value`, one of the terms that a WHERE joins with AND.
  struct Equality {
    std::string column;    // in lower case
    size_t parameter = 0;  // its number from 1; 0 if it is a literal
    Value literal;
  };

  bool writes = false;
  ChangeKind kind = ChangeKind::kInsert;  // if it writes
  std::string table;                      // that it writes, or the one that it reads; in lower case
  bool one_table = false;                 // nothing else is read or written
  bool for_update = false;                // SELECT ... FOR UPDATE
  OnDuplicate on_duplicate = OnDuplicate::kFail;
  std::string sql;  // for SQLite, which knows no FOR UPDATE

  // The rows that FOR UPDATE locks: the same SELECT with all columns.
  std::string locked_rows_sql;

  // The same INSERT or UPDATE as OR REPLACE, which shows whose key is in the way.
  std::string probe_sql;

  // The columns that the outermost WHERE compares with a value: `column = ?`,
  // `column = 'text'`, `column IN (?, ?)`; in order, without repetition.
  std::vector<std::string> compared;

  // What a row must be equal to for the statement to touch it; of one table only.
  std::vector<Equality> equalities;
};

// InvalidArgument says why a component may not run `sql`:
//   * only SELECT, INSERT, REPLACE, UPDATE and DELETE (with WITH): tables are
//     declared in the schema, transactions are opened with Begin;
//   * no OR FAIL and OR ROLLBACK, which keep half a statement or end the
//     transaction behind its owner's back;
//   * FOR UPDATE only of one table, without GROUP BY, DISTINCT and values in the
//     list of columns: the rows that it locks must be rows of that table;
//   * no rowid: it changes when a row is written again;
//   * no random() and no CURRENT_TIMESTAMP: chance and time come from Env;
//   * nothing that tells of the connection, such as changes(): it serves one database
//     after the other;
//   * no table of SQLite's or of the database's own.
absl::StatusOr<StatementShape> ShapeOf(absl::string_view sql);

}  // namespace sim

#endif  // SIM_STORAGE_STATEMENT_SHAPE_H_
