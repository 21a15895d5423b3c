// Database: SQL as a component sees it.
//
//   auto txn = co_await sim::Try(db_.Begin());
//   auto moved = co_await sim::Try(txn.Execute(
//       "UPDATE trade_order SET status = 'SUCCESS' WHERE order_id = ? AND status = 'SUBMITTED'",
//       id));
//   if (moved.affected() == 0) co_return NotMoved();      // rolls back
//   co_await sim::Try(txn.Commit());
//
// A Database is a session with a server. By default the server is private to the
// node, bears its name and dies with it; or nodes of one organisation share one,
// which outlives them (sim/world/shared_database.h). Many transactions may be open at
// once. Isolation is READ COMMITTED with row locks held to commit: write accordingly
// (compare-and-set in WHERE, a plain read is stale as soon as it has returned).
//
// Locked are the primary key of every row that is changed and every unique value
// that appears, vanishes or changes; FOR UPDATE locks the rows that it returns. A
// statement that meets another's lock waits, and is executed again when the lock
// is granted. One whose WHERE names a whole unique key (`id = ? AND ...`) waits
// for that key before it looks at the row. Plain reads never wait.
//
// A statement runs at one instant and its answer arrives when the disk work that
// it caused has taken its time. If the node dies in between, the effect may be
// durable although nobody saw the answer.
//
// Errors:
//   ALREADY_EXISTS       a primary or unique key is taken; the transaction goes on
//   DEADLINE_EXCEEDED    50 s of waiting for a lock; only the statement is undone
//   ABORTED              deadlock victim, or commit of a poisoned transaction; the
//                        transaction is rolled back
//   UNKNOWN              COMMIT, or a statement outside a transaction, was cut by the
//                        disk or the connection: committed or not, nobody knows
//   FAILED_PRECONDITION  it would wait for a lock that its own task holds, or the
//                        transaction has ended or is poisoned
//   NOT_FOUND            Undo met a dirty write; nobody knows that xid
//   OUT_OF_RANGE         CHECK or NOT NULL refuses a row; the transaction goes on
//   INVALID_ARGUMENT     SQL that does not prepare or may not be used (see
//                        statement_shape.h), or the wrong number of values
//   UNAVAILABLE          the database is down, its disk does not answer or is full,
//                        or the session broke; the transaction is rolled back
//   DATA_LOSS            the disk has lost what it had promised to keep
//
// A transaction belongs to the task that began it: while it is open, no other
// branch of the same task may wait for its locks.

#ifndef SIM_STORAGE_DATABASE_H_
#define SIM_STORAGE_DATABASE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/storage/commit.h"
#include "sim/storage/isolation.h"
#include "sim/storage/session_host.h"
#include "sim/storage/value.h"

namespace sim {

namespace internal {

inline Value ToValue(Value value) { return value; }
inline Value ToValue(Null) { return Null{}; }
inline Value ToValue(int64_t number) { return number; }
inline Value ToValue(int number) { return static_cast<int64_t>(number); }
inline Value ToValue(bool flag) { return static_cast<int64_t>(flag); }
inline Value ToValue(std::string text) { return text; }
inline Value ToValue(const char* text) { return std::string(text); }
inline Value ToValue(absl::string_view text) { return std::string(text); }

template <typename... Args>
std::vector<Value> ToValues(Args... args) {
  std::vector<Value> values;
  values.reserve(sizeof...(args));
  (values.push_back(ToValue(std::move(args))), ...);
  return values;
}

}  // namespace internal

// An open transaction. Rolls back when destroyed, unless it has committed.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept
      : host_(std::exchange(other.host_, nullptr)), id_(other.id_) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // Runs one statement with `args` for its parameters, in order.
  template <typename... Args>
  Task<absl::StatusOr<Result>> Execute(absl::string_view sql, Args... args) {
    return Run(sql, internal::ToValues(std::move(args)...));
  }

  // The same with the values in a row.
  Task<absl::StatusOr<Result>> Run(absl::string_view sql, std::vector<Value> args);

  // Makes the changes durable. On any error but UNKNOWN nothing was committed.
  Task<absl::Status> Commit();

  // What it has changed so far: each row as it was before and is after.
  std::vector<RowChange> changes() const;

  // Makes the rows what they were before `changes`, which committed earlier.
  // NOT_FOUND, and nothing is changed, if one of them is not as `changes` left it.
  Task<absl::Status> Undo(std::vector<RowChange> changes);

  // XA: no more statements; then either Commit, or the first phase, after which
  // the branch lives without this session, and survives crashes with its locks.
  Task<absl::Status> XaEnd();
  Task<absl::Status> XaPrepare();

 private:
  friend class SessionHost;
  Transaction(SessionHost* host, uint64_t id) : host_(host), id_(id) {}

  SessionHost* host_;
  uint64_t id_;
};

class Database {
 public:
  explicit Database(SessionHost& host, uint64_t session = 0) : host_(&host), session_(session) {}

  // Runs one statement in a transaction of its own.
  template <typename... Args>
  Task<absl::StatusOr<Result>> Execute(absl::string_view sql, Args... args) {
    return Run(sql, internal::ToValues(std::move(args)...));
  }

  // The same with the values in a row.
  Task<absl::StatusOr<Result>> Run(absl::string_view sql, std::vector<Value> args);

  Task<absl::StatusOr<Transaction>> Begin(Isolation isolation = Isolation::kReadCommitted);

  // XA START: a branch with the name `xid`. ALREADY_EXISTS if there is one.
  Task<absl::StatusOr<Transaction>> XaStart(std::string xid);

  // The second phase, of a branch that is prepared; NOT_FOUND if there is none.
  Task<absl::Status> XaCommit(std::string xid);
  Task<absl::Status> XaRollback(std::string xid);

  // The names of the prepared branches, sorted.
  Task<absl::StatusOr<std::vector<std::string>>> XaRecover();

  // Changes as text, to be kept in a table, and back.
  static std::string ToText(const std::vector<RowChange>& changes);
  absl::StatusOr<std::vector<RowChange>> ToChanges(absl::string_view text) const;

 private:
  SessionHost* host_;
  uint64_t session_;
};

}  // namespace sim

#endif  // SIM_STORAGE_DATABASE_H_
