// RowWriter: writes rows as they are told, by their declared primary key.
//
// Applies what a transaction has changed once more, or undoes it. The order in
// which rows are written makes no unique value collide on the way: deletes, then
// updates, then inserts; a row whose unique values move is deleted and inserted.

#ifndef SIM_STORAGE_ROW_WRITER_H_
#define SIM_STORAGE_ROW_WRITER_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/storage/write_set.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sim {

class RowWriter {
 public:
  explicit RowWriter(sqlite3* connection) : connection_(connection) {}
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;
  ~RowWriter();

  // Each row becomes what it is `after`. Nothing is known of the rows if it fails.
  absl::Status Apply(const std::vector<NetChange>& changes);

  // The row of `table` with the primary key of `like`; empty if there is none.
  absl::StatusOr<std::vector<Value>> Find(const TableInfo& table, const std::vector<Value>& like);

 private:
  enum class Verb { kInsert, kUpdate, kDelete, kFind };
  using Columns = uint64_t;  // a bit per column

  static std::string Sql(const TableInfo& table, Verb verb, Columns columns);

  // Prepared when first needed: most databases never need most of them.
  absl::StatusOr<sqlite3_stmt*> Prepare(const TableInfo& table, Verb verb, Columns columns);
  absl::Status Run(const TableInfo& table, Verb verb, Columns columns,
                   const std::vector<Value>* values, const std::vector<Value>* key);

  sqlite3* const connection_;
  // By the table's number, the verb and the columns that it sets.
  std::map<std::pair<std::pair<size_t, Verb>, Columns>, sqlite3_stmt*> statements_;
};

}  // namespace sim

#endif  // SIM_STORAGE_ROW_WRITER_H_
