// How one of many open transactions ends.

#include <algorithm>

#include "sim/storage/open_transactions.h"

namespace sim {

absl::Status OpenTransactions::BeforeCommit(OpenTransaction& txn) {
  return residency_.Reside(txn.writes, /*alone=*/true);
}

void OpenTransactions::Committed(OpenTransaction& txn, Nanos at) {
  residency_.Committed(txn.writes);
  Remember(txn.writes.changes, at, &txn);
  End(txn);
}

void OpenTransactions::FoundCommitted(const std::vector<RowChange>& changes, Nanos at) {
  Remember(changes, at, nullptr);
}

// Keeps a commit `by` a transaction for those who look behind it.
void OpenTransactions::Remember(const std::vector<RowChange>& changes, Nanos at,
                                const OpenTransaction* by) {
  uint64_t oldest = history_.newest();
  bool keep = keep_for_ > 0;
  for (const auto& other : open_) {
    if (other.get() == by || !other->snapshot) continue;
    oldest = std::min(oldest, *other->snapshot);
    keep = true;
  }
  history_.Forget(oldest, at - keep_for_);
  history_.Add(at, changes, keep);
}

void OpenTransactions::Rollback(OpenTransaction& txn) {
  residency_.GiveUp(txn.writes);
  End(txn);
}

}  // namespace sim
