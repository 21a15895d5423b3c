// Commit: the facts that a database publishes about itself.
//
// Every committed change of a row is a fact: which table, the row before and
// after, in the order in which it happened, and which statement made it. Checks
// watch services through these, from outside; components are not instrumented.
// Two steps of one state machine in one transaction show both.

#ifndef SIM_STORAGE_COMMIT_H_
#define SIM_STORAGE_COMMIT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/core/time.h"
#include "sim/storage/unique_key.h"
#include "sim/storage/value.h"
#include "sim/trace/record.h"

namespace sim {

// A table as its database declared it.
struct TableInfo {
  std::string name;
  std::vector<std::string> columns;
  std::vector<int> primary_key;   // indices into columns, in key order
  bool autoincrement = false;     // its ids are given by AUTOINCREMENT
  size_t number = 0;              // among the tables of its schema
  std::vector<UniqueKey> keys{};  // the primary key first, then unique indexes by age

  // The index of a column, or -1.
  int Column(absl::string_view column) const;
};

enum class ChangeKind : uint8_t { kInsert, kUpdate, kDelete };

struct RowChange {
  const TableInfo* table = nullptr;  // lives as long as the SchemaCache
  ChangeKind kind = ChangeKind::kInsert;
  std::vector<Value> old_row;  // empty for an insert
  std::vector<Value> new_row;  // empty for a delete
  int statement = 0;           // index into Commit::statements

  const std::vector<Value>& row() const { return new_row.empty() ? old_row : new_row; }

  // The primary key as text: "order-7", or "order-7/2" for several columns.
  std::string Key() const;
};

// A statement that writes, as it was written.
struct StatementText {
  std::string sql;
  std::string table;  // that it writes
  ChangeKind kind = ChangeKind::kInsert;

  // The columns that the outermost WHERE compares with a value (`column = ?`,
  // `column IN (...)`), in lower case; empty without WHERE.
  std::vector<std::string> compared;
};

// A run of one in a transaction, whether or not it changed a row.
struct StatementRun {
  std::shared_ptr<const StatementText> text;  // never null
  int64_t affected = 0;
};

struct Commit {
  std::string database;  // the node's name for a private one
  std::string node;      // that ran the transaction
  Nanos at = 0;
  RecordId cause = 0;
  // Of the request whose handler made it, or spawned the task that did; 0: none.
  RecordId delivery = 0;
  Nanos late = 0;                // so long after COMMIT it was known that it had happened
  bool found_at_reopen = false;  // its COMMIT was cut by a crash; it did happen
  std::vector<StatementRun> statements;
  std::vector<RowChange> changes;
};

// Is told of every commit, synchronously, in order. Cannot act.
class CommitSink {
 public:
  virtual void OnCommit(const Commit& commit) = 0;

 protected:
  ~CommitSink() = default;
};

}  // namespace sim

#endif  // SIM_STORAGE_COMMIT_H_
