// RemoteSession: a node's connection to a database server that it shares.
//
// Every statement costs a way there and a way back. The session connects when it is
// first used, and again after its connection broke; a transaction does not survive
// that. Through a partition things are late, or the connection breaks
// (sim/world/shared_database.h). What a break means for the caller:
//   UNKNOWN      COMMIT, XA PREPARE, or a statement that writes in a transaction of its own, was
//                on its way
//   UNAVAILABLE  anything else, also that it could not connect: nothing was committed,
//                and the transaction is gone

#ifndef SIM_WORLD_REMOTE_SESSION_H_
#define SIM_WORLD_REMOTE_SESSION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/storage/database.h"
#include "sim/storage/session_host.h"
#include "sim/world/shared_database.h"

namespace sim {

class RemoteSession final : public SessionHost {
 public:
  // Of `client`, with the server or its replica; both outlive this.
  RemoteSession(const Machine& client, SharedDatabase& server, bool replica);
  ~RemoteSession() override;

  const std::vector<TableInfo>& tables() const override { return server_.tables(); }

 private:
  class Text;
  class Call;
  class Beginning;
  struct Open {
    uint64_t connection;
    bool wrote = false;
  };

  KnownSql* Find(absl::string_view sql) override;
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

  Task<> Connect();
  Task<SqlAnswer> Ask(uint64_t connection, SqlRequest request);
  Task<SqlAnswer> AskIn(uint64_t transaction, SqlRequest request);
  Task<absl::Status> End(uint64_t transaction, SqlRequest request);
  absl::Status Lost(absl::string_view doing, bool perhaps_done = false) const;
  absl::Status HasEnded(absl::string_view doing) const;

  const Machine& client_;
  SharedDatabase& server_;
  const bool replica_;
  Simulation& simulation_;
  std::map<std::string, std::unique_ptr<Text>> texts_;
  uint64_t connection_ = 0;
  uint64_t last_transaction_ = 0;
  std::map<uint64_t, Open> open_;
};

}  // namespace sim

#endif  // SIM_WORLD_REMOTE_SESSION_H_
