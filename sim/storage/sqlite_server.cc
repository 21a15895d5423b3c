#include "sim/storage/sqlite_server.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "sim/core/check.h"
#include "sim/core/task_scope.h"
#include "sim/core/waiter.h"
#include "sim/storage/lock_wait.h"
#include "sim/storage/wait_text.h"

namespace sim {
namespace {

constexpr Nanos kLockTimeout = Seconds(50);

// What a statement costs besides its disk work. It is never nothing, so that the
// answer is always a suspension point.
constexpr Nanos kStatementTime = Micros(20);

}  // namespace

class SqliteServer::Closing {
 public:
  Closing(SqliteServer& server, uint64_t transaction)
      : server_(server), transaction_(transaction) {}
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;
  ~Closing() { server_.Rollback(transaction_); }

 private:
  SqliteServer& server_;
  const uint64_t transaction_;
};

// While it lives, a transaction waits for a lock that a fault keeps from it.
class SqliteServer::InVain {
 public:
  InVain(SqliteServer& server, uint64_t transaction, const Work& work)
      : transactions_(server.transactions_), transaction_(transaction) {
    OpenTransaction& txn = *transactions_.Find(transaction_);
    txn.in_vain = true;
    txn.waits_since = server.simulation_.now();
    if (work.undo == nullptr) {
      txn.waits_for = work.statement->Target(*work.args);
    } else if (!work.undo->empty()) {
      const RowChange& first = work.undo->back();  // The last comes first.
      txn.waits_for = absl::StrCat(first.table->name, " ", first.Key());
    } else {
      txn.waits_for = "nothing";
    }
  }
  InVain(const InVain&) = delete;
  InVain& operator=(const InVain&) = delete;
  ~InVain() {
    if (OpenTransaction* txn = transactions_.Find(transaction_)) txn->in_vain = false;
  }

