// LockingStatement: a statement, and what it takes to run it among open
// transactions: which key it must wait for, and whose rows it may meet.

#ifndef SIM_STORAGE_LOCKING_STATEMENT_H_
#define SIM_STORAGE_LOCKING_STATEMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sim/storage/session_host.h"
#include "sim/storage/statement.h"

namespace sim {

class LockingStatement final : public KnownSql {
 public:
  // `tables` are those of the database and outlive this. If `sql` cannot be
  // prepared, or its locks cannot be told, status() says why.
  LockingStatement(sqlite3* connection, const std::vector<TableInfo>& tables,
                   absl::string_view sql);
  LockingStatement(const LockingStatement&) = delete;
  LockingStatement& operator=(const LockingStatement&) = delete;

  // Tries again what could not be prepared since the disk did not answer.
  void Prepare();

  const absl::Status& status() const { return status_; }
  const StatementShape& shape() const { return statement_.shape(); }
  Statement& statement() { return statement_; }
  const std::shared_ptr<const StatementText>& text() const { return text_; }  // if it writes

  // A plain SELECT: it takes no locks and waits for nobody.
  bool reads() const { return !shape().writes && !shape().for_update; }

  // What it writes, or the one table that it reads; null if that is none of ours.
  const TableInfo* table() const { return table_; }

  // The unique key whose whole value WHERE names, and its value in a run with
  // `args`; null, and nothing, if there is none. Such a statement waits for the
  // lock on it before it runs: a compare-and-set must wait for an uncommitted
  // change although the committed row does not match.
  const UniqueKey* key() const { return key_; }
  std::optional<std::vector<Value>> KeyValue(const std::vector<Value>& args) const;

  // The lock on that value; 0 if there is none.
  uint64_t KeyLock(const std::vector<Value>& args) const;

  // What it would lock, for people: "account ann" if WHERE names it, else "a row of
  // account".
  std::string Target(const std::vector<Value>& args) const;

  // Whether nobody else's uncommitted rows can be in its sight, if nobody else
  // holds the lock on its key: it names a primary key, or inserts plain values.
  // It may then run beside other residents (sim/storage/residency.h).
  bool beside() const { return beside_; }

  // The rows that FOR UPDATE is about to lock, with all columns.
  Statement& locked_rows();

  // Shows whose keys are in its way, inside a savepoint; null if nobody's can be.
  Statement* probe();

 private:
  void FindKey(const std::vector<TableInfo>& tables);

  sqlite3* const connection_;
  Statement statement_;
  absl::Status status_;
  std::shared_ptr<const StatementText> text_;
  const TableInfo* table_ = nullptr;
  const UniqueKey* key_ = nullptr;
  std::vector<const StatementShape::Equality*> terms_;  // in the order of the key
  bool beside_ = false;
  std::unique_ptr<Statement> locked_rows_;  // Prepared when first needed.
  std::unique_ptr<Statement> probe_;
};

}  // namespace sim

#endif  // SIM_STORAGE_LOCKING_STATEMENT_H_
