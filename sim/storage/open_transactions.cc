#include "sim/storage/open_transactions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sim/storage/wait_text.h"

namespace sim {
namespace {

std::vector<OpenTransaction*> AsTransactions(const std::vector<LockHolder*>& holders) {
  std::vector<OpenTransaction*> transactions;
  for (LockHolder* holder : holders) transactions.push_back(static_cast<OpenTransaction*>(holder));
  return transactions;
}

}  // namespace

OpenTransactions::OpenTransactions(Connection& connection, Disk& disk, const Schema& schema,
                                   WriteLog& log, LockRules rules)
    : connection_(connection),
      schema_(schema),
      log_(log),
      disk_(disk),
      rules_(rules),
      residency_(connection, disk, schema.tables.size()),
      locker_(rules.flaw) {}

OpenTransaction& OpenTransactions::Begin(Isolation isolation) {
  if (spare_.empty()) spare_.push_back(std::make_unique<OpenTransaction>());
  OpenTransaction& txn = *open_.emplace_back(std::move(spare_.back()));
  spare_.pop_back();
  txn.id = ++last_id_;
  txn.isolation = isolation;
  return txn;
}

OpenTransaction* OpenTransactions::Find(uint64_t id) const {
  for (const auto& txn : open_) {
    if (txn->id == id) return txn.get();
  }
  return nullptr;
}

void OpenTransactions::End(OpenTransaction& txn) {
  locker_.table().ReleaseAll(txn, granted_);
  const auto it = std::find_if(open_.begin(), open_.end(),
                               [&](const auto& open) { return open.get() == &txn; });
  std::unique_ptr<OpenTransaction> ended = std::move(*it);
  open_.erase(it);
  ended->stage = OpenTransaction::Stage::kActive;
  ended->begun = false;
  ended->poisoned = false;
  ended->in_vain = false;
  ended->snapshot.reset();
  ended->xid.clear();
  ended->writes.changes.clear();
  ended->statements.clear();
  spare_.push_back(std::move(ended));
  TellGranted();
}

void OpenTransactions::TellGranted() {
  for (LockHolder* holder : std::exchange(granted_, {})) {
    if (on_grant_) on_grant_(static_cast<OpenTransaction&>(*holder));
  }
}

// ---------------------------------------------------------------- reads

absl::StatusOr<Result> OpenTransactions::Read(LockingStatement& statement,
                                              const std::vector<Value>& args) {
  OpenTransaction nobody;
  absl::StatusOr<Result> result = ReadIn(nobody, statement, args);
  if (absl::IsUnavailable(result.status())) residency_.Park();
  return result;
}

absl::StatusOr<Result> OpenTransactions::ReadPast(LockingStatement& statement,
                                                  const std::vector<Value>& args, uint64_t as_of) {
  if (as_of >= history_.newest()) return Read(statement, args);
  return ReadWith(WriteSet(), statement, args, as_of);
}

absl::StatusOr<Result> OpenTransactions::ReadIn(OpenTransaction& txn, LockingStatement& statement,
                                                const std::vector<Value>& args) {
  if (txn.isolation == Isolation::kRepeatableRead) {
    if (!txn.snapshot) txn.snapshot = history_.newest();
    if (*txn.snapshot < history_.newest()) {
      return ReadWith(txn.writes, statement, args, *txn.snapshot);
    }
  }
  const bool beside = Beside(txn, statement, args) || rules_.flaw == LockFlaw::kOthersAreSeen;
  locker_.TakeConflict();  // A read that would meet a lock runs alone, and waits for nobody.
  if (absl::Status status = residency_.LetRead(txn.writes, !beside); !status.ok()) return status;
  return statement.statement().Run(args);
}

absl::StatusOr<Result> OpenTransactions::ReadWith(const WriteSet& own, LockingStatement& statement,
                                                  const std::vector<Value>& args, uint64_t as_of) {
  residency_.Park();
  const Disk::Aside aside(disk_);
  if (absl::Status begun = connection_.Begin(); !begun.ok()) return begun;
  // The present state, minus newer commits, plus the transaction's own rows.
  const std::vector<NetChange> mine = Fold(own.changes);
  const std::vector<RowChange> newer = Inverse(history_.After(as_of));
  std::vector<NetChange> rows;
  for (const NetChange& back : Fold(newer)) {
    const bool is_mine = std::any_of(
        mine.begin(), mine.end(), [&](const NetChange& change) { return change.row == back.row; });
    if (!is_mine) rows.push_back(back);
  }
  rows.insert(rows.end(), mine.begin(), mine.end());
  absl::StatusOr<Result> result = absl::FailedPreconditionError(
      "a row of the snapshot and one of the transaction's own share a unique value");
  const absl::Status applied = residency_.rows().Apply(rows);
  if (applied.ok()) {
    result = statement.statement().Run(args);
  } else if (!absl::IsAlreadyExists(applied)) {
    result = applied;
  }
  connection_.Rollback().IgnoreError();
  return result;
}

// ---------------------------------------------------------------- statements

// Whether nobody else's row can be in sight of the statement. If not because its
// key is locked, the conflict says so.
bool OpenTransactions::Beside(OpenTransaction& txn, LockingStatement& statement,
                              const std::vector<Value>& args) {
  if (statement.key() == nullptr) return rules_.beside && statement.beside();
  const uint64_t lock = statement.KeyLock(args);
  if (lock == 0) return false;
  if (locker_.table().HeldByOther(txn, lock)) {
    const std::optional<std::vector<Value>> value = statement.KeyValue(args);
    auto append = [](std::string* out, const Value& part) { out->append(ToText(part)); };
    return locker_.Meet(lock, *statement.table(), absl::StrJoin(*value, "/", append));
  }
  return rules_.beside && statement.beside();
}

Attempt OpenTransactions::Execute(OpenTransaction& txn, LockingStatement& statement,
                                  const std::vector<Value>& args) {
  locker_.TakeConflict();
  if (statement.reads()) return Answered(txn, ReadIn(txn, statement, args));
  const bool beside = Beside(txn, statement, args);
  if (locker_.conflict()) return Block(txn, txn.writes.changes.size());
  if (statement.shape().for_update) return LockAndRead(txn, statement, args, beside);
  return Write(txn, statement, args, beside);
}

Attempt OpenTransactions::LockAndRead(OpenTransaction& txn, LockingStatement& statement,
                                      const std::vector<Value>& args, bool beside) {
  if (absl::Status status = residency_.LetRead(txn.writes, !beside); !status.ok()) {
    return Answered(txn, status);
  }
  const absl::StatusOr<Result> rows = statement.locked_rows().Run(args);
  if (!rows.ok()) return Answered(txn, rows.status());
  for (const Row& row : *rows) {
    if (!locker_.LockRow(txn, *statement.table(), row.values())) {
      return Block(txn, txn.writes.changes.size());
    }
  }
  if (rows->empty() && txn.isolation == Isolation::kRepeatableRead) {
    absl::Status status = LockGap(txn, statement, args);
    if (!status.ok()) return Answered(txn, status);
  }
  return Answered(txn, statement.statement().Run(args));
}

absl::Status OpenTransactions::LockGap(OpenTransaction& txn, const LockingStatement& statement,
                                       const std::vector<Value>& args) {
  const std::optional<std::vector<Value>> value = statement.KeyValue(args);
  if (!value) return absl::OkStatus();
  const UniqueKey& key = *statement.key();
  LockTable::Gap gap;
  gap.index = key.seed;
  auto neighbour = [&](absl::string_view comparison, absl::string_view direction,
                       std::optional<std::vector<Value>>& edge) -> absl::Status {
    std::vector<std::string> columns, order;
    for (const UniqueKey::Part& part : key.parts) {
      const std::string& name = statement.table()->columns[static_cast<size_t>(part.column)];
      columns.push_back(absl::StrCat("\"", name, "\""));
      order.push_back(absl::StrCat("\"", name, "\"", direction));
    }
    const std::vector<std::string> marks(columns.size(), "?");
    Statement select(connection_.handle(),
                     absl::StrCat("SELECT * FROM \"", statement.table()->name, "\" WHERE (",
                                  absl::StrJoin(columns, ", "), ") ", comparison, " (",
                                  absl::StrJoin(marks, ", "), ") ORDER BY ",
                                  absl::StrJoin(order, ", "), " LIMIT 1"));
    const absl::StatusOr<Result> found = select.Run(*value);
    if (!found.ok()) return found.status();
    if (!found->empty()) edge = FoldedParts(key, (*found)[0].values());
    return absl::OkStatus();
  };
  if (absl::Status status = neighbour("<", " DESC", gap.low); !status.ok()) return status;
  if (absl::Status status = neighbour(">", "", gap.high); !status.ok()) return status;
  locker_.table().AddGap(txn, std::move(gap));
  return absl::OkStatus();
}

Attempt OpenTransactions::Write(OpenTransaction& txn, LockingStatement& statement,
                                const std::vector<Value>& args, bool beside) {
  txn.begun = true;
  if (absl::Status status = residency_.Reside(txn.writes, !beside); !status.ok()) {
    return Fail(txn, status);
  }
  const StatementShape& shape = statement.shape();
  const size_t mark = txn.writes.changes.size();
  if (shape.kind == ChangeKind::kInsert && rules_.flaw != LockFlaw::kIdsGivenTwice) {
    absl::Status raised = residency_.ids().Raise(*statement.table());
    if (!raised.ok()) return Fail(txn, raised);
  }
  // SQLite would pass over a row in the way without a word.
  if (shape.on_duplicate == OnDuplicate::kIgnore && ProbeFindsLock(txn, statement, args)) {
    return Block(txn, mark);
  }
  absl::StatusOr<Result> result;
  {
    running_ = &txn;
    const WriteLog::Listening listening(log_, *this);
    result = statement.statement().Run(args);
  }
  if (locker_.conflict()) return Block(txn, mark);
  if (!result.ok()) {
    txn.writes.changes.resize(mark);  // SQLite has undone the statement itself.
    if (absl::IsAlreadyExists(result.status()) && ProbeFindsLock(txn, statement, args)) {
      return Block(txn, mark);
    }
    return Fail(txn, result.status());
  }
  for (size_t i = mark; i < txn.writes.changes.size(); ++i) {
    residency_.ids().Made(txn.writes.changes[i]);
  }
  return Attempt(std::move(result));
}

void OpenTransactions::OnChange(RowChange change) {
  if (probed_ != nullptr) {
    probed_->push_back(std::move(change));
    return;
  }
  if (!locker_.conflict()) locker_.Lock(*running_, change);
  change.statement = static_cast<int>(running_->statements.size());
  running_->writes.changes.push_back(std::move(change));
}

// A duplicate may be a row that another has inserted, or still one that another
// has deleted or moved. SQLite does not say whose key it is; OR REPLACE shows it.
bool OpenTransactions::ProbeFindsLock(OpenTransaction& txn, LockingStatement& statement,
                                      const std::vector<Value>& args) {
  if (locker_.table().Alone(txn) || rules_.flaw == LockFlaw::kNoProbe) return false;
  Statement* probe = statement.probe();
  if (probe == nullptr || !connection_.in_transaction()) return false;
  const Disk::Aside aside(disk_);
  std::vector<RowChange> probed;
  if (!connection_.Savepoint().ok()) return false;
  {
    probed_ = &probed;
    const WriteLog::Listening listening(log_, *this);
    probe->Run(args).IgnoreError();
    probed_ = nullptr;
  }
  connection_.RollbackToSavepoint().IgnoreError();
  const bool all = statement.shape().on_duplicate == OnDuplicate::kIgnore;
  if (!locker_.LockIsInTheWay(txn, probed, all)) return false;
  for (const RowChange& change : probed) residency_.ids().Expect(change);
  return true;
}

Attempt OpenTransactions::Block(OpenTransaction& txn, size_t mark) {
  Truncate(txn, mark);
  Conflict conflict = locker_.TakeConflict();
  txn.waits_for = std::move(conflict.row);
  if (conflict.gap_of != nullptr) {
    locker_.table().WaitForGap(txn, *conflict.gap_of);
  } else {
    locker_.table().Wait(txn, conflict.lock);
  }
  if (rules_.flaw == LockFlaw::kNoDeadlockDetection) return Attempt::Blocked();
  const std::vector<OpenTransaction*> circle = AsTransactions(locker_.table().Circle(txn));
  if (circle.empty()) return Attempt::Blocked();
  // The victim is who closes the circle.
  Attempt attempt(absl::AbortedError(DeadlockText(circle)));
  Rollback(txn);
  attempt.rolled_back = true;
  return attempt;
}

// What SQLite has done of a statement that meets a lock goes with everything else;
// the write sets bring back the rest.
void OpenTransactions::Truncate(OpenTransaction& txn, size_t mark) {
  if (txn.writes.changes.size() == mark || rules_.flaw == LockFlaw::kPartialEffectKept) return;
  // The ids that it was given are locked, so nobody else may be given them.
  for (size_t i = mark; i < txn.writes.changes.size(); ++i) {
    residency_.ids().Expect(txn.writes.changes[i]);
  }
  residency_.Park();
  txn.writes.changes.resize(mark);
}

Attempt OpenTransactions::Answered(OpenTransaction& txn, absl::StatusOr<Result> result) {
  if (absl::IsUnavailable(result.status())) return Fail(txn, result.status());
  return Attempt(std::move(result));
}

Attempt OpenTransactions::Fail(OpenTransaction& txn, absl::Status status) {
  Attempt attempt(status);
  if (absl::IsUnavailable(status) || !connection_.in_transaction()) {
    // The disk does not answer: SQLite may have given up its transaction, we always do.
    residency_.Park();
    Rollback(txn);
    attempt.rolled_back = true;
    return attempt;
  }
  txn.poisoned |= rules_.duplicates_poison && absl::IsAlreadyExists(status);
  return attempt;
}

std::vector<OpenTransaction*> OpenTransactions::WaitsFor(const OpenTransaction& txn) const {
  return AsTransactions(locker_.table().WaitsFor(txn));
}

void OpenTransactions::StopWaiting(OpenTransaction& txn) { locker_.table().StopWaiting(txn); }

void OpenTransactions::GiveBack(OpenTransaction& txn, uint64_t lock) {
  locker_.table().Release(txn, lock, granted_);
  TellGranted();
}

Attempt OpenTransactions::Undo(OpenTransaction& txn, const std::vector<RowChange>& changes) {
  locker_.TakeConflict();
  std::vector<RowChange> inverse = Inverse(changes);
  for (const RowChange& change : inverse) {
    if (!locker_.Lock(txn, change)) return Block(txn, txn.writes.changes.size());
  }
  txn.begun = true;
  if (absl::Status status = residency_.Reside(txn.writes, /*alone=*/true); !status.ok()) {
    return Fail(txn, status);
  }
  for (const RowChange& change : inverse) {
    const absl::StatusOr<std::vector<Value>> row =
        residency_.rows().Find(*change.table, change.row());
    if (!row.ok()) return Fail(txn, row.status());
    if (*row == change.old_row) continue;
    return Attempt(absl::NotFoundError(
        absl::StrCat("dirty write: ", change.table->name, " ", change.Key(),
                     " is not as the changes that are to be undone have left it")));
  }
  const std::vector<NetChange> net = Fold(inverse);
  if (absl::Status status = residency_.rows().Apply(net); !status.ok()) {
    residency_.Park();  // A part of it may have been done.
    return Answered(txn, status);
  }
  for (RowChange& change : inverse) {
    change.statement = static_cast<int>(txn.statements.size());
    StatementText undo;
    undo.sql = absl::StrCat("undo in ", change.table->name);
    undo.table = change.table->name;
    undo.kind = change.kind;
    undo.compared = change.table->columns;  // with the row as it was left
    txn.statements.push_back({std::make_shared<const StatementText>(std::move(undo)), 1});
    txn.writes.changes.push_back(std::move(change));
  }
  return Attempt(Result({}, static_cast<int64_t>(net.size()), 0));
}

}  // namespace sim
