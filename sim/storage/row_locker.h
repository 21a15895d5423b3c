// RowLocker: which locks a change of a row takes, and what is in its way.
//
// A change takes the locks on its primary key (of the old and of the new row) and
// on every unique value that appears, vanishes or changes. An unchanged unique
// value is not locked, as in InnoDB. A new key must also lie in nobody's gap.

#ifndef SIM_STORAGE_ROW_LOCKER_H_
#define SIM_STORAGE_ROW_LOCKER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/storage/commit.h"
#include "sim/storage/lock_rules.h"
#include "sim/storage/lock_table.h"

namespace sim {

// The lock that a statement has met.
struct Conflict {
  uint64_t lock = 0;
  LockHolder* gap_of = nullptr;
  std::string row;  // "account ann", for people

  explicit operator bool() const { return lock != 0 || gap_of != nullptr; }
};

class RowLocker {
 public:
  explicit RowLocker(LockFlaw flaw) : flaw_(flaw) {}

  LockTable& table() { return table_; }
  const LockTable& table() const { return table_; }

  // Take locks for `holder`. False: another is in the way, conflict() says who. Of
  // several the first counts.
  bool Lock(LockHolder& holder, const RowChange& change);
  bool LockRow(LockHolder& holder, const TableInfo& table, const std::vector<Value>& row);

  // A statement must wait for the lock on `key` of a row, which another holds.
  bool Meet(uint64_t lock, const TableInfo& table, std::string key);

  // Whether the first thing in the way of a statement is somebody's lock, and not
  // a row; `probed` is what it would do as OR REPLACE. Keys are tried in the order
  // of their indexes, primary first, and locked up to there: whether a row in the
  // way is resident may not matter to others. `all`: it passes over such rows.
  bool LockIsInTheWay(LockHolder& holder, const std::vector<RowChange>& probed, bool all);

  const Conflict& conflict() const { return conflict_; }
  Conflict TakeConflict() { return std::exchange(conflict_, Conflict()); }

 private:
  enum class Way { kFree, kTaken, kLocked };

  Way TryKeys(LockHolder& holder, const RowChange& change, const std::vector<uint64_t>& taken);
  bool LockKey(LockHolder& holder, const TableInfo& table, size_t key,
               const std::vector<Value>& row, bool appears);

  const LockFlaw flaw_;
  LockTable table_;
  Conflict conflict_;
};

}  // namespace sim

#endif  // SIM_STORAGE_ROW_LOCKER_H_
