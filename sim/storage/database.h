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
// node, bears its name and dies with it; or nodes of one organisation share one, which
// outlives them (sim/world/shared_database.h). Isolation is READ COMMITTED with row
// locks held to commit: write accordingly (compare-and-set in WHERE, a plain read
// is stale as soon as it has returned). At present a server runs one transaction
// at a time, in the order of Begin.
//
// A statement runs at one instant and its answer arrives when the disk work that
// it caused has taken its time. If the node dies in between, the effect may be
// durable although nobody saw the answer.
//
// Errors:
//   ALREADY_EXISTS       a primary or unique key is taken; the transaction goes on
//   DEADLINE_EXCEEDED    50 s of waiting for a lock; only the statement is undone
//   ABORTED              deadlock victim; the transaction is rolled back
//   UNKNOWN              COMMIT, or a statement outside a transaction, was cut by the
//                        disk or the connection: committed or not, nobody knows
//   FAILED_PRECONDITION  the session holds an open transaction and would wait for
//                        itself, or the transaction has ended
//   OUT_OF_RANGE         CHECK or NOT NULL refuses a row; the transaction goes on
//   INVALID_ARGUMENT     SQL that does not prepare or may not be used (see
//                        statement_shape.h), or the wrong number of values
//   UNAVAILABLE          the disk does not answer or is full, or the connection to a
//                        shared server is lost; the transaction is rolled back
//   DATA_LOSS            the disk has lost what it had promised to keep
//
// A transaction belongs to the task that began it: while it is open, no other
// branch of the same task may use the session beside it.

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
#include "sim/storage/session.h"
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
      : session_(std::exchange(other.session_, nullptr)), id_(other.id_) {}
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

 private:
  friend class Session;
  Transaction(Session* session, uint64_t id) : session_(session), id_(id) {}

  Session* session_;
  uint64_t id_;
};

class Database {
 public:
  explicit Database(Session& session) : session_(&session) {}

  // Runs one statement in a transaction of its own.
  template <typename... Args>
  Task<absl::StatusOr<Result>> Execute(absl::string_view sql, Args... args) {
    return Run(sql, internal::ToValues(std::move(args)...));
  }

  // The same with the values in a row.
  Task<absl::StatusOr<Result>> Run(absl::string_view sql, std::vector<Value> args);

  // Opens a transaction, when it is this one's turn.
  Task<absl::StatusOr<Transaction>> Begin();

 private:
  Session* session_;
};

}  // namespace sim

#endif  // SIM_STORAGE_DATABASE_H_
