// A teller: shares a vault's database, and adds it up again and again: first `clearing`,
// a while later all customers, both as of one snapshot (REPEATABLE READ). It also notes how many
// branches are prepared.

#ifndef SCENARIOS_XA_TELLER_H_
#define SCENARIOS_XA_TELLER_H_

#include "absl/status/status.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"

namespace transfer {

// "transfer.Teller".
sim::SystemSpec TellerSystem();

class Teller final : public sim::Component {
 public:
  explicit Teller(sim::Env& env) : env_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<> Audit();
  sim::Task<absl::Status> AddUp();

  sim::Env& env_;
  sim::Database db_;
};

}  // namespace transfer

#endif  // SCENARIOS_XA_TELLER_H_