 private:
  const OpenTransactions& transactions_;
  const uint64_t transaction_;
};

SqliteServer::SqliteServer(Simulation& simulation, Disk& disk, const Schema& schema,
                           Options options, CommitSink* sink, PowerSite* site,
                           ConnectionPool::Lease lease)
    : simulation_(simulation),
      disk_(disk),
      schema_(schema),
      options_(std::move(options)),
      site_(site),
      lease_(std::move(lease)),
      connection_(&lease_.connection()),
      log_(connection_->handle(), schema_.tables),
      recorder_(simulation, schema, options_.name, options_.node_number, sink),
      transactions_(*connection_, disk, schema, log_, options_.rules) {
  facts_.database = options_.name;
  transactions_.KeepCommits(options_.longest_replica_lag);
  Peer host;
  host.node = options_.node;
  host.node_number = options_.node_number;
  OpenSession(std::move(host));
  transactions_.set_on_grant([](OpenTransaction& txn) {
    if (txn.waiter != nullptr) txn.waiter->Grant();
  });
}

absl::Status SqliteServer::Start(std::unique_ptr<CutCommit>& cut) {
  if (absl::Status status = connection_->Start(); !status.ok()) return status;
  if (cut != nullptr) cut->commit.found_at_reopen = true;
  if (absl::Status settled = SettleCommit(cut); !settled.ok()) return settled;
  return transactions_.RecoverBranches();
}

sqlite3* SqliteServer::connection() {
  transactions_.Park();
  return connection_->handle();
}

absl::StatusOr<Result> SqliteServer::Peek(absl::string_view sql) {
  LockingStatement* statement = Find(sql);
  if (statement->status().ok() && !statement->reads()) {
    return absl::InvalidArgumentError(absl::StrCat("a check may only read: ", sql));
  }
  transactions_.Park();
  return statement->statement().Run({});
}

uint64_t SqliteServer::OpenSession(Peer peer) {
  sessions_.push_back({std::move(peer), 0});
  return sessions_.size() - 1;
}

void SqliteServer::Break(uint64_t session) {
  ++sessions_[session].breaks;
  std::vector<uint64_t> open;
  for (const auto& txn : transactions_.all()) {
    const bool lives_on = txn->stage == OpenTransaction::Stage::kPrepared;
    if (txn->caller.session == session && !lives_on) open.push_back(txn->id);
  }
  for (const uint64_t id : open) Rollback(id);
}

std::vector<std::string> SqliteServer::Waits() const {
  std::vector<std::string> lines;
  for (const auto& txn : transactions_.all()) {
    if (txn->waiting() || txn->in_vain)
      lines.push_back(WaitText(*txn, transactions_.WaitsFor(*txn)));
  }
  return lines;
}

LockingStatement* SqliteServer::Find(absl::string_view sql) {
  LockingStatement* const statement = lease_.Find(sql, schema_.tables);
  simulation_.trace().Name(HashedText(statement->statement().sql(), statement->statement().name()));
  return statement;
}

OpenTransaction& SqliteServer::Open(uint64_t session, Isolation isolation) {
  OpenTransaction& txn = transactions_.Begin(isolation);
  txn.caller.session = session;
  txn.caller.node = sessions_[session].peer.node;
  txn.began_at = simulation_.now();
  NoteCaller(txn, "");
  return txn;
}

Task<absl::StatusOr<Transaction>> SqliteServer::Begin(uint64_t session, Isolation isolation,
                                                      std::string xid) {
  const Peer& peer = sessions_[session].peer;
  if (disk_.frozen()) co_return Down("BEGIN", peer);
  if (peer.replica) co_return absl::FailedPreconditionError("a replica can only be read");
  if (transactions_.FindBranch(xid) != nullptr) {
    co_return absl::AlreadyExistsError(absl::StrCat("there is a branch ", xid));
  }
  OpenTransaction& txn = Open(session, isolation);
  txn.xid = std::move(xid);
  co_return MakeTransaction(this, txn.id);
}

// ---------------------------------------------------------------- statements

Task<absl::StatusOr<Result>> SqliteServer::RunAlone(uint64_t session, KnownSql* sql,
                                                    std::vector<Value> args) {
  LockingStatement* const statement = static_cast<LockingStatement*>(sql);
  if (!statement->status().ok()) co_return Refused(sessions_[session].peer, statement->status());
  const uint64_t breaks = sessions_[session].breaks;
  absl::StatusOr<Result> result;
  if (statement->reads() || sessions_[session].peer.replica) {
    result = ReadAlone(session, *statement, args);
    co_await Sleeper(simulation_, TakeTime());
    if (sessions_[session].breaks != breaks) co_return Broken(session);
    co_return result;
  }
  const uint64_t id = Open(session, Isolation::kReadCommitted).id;
  const Closing closing(*this, id);
  Work work;
  work.statement = statement;
  work.args = &args;
  Attempt attempt = Try(*transactions_.Find(id), work);
  if (attempt.blocked) attempt = co_await Wait(id, work);
  result = std::move(attempt.result);
  bool committed = false;
  if (result.ok()) {
    committed = statement->shape().writes;
    if (absl::Status done = CommitNow(*transactions_.Find(id)); !done.ok()) result = done;
  } else {
    Rollback(id);
  }
  co_await Sleeper(simulation_, TakeTime());
  if (sessions_[session].breaks != breaks) {
    if (committed) co_return absl::UnknownError(Broken(session).message());
    co_return Broken(session);
  }
  co_return result;
}

Task<absl::StatusOr<Result>> SqliteServer::Run(uint64_t transaction, KnownSql* sql,
                                               std::vector<Value> args) {
  LockingStatement* const statement = static_cast<LockingStatement*>(sql);
  OpenTransaction* txn = transactions_.Find(transaction);
  if (txn == nullptr) co_return HasEnded(statement->statement().sql());
  const uint64_t session = txn->caller.session;
  if (!statement->status().ok()) co_return Refused(sessions_[session].peer, statement->status());
  const uint64_t breaks = sessions_[session].breaks;
  Work work;
  work.statement = statement;
  work.args = &args;
  Attempt attempt = Try(*txn, work);
  if (attempt.blocked) attempt = co_await Wait(transaction, work);
  co_await Sleeper(simulation_, TakeTime());
  if (sessions_[session].breaks != breaks) co_return Broken(session);
  co_return std::move(attempt.result);
}

Task<absl::Status> SqliteServer::Undo(uint64_t transaction, std::vector<RowChange> changes) {
  OpenTransaction* txn = transactions_.Find(transaction);
  if (txn == nullptr) co_return HasEnded("undo");
  const uint64_t session = txn->caller.session;
  const uint64_t breaks = sessions_[session].breaks;
  Work work;
  work.undo = &changes;
  Attempt attempt = Try(*txn, work);
  if (attempt.blocked) attempt = co_await Wait(transaction, work);
  co_await Sleeper(simulation_, TakeTime());
  if (sessions_[session].breaks != breaks) co_return Broken(session);
  co_return attempt.result.status();
}

// Does `work` now, or as much of it as gives the reason why not.
Attempt SqliteServer::Try(OpenTransaction& txn, Work& work) {
  const absl::string_view sql =
      work.statement != nullptr ? work.statement->statement().sql() : absl::string_view("undo");
  if (disk_.frozen()) return Attempt(Down(sql, sessions_[txn.caller.session].peer));
  if (txn.stage != OpenTransaction::Stage::kActive) return Attempt(HasEnded(sql));
  if (txn.poisoned) {
    return Attempt(absl::FailedPreconditionError(
        absl::StrCat("a duplicate key has poisoned the transaction, roll it back: ", sql)));
  }
  NoteCaller(txn, sql);
  const uint16_t node = sessions_[txn.caller.session].peer.node_number;
  const bool begins = txn.begun || work.statement == nullptr || work.statement->shape().writes;
  const bool locks = work.statement == nullptr || !work.statement->reads();
  const size_t runs = txn.statements.size();
  Attempt attempt;
  Choice fault;
  if (absl::Status settled = SettleCut(); !settled.ok()) {
    attempt.result = settled;
    transactions_.Rollback(txn);
    attempt.rolled_back = true;
  } else if (!std::exchange(work.asked, true) && locks &&
             (fault = AskFault(PlaceKind::kLock, txn.caller.session))) {
    if (fault.kind == ChoiceKind::kLockTimeout) {
      work.in_vain = fault.amount;
      return Attempt::Blocked();
    }
    attempt.result = absl::AbortedError(VictimText(txn));
    transactions_.Rollback(txn);
    attempt.rolled_back = true;
  } else if (work.undo != nullptr) {
    attempt = transactions_.Undo(txn, *work.undo);
  } else {
    attempt = transactions_.Execute(txn, *work.statement, *work.args);
  }
  if (attempt.rolled_back) {
    if (begins && !disk_.frozen()) recorder_.Rollback(node);
    return attempt;
  }
  if (attempt.blocked) {
    for (const OpenTransaction* other : transactions_.WaitsFor(txn)) {
      if (other->caller.root == 0 || other->caller.root != txn.caller.root) continue;
      transactions_.StopWaiting(txn);
      return Attempt(absl::FailedPreconditionError(
          absl::StrCat("this task holds the lock on ", txn.waits_for,
                       " in an open transaction and would wait for itself; execute within the "
                       "transaction, or commit it first; ",
                       WhoText(txn), ": ", sql)));
    }
    return attempt;
  }
  if (!attempt.result.ok()) return attempt;
  if (work.statement == nullptr) {
    for (size_t i = runs; i < txn.statements.size(); ++i) {
      recorder_.Statement(node, simulation_.trace().Name(txn.statements[i].text->sql), 1);
    }
  } else if (work.statement->shape().writes) {
    NoteStatement(txn, *work.statement, attempt.result->affected());
  }
  return attempt;
}

Choice SqliteServer::AskFault(PlaceKind kind, uint64_t session) {
  return site_ == nullptr ? Choice() : site_->BeforeStatement(kind, sessions_[session].peer.node);
}

Task<Attempt> SqliteServer::Wait(uint64_t transaction, Work work) {
  if (work.in_vain > 0) {
    const InVain wait(*this, transaction, work);
    co_await Sleeper(simulation_, work.in_vain);
    const OpenTransaction* txn = transactions_.Find(transaction);
    if (txn == nullptr) co_return Attempt(HasEnded("lock wait"));
    co_return Attempt(absl::DeadlineExceededError(
        absl::StrCat("waited ", absl::FormatDuration(FromNanos(work.in_vain)), ": ",
                     WaitText(*txn, /*ahead=*/{}))));
  }
  for (;;) {
    LockWait wait(simulation_, transactions_, *transactions_.Find(transaction), kLockTimeout);
    const LockWait::End end = co_await wait;
    if (end == LockWait::End::kGone) co_return Attempt(HasEnded("lock wait"));
    if (end == LockWait::End::kTooLate) {
      co_return Attempt(absl::DeadlineExceededError(
          absl::StrCat("waited ", kLockTimeout / Seconds(1), " s: ", wait.text())));
    }
    Attempt attempt = Try(*transactions_.Find(transaction), work);
    if (!attempt.blocked) co_return attempt;
  }
}

absl::StatusOr<Result> SqliteServer::ReadAlone(uint64_t session, LockingStatement& statement,
                                               const std::vector<Value>& args) {
  const Peer& peer = sessions_[session].peer;
  if (disk_.frozen()) return Down(statement.statement().sql(), peer);
  if (absl::Status settled = SettleCut(); !settled.ok()) return settled;
  if (!statement.reads()) {
    return absl::FailedPreconditionError(
        absl::StrCat("a replica can only be read: ", statement.statement().sql()));
  }
  if (!peer.replica) return transactions_.Read(statement, args);
  const Choice fault = AskFault(PlaceKind::kReplica, session);
  const uint64_t as_of = transactions_.history().NewestAt(simulation_.now() - fault.amount);
  return transactions_.ReadPast(statement, args, as_of);
}

void SqliteServer::NoteCaller(OpenTransaction& txn, absl::string_view sql) {
  const Root* root = simulation_.root();
  uint64_t serial = 0;
  if (root != nullptr) serial = root->works_for != 0 ? root->works_for : root->serial;
  txn.caller.sql.assign(sql.data(), sql.size());
  if (serial != 0 && txn.caller.root == serial) return;
  txn.caller.root = serial;
  if (root == nullptr) {
    txn.caller.task.clear();
  } else {
    txn.caller.task.assign(root->name);
    if (!root->key.empty()) absl::StrAppend(&txn.caller.task, " ", root->key);
  }
}

void SqliteServer::NoteStatement(OpenTransaction& txn, LockingStatement& statement,
                                 int64_t affected) {
  txn.statements.push_back({statement.text(), affected});
  recorder_.Statement(sessions_[txn.caller.session].peer.node_number, statement.statement().name(),
                      affected);
}

std::vector<RowChange> SqliteServer::Changes(uint64_t transaction) const {
  const OpenTransaction* txn = transactions_.Find(transaction);
  return txn == nullptr ? std::vector<RowChange>() : txn->writes.changes;
}

absl::Status SqliteServer::HasEnded(absl::string_view doing) const {
  const Root* root = simulation_.root();
  return absl::FailedPreconditionError(
      absl::StrCat("the transaction on ", options_.name, " has ended; ",
                   root == nullptr ? "" : absl::StrCat(root->Title(), ": "), doing));
}

// A statement that cannot be run, told with the name of who tried.
absl::Status SqliteServer::Refused(const Peer& peer, const absl::Status& why) const {
  const Root* root = simulation_.root();
  return absl::Status(why.code(), absl::StrCat(peer.node, root == nullptr ? "" : " ",
                                               root == nullptr ? "" : root->Title(), " on ",
                                               options_.name, ": ", why.message()));
}

absl::Status SqliteServer::Broken(uint64_t session) const {
  return absl::UnavailableError(absl::StrCat("the connection of ", sessions_[session].peer.node,
                                             " with ", options_.name, " broke"));
}

absl::Status SqliteServer::Down(absl::string_view doing, const Peer& peer) const {
  const Root* root = simulation_.root();
  return absl::UnavailableError(absl::StrCat(
      "database ", options_.name, " is down, the power of its disk is off; ", peer.node,
      root == nullptr ? "" : " ", root == nullptr ? "" : root->Title(), ": ", doing));
}

Nanos SqliteServer::TakeTime() { return kStatementTime + disk_.TakeCost(); }

}  // namespace sim
