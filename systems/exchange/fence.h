// Fence: keeps out a copy of a submission whose lock somebody else has by now.
//
// Shown when a copy looks whether the number is known and when it accepts it, in the
// transaction of each: a later holder that has looked shuts out all before it. It cannot
// help between the two transactions of one holder: who dies there leaves half of the
// work, and the next holder rightly comes in.
//
// The token is of the provider's own lock, or, where it takes none, of the one under which
// the merchant has sent the copy. Who shows none is refused.
//
// Of its own tokens the provider knows which it has issued. Of a merchant's it does not: any
// number above zero is taken for one, and a number that the merchant's locks never gave shuts
// out every copy of that order that comes with a smaller one.

#ifndef SYSTEMS_EXCHANGE_FENCE_H_
#define SYSTEMS_EXCHANGE_FENCE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/system.h"
#include "systems/exchange/turns.h"
#include "systems/protocols/lock/guard.h"

namespace exchange {

class Fence {
 public:
  explicit Fence(const sim::Settings& settings)
      : on_(settings.Is("fencing", "on")),
        issuer_(TakesLocks(settings) ? lock::Issuer::kHere : lock::Issuer::kElsewhere) {}

  bool on() const { return on_; }

  // Whether the tables of the guard are there.
  static bool HasGuard(const sim::Settings& settings) {
    return settings.Is("fencing", "on") || TakesLocks(settings);
  }

  // ABORTED if `token` is too old, or was never issued: that is recorded, and `txn` is over.
  // Without a fence everybody may pass.
  sim::Task<absl::Status> Show(sim::Transaction& txn, std::string order_id, int64_t token) const {
    if (!on_) co_return absl::OkStatus();
    const lock::Admission admission = co_await sim::Try(lock::Admit(txn, order_id, token, issuer_));
    if (admission == lock::Admission::kAdmitted) co_return absl::OkStatus();
    co_await sim::Try(txn.Commit());
    if (admission == lock::Admission::kNeverIssued) {
      co_return absl::AbortedError("no lock has given its token");
    }
    co_return absl::AbortedError("another copy has the turn by now");
  }

 private:
  bool on_;
  lock::Issuer issuer_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_FENCE_H_
