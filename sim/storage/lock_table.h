// LockTable: who holds which lock, and who waits for it. Knows no SQL.
//
// A lock is on a key, a hash of 64 bits. Those who want one that is held wait in
// the order in which they came; when it is released it passes to the first of
// them at once, so that nobody overtakes. All locks of a holder are released
// together, at the end of its transaction.
//
// A gap lock is on an interval between two keys of an index. Gaps are shared;
// what they keep away is a new key inside. Who waits for a gap waits for its
// owner, and afterwards tries again.

#ifndef SIM_STORAGE_LOCK_TABLE_H_
#define SIM_STORAGE_LOCK_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "sim/storage/value.h"

namespace sim {

// A transaction as the table sees it; the base of what holds locks.
struct LockHolder {
  bool waiting() const { return waits_for_key != 0 || waits_for_gap_of != nullptr; }

  std::vector<uint64_t> held;
  size_t gaps = 0;
  uint64_t waits_for_key = 0;  // 0: none
  LockHolder* waits_for_gap_of = nullptr;
};

class LockTable {
 public:
  // Between two neighbours in the index with the seed `index`; nothing: to its end.
  struct Gap {
    uint64_t index = 0;
    std::optional<std::vector<Value>> low;
    std::optional<std::vector<Value>> high;
  };

  // Takes the lock on `key`, or returns false if another holds it.
  bool Acquire(LockHolder& holder, uint64_t key);
  bool HeldByOther(const LockHolder& holder, uint64_t key) const;

  // The holder of `key`, or null.
  LockHolder* HolderOf(uint64_t key) const;

  // Whether nobody but `holder` holds anything.
  bool Alone(const LockHolder& holder) const;

  void AddGap(LockHolder& owner, Gap gap);
  void DropGaps(LockHolder& owner, std::vector<LockHolder*>& granted);

  // Another who keeps `parts` out of `index`, or null.
  LockHolder* KeeperOf(const LockHolder& holder, uint64_t index,
                       const std::vector<Value>& parts) const;
  bool HasGaps() const { return !gaps_.empty(); }

  // Queues up for `key`, which another holds, or waits for the gaps of `owner`.
  void Wait(LockHolder& holder, uint64_t key);
  void WaitForGap(LockHolder& holder, LockHolder& owner);
  void StopWaiting(LockHolder& holder);

  // Gives back one lock, or all that `holder` has; adds those who wait no longer.
  void Release(LockHolder& holder, uint64_t key, std::vector<LockHolder*>& granted);
  void ReleaseAll(LockHolder& holder, std::vector<LockHolder*>& granted);

  // Those in whose way `holder` is stopped.
  std::vector<LockHolder*> WaitsFor(const LockHolder& holder) const;

  // If `holder` waits for itself: the circle, from it on. Else nothing.
  std::vector<LockHolder*> Circle(LockHolder& holder) const;

 private:
  struct Lock {
    LockHolder* owner = nullptr;
    std::vector<LockHolder*> queue;
  };
  struct OwnedGap {
    LockHolder* owner;
    Gap gap;
  };

  void PassOn(uint64_t key, std::vector<LockHolder*>& granted);

  absl::flat_hash_map<uint64_t, Lock> locks_;  // Never iterated.
  std::vector<OwnedGap> gaps_;
  std::vector<LockHolder*> gap_waiters_;
};

}  // namespace sim

#endif  // SIM_STORAGE_LOCK_TABLE_H_
