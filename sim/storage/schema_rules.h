// What a schema may not contain, because facts, row locks or determinism would
// not survive it.

#ifndef SIM_STORAGE_SCHEMA_RULES_H_
#define SIM_STORAGE_SCHEMA_RULES_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/storage/commit.h"

struct sqlite3;

namespace sim {

// Checks the schema of `connection`, made by `ddl`, and returns its tables in the
// order of their names. InvalidArgument names the table and the rule:
//   * every table declares a primary key of NOT NULL columns;
//   * an INTEGER PRIMARY KEY is AUTOINCREMENT: other generated ids come twice;
//   * every other table is WITHOUT ROWID: a scan meets rows in the order of their keys,
//     and not of hidden numbers, which change when a parked row is written again;
//   * no triggers, foreign keys, virtual tables and generated columns: they
//     change rows which no statement names;
//   * no partial unique indexes and none on expressions: which value is taken
//     could not be told from the row;
//   * at most 64 columns in a table;
//   * no REAL, NUMERIC and DECIMAL columns: floating point;
//   * no ON CONFLICT, no CURRENT_TIMESTAMP and no random() in the DDL.
absl::StatusOr<std::vector<TableInfo>> CheckSchema(sqlite3* connection, absl::string_view ddl);

}  // namespace sim

#endif  // SIM_STORAGE_SCHEMA_RULES_H_
