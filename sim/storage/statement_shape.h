// StatementShape: what a statement does, read off its words.
//
// Decides which statements a component may run, which table a statement writes
// and what its WHERE compares. SQLite itself decides whether it is valid SQL.

#ifndef SIM_STORAGE_STATEMENT_SHAPE_H_
#define SIM_STORAGE_STATEMENT_SHAPE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/storage/commit.h"

namespace sim {

struct StatementShape {
  bool writes = false;
  ChangeKind kind = ChangeKind::kInsert;  // if it writes
  std::string table;                      // that it writes, in lower case
  bool for_update = false;                // SELECT ... FOR UPDATE
  std::string sql;                        // for SQLite, which knows no FOR UPDATE

  // The columns that the outermost WHERE compares with a value: `column = ?`,
  // `column = 'text'`, `column IN (?, ?)`; in order, without repetition.
  std::vector<std::string> compared;
};

// InvalidArgument says why a component may not run `sql`:
//   * only SELECT, INSERT, REPLACE, UPDATE and DELETE (with WITH): tables are
//     declared in the schema, transactions are opened with Begin;
//   * no OR FAIL and OR ROLLBACK, which keep half a statement or end the
//     transaction behind its owner's back;
//   * no rowid: it changes when a row is written again;
//   * no random() and no CURRENT_TIMESTAMP: chance and time come from Env.
absl::StatusOr<StatementShape> ShapeOf(absl::string_view sql);

}  // namespace sim

#endif  // SIM_STORAGE_STATEMENT_SHAPE_H_
