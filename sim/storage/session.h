// Session: one end of a connection to a database, of which Database and its
// transactions are the user's view (sim/storage/database.h).
//
// A server on the same machine is its own session; a server that nodes share is
// reached through a RemoteSession (sim/world/remote_session.h).

#ifndef SIM_STORAGE_SESSION_H_
#define SIM_STORAGE_SESSION_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/storage/value.h"

namespace sim {

class Transaction;

// SQL as a session knows it; a session is given only those that it has found.
class KnownSql {
 protected:
  ~KnownSql() = default;
};

class Session {
 public:
  virtual ~Session() = default;

  // The statement of `sql`, which lives as long as the session.
  virtual KnownSql* Find(absl::string_view sql) = 0;

  virtual Task<absl::StatusOr<Transaction>> Begin() = 0;
  virtual Task<absl::StatusOr<Result>> RunAlone(KnownSql* sql, std::vector<Value> args) = 0;
  virtual Task<absl::StatusOr<Result>> Run(uint64_t transaction, KnownSql* sql,
                                           std::vector<Value> args) = 0;
  virtual Task<absl::Status> Commit(uint64_t transaction) = 0;
  virtual void Rollback(uint64_t transaction) = 0;

 protected:
  Transaction MakeTransaction(uint64_t id);
};

}  // namespace sim

#endif  // SIM_STORAGE_SESSION_H_
