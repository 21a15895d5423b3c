// Fence: keeps out a copy of a submission whose lock somebody else has by now.
//
// Shown when a copy looks whether the number is known and when it accepts it, in the
// transaction of each: a later holder that has looked shuts out all before it. It cannot
// help between the two transactions of one holder: who dies there leaves half of the
// work, and the next holder rightly comes in.

#ifndef SYSTEMS_EXCHANGE_FENCE_H_
#define SYSTEMS_EXCHANGE_FENCE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/system.h"
#include "systems/protocols/lock/guard.h"

namespace exchange {

class Fence {
 public:
  explicit Fence(const sim::Settings& settings) : on_(settings.Is("fencing", "on")) {}

  // ABORTED if `token` is too old: that is recorded, and `txn` is over. Without fence or
  // token everybody may pass.
  sim::Task<absl::Status> Show(sim::Transaction& txn, std::string order_id, int64_t token) const {
    if (!on_ || token == 0) co_return absl::OkStatus();
    const lock::Admission admission =
        co_await sim::Try(lock::Admit(txn, order_id, token, lock::Issuer::kHere));
    if (admission == lock::Admission::kAdmitted) co_return absl::OkStatus();
    co_await sim::Try(txn.Commit());
    co_return absl::AbortedError("another copy has the turn by now");
  }

 private:
  bool on_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_FENCE_H_
