// OpenTransactions: many transactions with row locks over one SQLite connection.
//
// SQL always runs on committed rows plus the transaction's own (residency.h).
// What a statement changes is locked while SQLite changes it; if a row is locked
// by another, the statement's effect is undone, its transaction waits, and the
// statement is executed again when the lock is granted. Who closes a circle of
// waits is the victim: rolled back, ABORTED. Knows nothing of tasks
// and time: a statement that must wait says so, and who is granted a lock is told.
//
// Which rows are resident never changes an answer.

#ifndef SIM_STORAGE_OPEN_TRANSACTIONS_H_
#define SIM_STORAGE_OPEN_TRANSACTIONS_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/storage/commit_history.h"
#include "sim/storage/connection.h"
#include "sim/storage/lock_rules.h"
#include "sim/storage/locking_statement.h"
#include "sim/storage/open_transaction.h"
#include "sim/storage/residency.h"
#include "sim/storage/row_locker.h"
#include "sim/storage/schema_cache.h"
#include "sim/storage/write_log.h"

namespace sim {

// What became of a statement.
class Attempt {
 public:
  Attempt() = default;
  explicit Attempt(absl::StatusOr<Result> outcome) : result(std::move(outcome)) {}
  static Attempt Blocked() {
    Attempt attempt;
    attempt.blocked = true;
    return attempt;
  }

  bool blocked = false;      // execute it again when the lock is granted
  bool rolled_back = false;  // and the transaction is gone
  absl::StatusOr<Result> result;
};

class OpenTransactions final : private WriteLog::Listener {
 public:
  // All outlive this; `log` follows the connection.
  OpenTransactions(Connection& connection, Disk& disk, const Schema& schema, WriteLog& log,
                   LockRules rules);
  OpenTransactions(const OpenTransactions&) = delete;
  OpenTransactions& operator=(const OpenTransactions&) = delete;

  // Called for each transaction that waits no longer; it may not act at once.
  void set_on_grant(std::function<void(OpenTransaction&)> on_grant) {
    on_grant_ = std::move(on_grant);
  }

  OpenTransaction& Begin(Isolation isolation);

  // The one with this id, or null if it has ended.
  OpenTransaction* Find(uint64_t id) const;
  OpenTransaction* FindBranch(absl::string_view xid) const;
  const std::vector<std::unique_ptr<OpenTransaction>>& all() const { return open_; }

  Attempt Execute(OpenTransaction& txn, LockingStatement& statement,
                  const std::vector<Value>& args);

  // A plain SELECT outside every transaction, as of commit number `as_of`.
  absl::StatusOr<Result> Read(LockingStatement& statement, const std::vector<Value>& args);
  absl::StatusOr<Result> ReadPast(LockingStatement& statement, const std::vector<Value>& args,
                                  uint64_t as_of);

  // Applies the inverse of `changes`. NOT_FOUND, and nothing is changed, if a row
  // is not as they left it: somebody has written since.
  Attempt Undo(OpenTransaction& txn, const std::vector<RowChange>& changes);

  // The wait is over: given up, or granted and not wanted any more.
  void StopWaiting(OpenTransaction& txn);
  void GiveBack(OpenTransaction& txn, uint64_t lock);

  // Those in whose way `txn` is stopped, first who holds what it waits for.
  std::vector<OpenTransaction*> WaitsFor(const OpenTransaction& txn) const;

  // Makes SQLite ready to COMMIT `txn` and nothing else; tells that it has done so.
  absl::Status BeforeCommit(OpenTransaction& txn);
  void Committed(OpenTransaction& txn, Nanos at);

  // It turns out that a transaction that has ended had committed these.
  void FoundCommitted(const std::vector<RowChange>& changes, Nanos at);

  // Ends `txn`: its changes are forgotten, its locks pass on.
  void Rollback(OpenTransaction& txn);

  // A prepared branch outlives its session and every crash, with its locks. The
  // connection must commit what Write- and EraseBranch have written.
  absl::Status WriteBranch(OpenTransaction& txn);
  absl::Status EraseBranch(OpenTransaction& txn);
  void Prepared(OpenTransaction& txn);
  absl::StatusOr<bool> HasBranch(const std::string& xid);
  absl::Status RecoverBranches();

  const CommitHistory& history() const { return history_; }

  // Commits are kept for this long, for replicas.
  void KeepCommits(Nanos duration) { keep_for_ = std::max(keep_for_, duration); }

  // Afterwards the connection shows committed rows only.
  void Park() { residency_.Park(); }
  int64_t parks() const { return residency_.parks(); }

 private:
  void OnChange(RowChange change) override;
  void Remember(const std::vector<RowChange>& changes, Nanos at, const OpenTransaction* by);
  absl::StatusOr<Result> ReadIn(OpenTransaction& txn, LockingStatement& statement,
                                const std::vector<Value>& args);
  absl::StatusOr<Result> ReadWith(const WriteSet& own, LockingStatement& statement,
                                  const std::vector<Value>& args, uint64_t as_of);
  bool Beside(OpenTransaction& txn, LockingStatement& statement, const std::vector<Value>& args);
  Attempt Write(OpenTransaction& txn, LockingStatement& statement, const std::vector<Value>& args,
                bool beside);
  Attempt LockAndRead(OpenTransaction& txn, LockingStatement& statement,
                      const std::vector<Value>& args, bool beside);
  absl::Status LockGap(OpenTransaction& txn, const LockingStatement& statement,
                       const std::vector<Value>& args);
  bool ProbeFindsLock(OpenTransaction& txn, LockingStatement& statement,
                      const std::vector<Value>& args);
  Attempt Block(OpenTransaction& txn, size_t mark);
  Attempt Answered(OpenTransaction& txn, absl::StatusOr<Result> result);
  Attempt Fail(OpenTransaction& txn, absl::Status status);
  void Truncate(OpenTransaction& txn, size_t mark);
  void End(OpenTransaction& txn);
  void TellGranted();

  Connection& connection_;
  const Schema& schema_;
  WriteLog& log_;
  Disk& disk_;
  const LockRules rules_;
  Residency residency_;
  RowLocker locker_;
  CommitHistory history_;
  Nanos keep_for_ = 0;
  std::function<void(OpenTransaction&)> on_grant_;
  std::vector<std::unique_ptr<OpenTransaction>> open_;   // in the order of Begin
  std::vector<std::unique_ptr<OpenTransaction>> spare_;  // They keep their memory.
  std::vector<LockHolder*> granted_;
  uint64_t last_id_ = 0;

  // Of the statement that runs.
  OpenTransaction* running_ = nullptr;  // whose changes are locked and logged
  std::vector<RowChange>* probed_ = nullptr;
};

}  // namespace sim

#endif  // SIM_STORAGE_OPEN_TRANSACTIONS_H_
