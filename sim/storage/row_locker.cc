#include "sim/storage/row_locker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace sim {

bool RowLocker::Lock(LockHolder& holder, const RowChange& change) {
  if (flaw_ == LockFlaw::kNoRowLocks) return true;
  const TableInfo& table = *change.table;
  for (size_t k = 0; k < table.keys.size(); ++k) {
    if (k > 0 && flaw_ == LockFlaw::kUniqueValuesUnlocked) break;
    const bool stays = change.kind == ChangeKind::kUpdate &&
                       SameKey(table.keys[k], change.old_row, change.new_row);
    if (stays && k > 0) continue;
    if (!change.old_row.empty() && !LockKey(holder, table, k, change.old_row, /*appears=*/false)) {
      return false;
    }
    if (stays || change.new_row.empty()) continue;
    if (!LockKey(holder, table, k, change.new_row, /*appears=*/true)) return false;
  }
  return true;
}

bool RowLocker::LockRow(LockHolder& holder, const TableInfo& table, const std::vector<Value>& row) {
  if (flaw_ == LockFlaw::kNoRowLocks) return true;
  return LockKey(holder, table, 0, row, /*appears=*/false);
}

bool RowLocker::LockKey(LockHolder& holder, const TableInfo& table, size_t key,
                        const std::vector<Value>& row, bool appears) {
  const UniqueKey& unique = table.keys[key];
  const uint64_t lock = LockOf(unique, row);
  if (lock == 0) return true;
  if (appears && table_.HasGaps()) {
    LockHolder* keeper = table_.KeeperOf(holder, unique.seed, FoldedParts(unique, row));
    if (keeper != nullptr) {
      if (!conflict_)
        conflict_ = {0, keeper, absl::StrCat("the gap at ", table.name, " ", KeyText(unique, row))};
      return false;
    }
  }
  if (table_.Acquire(holder, lock)) return true;
  return Meet(lock, table, KeyText(unique, row));
}

bool RowLocker::LockIsInTheWay(LockHolder& holder, const std::vector<RowChange>& probed, bool all) {
  std::vector<uint64_t> taken;  // by rows in the way
  for (const RowChange& change : probed) {
    if (change.kind != ChangeKind::kDelete) {
      const Way way = TryKeys(holder, change, taken);
      if (way == Way::kLocked) return true;
      if (way == Way::kTaken && !all) return false;  // The statement ends here.
    }
    for (const UniqueKey& key : change.table->keys) {
      if (!change.old_row.empty()) taken.push_back(LockOf(key, change.old_row));
    }
  }
  return false;
}

// As Lock() does, key by key, up to the first that is another's or taken.
RowLocker::Way RowLocker::TryKeys(LockHolder& holder, const RowChange& change,
                                  const std::vector<uint64_t>& taken) {
  const TableInfo& table = *change.table;
  for (size_t k = 0; k < table.keys.size(); ++k) {
    if (k > 0 && flaw_ == LockFlaw::kUniqueValuesUnlocked) break;
    const UniqueKey& key = table.keys[k];
    const bool stays =
        change.kind == ChangeKind::kUpdate && SameKey(key, change.old_row, change.new_row);
    if (stays && k > 0) continue;
    if (!change.old_row.empty() && !LockKey(holder, table, k, change.old_row, /*appears=*/false)) {
      return Way::kLocked;
    }
    if (stays) continue;
    const uint64_t lock = LockOf(key, change.new_row);
    if (lock != 0 && !table_.HeldByOther(holder, lock) &&
        std::find(taken.begin(), taken.end(), lock) != taken.end()) {
      return Way::kTaken;
    }
    if (!LockKey(holder, table, k, change.new_row, /*appears=*/true)) return Way::kLocked;
  }
  return Way::kFree;
}

bool RowLocker::Meet(uint64_t lock, const TableInfo& table, std::string key) {
  if (!conflict_) conflict_ = {lock, nullptr, absl::StrCat(table.name, " ", key)};
  return false;
}

}  // namespace sim
