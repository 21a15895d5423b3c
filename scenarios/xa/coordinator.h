// A coordinator of two-phase commit (XA): has both vaults prepare their branch, writes down
// what it has decided, and has both end it so.
//
// The decision is the commit of `status` in its own database; before it nothing is
// committed anywhere, and after it nothing is taken back. What is not decided within a minute
// is aborted (presumed abort), whoever has died or has not been heard. Again and again it asks the
// vaults which branches are prepared (XA RECOVER), and ends those that are decided:
// that completes what a crash has cut, and what arrived after its end.
//
// Source: X/Open, Distributed TP: The XA Specification (1991); C. Mohan et al., R*, TODS
// 11(4), 1986, for presumed abort.

#ifndef SCENARIOS_XA_COORDINATOR_H_
#define SCENARIOS_XA_COORDINATOR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scenarios/xa/transfer.pb.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"

namespace transfer {

// "transfer.Coordinator".
sim::SystemSpec CoordinatorSystem();

class Coordinator final : public sim::Component {
 public:
  explicit Coordinator(sim::Env& env) : env_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<PayReply>> Pay(PayRequest request);
  // Phase one. False, and errors: not both are prepared.
  sim::Task<absl::StatusOr<bool>> PrepareBoth(PayRequest request);
  // What is decided about a transfer: `commit`, unless it was aborted before.
  sim::Task<absl::StatusOr<bool>> Decide(std::string transfer_id, bool commit);
  // Phase two, at the vault in `role`.
  sim::Task<absl::Status> Finish(std::string role, std::string transfer_id, bool commit);
  sim::Task<> Recover();
  sim::Task<absl::Status> AbortOld();
  sim::Task<absl::Status> RecoverAt(std::string role);

  sim::Env& env_;
  sim::Database db_;
};

}  // namespace transfer

#endif  // SCENARIOS_XA_COORDINATOR_H_
