// RemoteSession: a node's connection to a database server that it shares.
//
// Every statement costs a way there and a way back. The session connects when it is
// first used, and again after its connection broke; a transaction does not survive
// that. What a break means for the caller:
//   UNKNOWN      COMMIT, or a statement that writes in a transaction of its own, was
//                on its way
//   UNAVAILABLE  anything else: nothing was committed, and the transaction is gone

#ifndef SIM_WORLD_REMOTE_SESSION_H_
#define SIM_WORLD_REMOTE_SESSION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/storage/database.h"
#include "sim/storage/session.h"
#include "sim/world/shared_database.h"

namespace sim {

class RemoteSession final : public Session {
 public:
  // `client` tells whether its machine still runs; both outlive this.
  RemoteSession(const Endpoint& client, std::string node, SharedDatabase& server);
  ~RemoteSession() override;

  KnownSql* Find(absl::string_view sql) override;
  Task<absl::StatusOr<Transaction>> Begin() override;
  Task<absl::StatusOr<Result>> RunAlone(KnownSql* sql, std::vector<Value> args) override;
  Task<absl::StatusOr<Result>> Run(uint64_t transaction, KnownSql* sql,
                                   std::vector<Value> args) override;
  Task<absl::Status> Commit(uint64_t transaction) override;
  void Rollback(uint64_t transaction) override;

 private:
  class Text;
  class Call;
  struct Open {
    uint64_t connection;
    bool wrote = false;
  };

  Task<SqlAnswer> Ask(uint64_t connection, SqlRequest request);
  absl::Status Lost() const;
  absl::Status HasEnded() const;
  void NoteEffect();

  const Endpoint& client_;
  const std::string node_;
  SharedDatabase& server_;
  Simulation& simulation_;
  std::map<std::string, std::unique_ptr<Text>> texts_;
  uint64_t connection_ = 0;
  uint64_t last_transaction_ = 0;
  std::map<uint64_t, Open> open_;
};

}  // namespace sim

#endif  // SIM_WORLD_REMOTE_SESSION_H_
