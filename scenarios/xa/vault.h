// A vault: the accounts of one branch of a bank, in a database of its own. It is the
// resource of a distributed transaction: XA START, the bookings, XA END, XA PREPARE, and
// whatever the coordinator decides.
//
// Each booking moves money between a customer's account and `clearing`, so that all
// balances of a vault add up to nothing in each state that anybody may see. A branch that
// is prepared holds the lock on `clearing` until it is ended: nobody else can book.

#ifndef SCENARIOS_XA_VAULT_H_
#define SCENARIOS_XA_VAULT_H_

#include <string>

#include "absl/status/statusor.h"
#include "scenarios/xa/transfer.pb.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"

namespace transfer {

// Of a vault, with what its customers have at first, and of the tellers who share it.
std::string VaultSchema();

// "transfer.Vault".
sim::SystemSpec VaultSystem();

class Vault final : public sim::Component {
 public:
  explicit Vault(sim::Env& env) : env_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<PrepareReply>> Prepare(PrepareRequest request);
  // The branch, up to its XA PREPARE.
  sim::Task<absl::StatusOr<PrepareReply>> Book(PrepareRequest request);
  sim::Task<absl::StatusOr<FinishReply>> Finish(FinishRequest request);
  sim::Task<absl::StatusOr<RecoverReply>> Recover(RecoverRequest request);

  sim::Env& env_;
  sim::Database db_;
};

}  // namespace transfer

#endif  // SCENARIOS_XA_VAULT_H_
