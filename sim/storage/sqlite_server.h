// SqliteServer: the DatabaseServer over one SQLite connection on a disk.
//
// It adds sessions, tasks and time to OpenTransactions: a statement that meets a
// lock is a task that waits, work on the disk takes time, and what is committed
// is told to those who watch.

#ifndef SIM_STORAGE_SQLITE_SERVER_H_
#define SIM_STORAGE_SQLITE_SERVER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/storage/connection_pool.h"
#include "sim/storage/database_server.h"
#include "sim/storage/fact_recorder.h"
#include "sim/storage/open_transactions.h"
#include "sim/storage/schema_cache.h"
#include "sim/storage/write_log.h"

namespace sim {

class SqliteServer final : public DatabaseServer {
 public:
  SqliteServer(Simulation& simulation, Disk& disk, const Schema& schema, Options options,
               CommitSink* sink, PowerSite* site, ConnectionPool::Lease lease);

  // Ends what the last life left open: see DatabaseServer::Open.
  absl::Status Start(std::unique_ptr<CutCommit>& cut);

  const std::string& name() const override { return options_.name; }
  const std::vector<TableInfo>& tables() const override { return schema_.tables; }
  std::unique_ptr<CutCommit> TakeCut() override { return std::move(cut_); }
  void Settle() override { SettleCut().IgnoreError(); }
  sqlite3* connection() override;
  absl::StatusOr<Result> Peek(absl::string_view sql) override;
  uint64_t OpenSession(Peer peer) override;
  void Break(uint64_t session) override;
  std::vector<std::string> Waits() const override;

 private:
  struct Session {
    Peer peer;
    uint64_t breaks = 0;  // how often its connection was lost
  };
  // What is done again after each wait: a statement, or an undo.
  struct Work {
    LockingStatement* statement = nullptr;
    const std::vector<Value>* args = nullptr;
    const std::vector<RowChange>* undo = nullptr;
    bool asked = false;  // what goes wrong with it
    Nanos in_vain = 0;   // It waits so long for a lock that it does not get.
  };
  // Rolls back what a statement outside every transaction has left open.
  class Closing;
  class InVain;

  LockingStatement* Find(absl::string_view sql) override;
  Task<absl::StatusOr<Transaction>> Begin(uint64_t session, Isolation isolation,
                                          std::string xid) override;
  Task<absl::StatusOr<Result>> RunAlone(uint64_t session, KnownSql* sql,
                                        std::vector<Value> args) override;
  Task<absl::StatusOr<Result>> Run(uint64_t transaction, KnownSql* sql,
                                   std::vector<Value> args) override;
  Task<absl::Status> Commit(uint64_t transaction) override;
  void Rollback(uint64_t transaction) override;
  std::vector<RowChange> Changes(uint64_t transaction) const override;
  Task<absl::Status> Undo(uint64_t transaction, std::vector<RowChange> changes) override;
  Task<absl::Status> XaEnd(uint64_t transaction) override;
  Task<absl::Status> XaPrepare(uint64_t transaction) override;
  Task<absl::Status> XaFinish(uint64_t session, std::string xid, bool commit) override;
  Task<absl::StatusOr<std::vector<std::string>>> XaRecover(uint64_t session) override;

  OpenTransaction& Open(uint64_t session, Isolation isolation);
  Attempt Try(OpenTransaction& txn, Work& work);
  Choice AskFault(PlaceKind kind, uint64_t session);
  Task<Attempt> Wait(uint64_t transaction, Work work);
  absl::StatusOr<Result> ReadAlone(uint64_t session, LockingStatement& statement,
                                   const std::vector<Value>& args);
  void NoteCaller(OpenTransaction& txn, absl::string_view sql);
  void NoteStatement(OpenTransaction& txn, LockingStatement& statement, int64_t affected);
  absl::Status CommitNow(OpenTransaction& txn);
  absl::Status CommitChanges(OpenTransaction& txn, bool branch);
  absl::Status Abandon(OpenTransaction& txn, const absl::Status& why);
  absl::Status Unasked(OpenTransaction& txn);
  absl::Status SettleCut();
  absl::Status SettleCommit(std::unique_ptr<CutCommit>& cut);
  absl::Status SettlePrepare();
  absl::Status PrepareNow(OpenTransaction& txn);
  absl::Status EraseNow(OpenTransaction& txn);
  void RollbackNow(OpenTransaction& txn);

  absl::Status HasEnded(absl::string_view doing) const;
  absl::Status Broken(uint64_t session) const;
  absl::Status Down(absl::string_view doing, const Peer& peer) const;
  absl::Status Refused(const Peer& peer, const absl::Status& why) const;
  Nanos TakeTime();

  Simulation& simulation_;
  Disk& disk_;
  const Schema& schema_;
  const Options options_;
  PowerSite* const site_;
  ConnectionPool::Lease lease_;
  Connection* const connection_;
  WriteLog log_;
  FactRecorder recorder_;
  OpenTransactions transactions_;
  std::deque<Session> sessions_;  // They stay where they are.

  sim::Commit facts_;  // of the commit that is being made

  // What an error of the disk has cut, until it is known whether it happened.
  std::unique_ptr<CutCommit> cut_;  // a COMMIT,
  std::string cut_branch_;          // of this prepared branch, if of one
  std::string cut_prepare_;         // the XA PREPARE or XA ROLLBACK of this branch
};

}  // namespace sim

#endif  // SIM_STORAGE_SQLITE_SERVER_H_
