// SessionHost: what Database and Transaction are the user's view of: who keeps
// sessions, and the transactions that are open in them.
//
// A server is one (sim/storage/database_server.h), and so is the far end of a
// connection to a server that nodes share (sim/world/remote_session.h).

#ifndef SIM_STORAGE_SESSION_HOST_H_
#define SIM_STORAGE_SESSION_HOST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/storage/commit.h"
#include "sim/storage/isolation.h"
#include "sim/storage/value.h"

namespace sim {

class Transaction;

// SQL as a host knows it; a host is given only those that it has found.
class KnownSql {
 protected:
  ~KnownSql() = default;
};

class SessionHost {
 public:
  virtual ~SessionHost() = default;

  // The tables, in the order of their names.
  virtual const std::vector<TableInfo>& tables() const = 0;

 private:
  friend class Database;
  friend class Transaction;
  // The statement of `sql`, prepared once; it knows if it could not be.
  virtual KnownSql* Find(absl::string_view sql) = 0;
  virtual Task<absl::StatusOr<Transaction>> Begin(uint64_t session, Isolation isolation,
                                                  std::string xid) = 0;
  virtual Task<absl::StatusOr<Result>> RunAlone(uint64_t session, KnownSql* sql,
                                                std::vector<Value> args) = 0;
  virtual Task<absl::StatusOr<Result>> Run(uint64_t transaction, KnownSql* sql,
                                           std::vector<Value> args) = 0;
  virtual Task<absl::Status> Commit(uint64_t transaction) = 0;
  virtual void Rollback(uint64_t transaction) = 0;
  virtual std::vector<RowChange> Changes(uint64_t transaction) const = 0;
  virtual Task<absl::Status> Undo(uint64_t transaction, std::vector<RowChange> changes) = 0;
  virtual Task<absl::Status> XaEnd(uint64_t transaction) = 0;
  virtual Task<absl::Status> XaPrepare(uint64_t transaction) = 0;
  virtual Task<absl::Status> XaFinish(uint64_t session, std::string xid, bool commit) = 0;
  virtual Task<absl::StatusOr<std::vector<std::string>>> XaRecover(uint64_t session) = 0;

 protected:
  static Transaction MakeTransaction(SessionHost* host, uint64_t id);
};

}  // namespace sim

#endif  // SIM_STORAGE_SESSION_HOST_H_
