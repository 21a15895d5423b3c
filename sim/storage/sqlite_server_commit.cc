// How transactions and branches end on a SqliteServer.

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/task_scope.h"
#include "sim/core/waiter.h"
#include "sim/storage/lock_wait.h"
#include "sim/storage/sqlite_server.h"

namespace sim {

Task<absl::Status> SqliteServer::Commit(uint64_t transaction) {
  OpenTransaction* txn = transactions_.Find(transaction);
  if (txn == nullptr || txn->stage == OpenTransaction::Stage::kPrepared)
    co_return HasEnded("COMMIT");
  const uint64_t session = txn->caller.session;
  const uint64_t breaks = sessions_[session].breaks;
  absl::Status status = CommitNow(*txn);
  co_await Sleeper(simulation_, TakeTime());
  if (sessions_[session].breaks != breaks && status.ok()) {
    co_return absl::UnknownError(Broken(session).message());
  }
  co_return status;
}

absl::Status SqliteServer::CommitNow(OpenTransaction& txn) {
  if (txn.poisoned) {
    RollbackNow(txn);
    return absl::AbortedError("a duplicate key had poisoned the transaction: rolled back");
  }
  if (!txn.begun) {  // It has only read.
    transactions_.Rollback(txn);
    return absl::OkStatus();
  }
  return CommitChanges(txn, /*branch=*/false);
}

// COMMIT of a transaction or of a prepared branch, and what it publishes.
absl::Status SqliteServer::CommitChanges(OpenTransaction& txn, bool branch) {
  const Peer& peer = sessions_[txn.caller.session].peer;
  absl::Status ready = SettleCut();
  if (ready.ok()) ready = transactions_.BeforeCommit(txn);
  if (ready.ok() && branch) ready = transactions_.EraseBranch(txn);
  facts_.node = branch ? txn.caller.node : peer.node;
  facts_.cause = simulation_.cause();
  facts_.delivery = simulation_.root() == nullptr ? 0 : simulation_.root()->delivery;
  facts_.at = simulation_.now();
  facts_.changes = std::move(txn.writes.changes);
  facts_.statements = std::move(txn.statements);
  const bool changed = !facts_.changes.empty();
  if (changed && site_ != nullptr && ready.ok()) {
    // The death of who prepared a branch does not keep another from committing it.
    const bool asked = site_->BeforeCommit(facts_) || facts_.node != peer.node;
    if (!asked) return Unasked(txn);
  }
  if (disk_.frozen()) return Abandon(txn, absl::UnknownError("the power was cut before COMMIT"));
  if (!ready.ok()) return Abandon(txn, ready);

  // Whatever COMMIT answers: from here on it may have happened.
  if (changed && simulation_.root() != nullptr) simulation_.root()->had_effect = true;
  const absl::Status committed = connection_->Commit();
  if (!committed.ok()) {
    if (absl::IsUnavailable(committed)) return Abandon(txn, committed);
    // Nobody knows how far COMMIT has come, until the database can be read again.
    cut_ = std::make_unique<CutCommit>(CutCommit{facts_});
    cut_branch_ = branch ? txn.xid : "";
    const absl::Status unknown = Abandon(txn, committed);
    Settle();
    return unknown;
  }
  recorder_.Publish(peer.node_number, facts_);
  if (changed && site_ != nullptr) site_->AfterCommit(facts_);
  txn.writes.changes = std::move(facts_.changes);
  transactions_.Committed(txn, simulation_.now());
  return absl::OkStatus();
}

// Its client died before it could ask: `txn` stays as it was, until the server notices.
absl::Status SqliteServer::Unasked(OpenTransaction& txn) {
  txn.writes.changes = std::move(facts_.changes);
  txn.statements = std::move(facts_.statements);
  if (txn.stage == OpenTransaction::Stage::kPrepared) transactions_.Park();
  return absl::CancelledError(absl::StrCat("nobody asks for COMMIT on ", options_.name));
}

absl::Status SqliteServer::Abandon(OpenTransaction& txn, const absl::Status& why) {
  txn.writes.changes = std::move(facts_.changes);
  txn.statements = std::move(facts_.statements);
  facts_.changes.clear();
  facts_.statements.clear();
  if (txn.stage == OpenTransaction::Stage::kPrepared) {
    transactions_.Park();  // Its row is still there, and so are its locks.
  } else {
    transactions_.Rollback(txn);
  }
  return absl::Status(why.code(), absl::StrCat("COMMIT on ", options_.name, ": ", why.message()));
}

// Finds out what an error of the disk has cut. It stays as it is, and nothing can
// be done, while the database cannot be read.
absl::Status SqliteServer::SettleCut() {
  if (disk_.frozen()) return absl::OkStatus();
  if (absl::Status settled = SettleCommit(cut_); !settled.ok()) return settled;
  return cut_prepare_.empty() ? absl::OkStatus() : SettlePrepare();
}

absl::Status SqliteServer::SettleCommit(std::unique_ptr<CutCommit>& cut) {
  if (cut == nullptr) return absl::OkStatus();
  transactions_.Park();
  const absl::StatusOr<bool> happened = Happened(connection_->rows(), cut->commit);
  if (!happened.ok()) return happened.status();
  const Simulation::Running cause(simulation_, simulation_.root(), cut->commit.cause);
  recorder_.Settled(*happened);
  sim::Commit& commit = cut->commit;
  commit.late = simulation_.now() - commit.at;
  if (*happened) {
    recorder_.Publish(options_.node_number, commit);
    transactions_.FoundCommitted(commit.changes, simulation_.now());
    OpenTransaction* branch = transactions_.FindBranch(std::exchange(cut_branch_, ""));
    if (branch != nullptr) transactions_.Rollback(*branch);  // It is gone.
  }
  cut.reset();
  return absl::OkStatus();
}

// A branch counts as prepared until it is known that it is not, or not any more.
absl::Status SqliteServer::SettlePrepare() {
  const absl::StatusOr<bool> prepared = transactions_.HasBranch(cut_prepare_);
  if (!prepared.ok()) return prepared.status();
  OpenTransaction* txn = transactions_.FindBranch(std::exchange(cut_prepare_, ""));
  if (!*prepared) RollbackNow(*txn);
  return absl::OkStatus();
}

void SqliteServer::Rollback(uint64_t transaction) {
  OpenTransaction* txn = transactions_.Find(transaction);
  if (txn == nullptr || txn->stage == OpenTransaction::Stage::kPrepared) return;
  RollbackNow(*txn);
}

void SqliteServer::RollbackNow(OpenTransaction& txn) {
  LockWait* const waiter = txn.waiter;
  txn.waiter = nullptr;
  const bool tell = txn.begun && !disk_.frozen();  // The dead leave no records.
  const uint16_t node = sessions_[txn.caller.session].peer.node_number;
  transactions_.Rollback(txn);
  if (tell) recorder_.Rollback(node);
  if (waiter != nullptr) waiter->Leave();
}

// ---------------------------------------------------------------- XA

Task<absl::Status> SqliteServer::XaEnd(uint64_t transaction) {
  OpenTransaction* txn = transactions_.Find(transaction);
  if (txn == nullptr || txn->stage != OpenTransaction::Stage::kActive || txn->xid.empty()) {
    co_return HasEnded("XA END");
  }
  txn->stage = OpenTransaction::Stage::kEnded;
  co_await Sleeper(simulation_, TakeTime());
  co_return absl::OkStatus();
}

Task<absl::Status> SqliteServer::XaPrepare(uint64_t transaction) {
  OpenTransaction* txn = transactions_.Find(transaction);
  if (txn == nullptr || txn->stage == OpenTransaction::Stage::kPrepared)
    co_return HasEnded("XA PREPARE");
  if (txn->stage != OpenTransaction::Stage::kEnded) {
    co_return absl::FailedPreconditionError("XA END comes before XA PREPARE");
  }
  const uint64_t session = txn->caller.session;
  const uint64_t breaks = sessions_[session].breaks;
  absl::Status status = PrepareNow(*txn);
  co_await Sleeper(simulation_, TakeTime());
  if (sessions_[session].breaks != breaks && status.ok()) {
    co_return absl::UnknownError(Broken(session).message());
  }
  co_return status;
}

absl::Status SqliteServer::PrepareNow(OpenTransaction& txn) {
  if (txn.poisoned) {
    RollbackNow(txn);
    return absl::AbortedError("a duplicate key had poisoned the transaction: rolled back");
  }
  txn.begun = true;
  if (simulation_.root() != nullptr) simulation_.root()->had_effect = true;
  absl::Status status = SettleCut();
  if (status.ok()) status = transactions_.WriteBranch(txn);
  if (status.ok()) status = connection_->Commit();
  if (status.ok()) {
    transactions_.Prepared(txn);
    return absl::OkStatus();
  }
  transactions_.Park();
  if (absl::IsUnknown(status)) {
    cut_prepare_ = txn.xid;
    transactions_.Prepared(txn);
    Settle();
  } else {
    RollbackNow(txn);
  }
  return absl::Status(status.code(),
                      absl::StrCat("XA PREPARE on ", options_.name, ": ", status.message()));
}

Task<absl::Status> SqliteServer::XaFinish(uint64_t session, std::string xid, bool commit) {
  if (disk_.frozen()) co_return Down(absl::StrCat("XA of ", xid), sessions_[session].peer);
  if (sessions_[session].peer.replica) {
    co_return absl::FailedPreconditionError("a replica can only be read");
  }
  if (absl::Status settled = SettleCut(); !settled.ok()) co_return settled;
  OpenTransaction* txn = transactions_.FindBranch(xid);
  if (txn == nullptr || txn->stage != OpenTransaction::Stage::kPrepared) {
    co_return absl::NotFoundError(absl::StrCat("there is no prepared branch ", xid));
  }
  const uint64_t breaks = sessions_[session].breaks;
  absl::Status status;
  if (commit) {
    status = CommitChanges(*txn, /*branch=*/true);
  } else {
    status = EraseNow(*txn);
  }
  co_await Sleeper(simulation_, TakeTime());
  if (sessions_[session].breaks != breaks && status.ok()) {
    co_return absl::UnknownError(Broken(session).message());
  }
  co_return status;
}

// XA ROLLBACK: the branch leaves its row and its locks.
absl::Status SqliteServer::EraseNow(OpenTransaction& txn) {
  transactions_.Park();
  if (simulation_.root() != nullptr) simulation_.root()->had_effect = true;
  absl::Status status = connection_->Begin();
  if (status.ok()) status = transactions_.EraseBranch(txn);
  if (status.ok()) status = connection_->Commit();
  if (!status.ok()) {
    transactions_.Park();  // The branch stays, with its locks: it can be rolled back again,
    if (absl::IsUnknown(status)) {
      cut_prepare_ = txn.xid;  // unless it turns out to be gone.
      Settle();
    }
    return absl::Status(status.code(),
                        absl::StrCat("XA ROLLBACK on ", options_.name, ": ", status.message()));
  }
  RollbackNow(txn);
  return absl::OkStatus();
}

Task<absl::StatusOr<std::vector<std::string>>> SqliteServer::XaRecover(uint64_t session) {
  if (disk_.frozen()) co_return Down("XA RECOVER", sessions_[session].peer);
  if (sessions_[session].peer.replica) {
    co_return absl::FailedPreconditionError("a replica can only be read");
  }
  if (absl::Status settled = SettleCut(); !settled.ok()) co_return settled;
  std::vector<std::string> names;
  for (const auto& txn : transactions_.all()) {
    if (txn->stage == OpenTransaction::Stage::kPrepared) names.push_back(txn->xid);
  }
  std::stable_sort(names.begin(), names.end());
  co_await Sleeper(simulation_, TakeTime());
  co_return names;
}

}  // namespace sim
