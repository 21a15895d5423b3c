#include "sim/storage/lock_table.h"

#include <algorithm>
#include <utility>

#include "sim/core/check.h"

namespace sim {

bool LockTable::Acquire(LockHolder& holder, uint64_t key) {
  const auto [it, fresh] = locks_.try_emplace(key);
  if (fresh) {
    it->second.owner = &holder;
    holder.held.push_back(key);
  }
  return it->second.owner == &holder;
}

bool LockTable::HeldByOther(const LockHolder& holder, uint64_t key) const {
  const auto it = locks_.find(key);
  return it != locks_.end() && it->second.owner != &holder;
}

LockHolder* LockTable::HolderOf(uint64_t key) const {
  const auto it = locks_.find(key);
  return it == locks_.end() ? nullptr : it->second.owner;
}

bool LockTable::Alone(const LockHolder& holder) const {
  return locks_.size() == holder.held.size() && gaps_.size() == holder.gaps;
}

void LockTable::AddGap(LockHolder& owner, Gap gap) {
  gaps_.push_back({&owner, std::move(gap)});
  ++owner.gaps;
}

void LockTable::DropGaps(LockHolder& owner, std::vector<LockHolder*>& granted) {
  if (std::exchange(owner.gaps, 0) == 0) return;
  std::erase_if(gaps_, [&](const OwnedGap& gap) { return gap.owner == &owner; });
  std::erase_if(gap_waiters_, [&](LockHolder* waiter) {
    if (waiter->waits_for_gap_of != &owner) return false;
    waiter->waits_for_gap_of = nullptr;
    granted.push_back(waiter);
    return true;
  });
}

LockHolder* LockTable::KeeperOf(const LockHolder& holder, uint64_t index,
                                const std::vector<Value>& parts) const {
  for (const OwnedGap& owned : gaps_) {
    const Gap& gap = owned.gap;
    if (owned.owner == &holder || gap.index != index) continue;
    if ((!gap.low || *gap.low < parts) && (!gap.high || parts < *gap.high)) return owned.owner;
  }
  return nullptr;
}

void LockTable::Wait(LockHolder& holder, uint64_t key) {
  SIM_CHECK(!holder.waiting() && HeldByOther(holder, key)) << "a wait that nobody ends";
  holder.waits_for_key = key;
  locks_[key].queue.push_back(&holder);
}

void LockTable::WaitForGap(LockHolder& holder, LockHolder& owner) {
  SIM_CHECK(!holder.waiting() && owner.gaps > 0) << "a wait that nobody ends";
  holder.waits_for_gap_of = &owner;
  gap_waiters_.push_back(&holder);
}

void LockTable::StopWaiting(LockHolder& holder) {
  if (std::exchange(holder.waits_for_gap_of, nullptr) != nullptr) {
    std::erase(gap_waiters_, &holder);
  }
  if (const uint64_t key = std::exchange(holder.waits_for_key, 0); key != 0) {
    std::erase(locks_.find(key)->second.queue, &holder);
  }
}

void LockTable::Release(LockHolder& holder, uint64_t key, std::vector<LockHolder*>& granted) {
  SIM_CHECK(HolderOf(key) == &holder) << "only its holder gives a lock back";
  std::erase(holder.held, key);
  PassOn(key, granted);
}

void LockTable::ReleaseAll(LockHolder& holder, std::vector<LockHolder*>& granted) {
  StopWaiting(holder);
  for (const uint64_t key : holder.held) PassOn(key, granted);
  holder.held.clear();
  DropGaps(holder, granted);
}

void LockTable::PassOn(uint64_t key, std::vector<LockHolder*>& granted) {
  const auto it = locks_.find(key);
  Lock& lock = it->second;
  if (lock.queue.empty()) {
    locks_.erase(it);
    return;
  }
  lock.owner = lock.queue.front();
  lock.queue.erase(lock.queue.begin());
  lock.owner->waits_for_key = 0;
  lock.owner->held.push_back(key);
  granted.push_back(lock.owner);
}

std::vector<LockHolder*> LockTable::WaitsFor(const LockHolder& holder) const {
  if (holder.waits_for_gap_of != nullptr) return {holder.waits_for_gap_of};
  if (holder.waits_for_key == 0) return {};
  const Lock& lock = locks_.find(holder.waits_for_key)->second;
  std::vector<LockHolder*> ahead = {lock.owner};
  for (LockHolder* waiter : lock.queue) {
    if (waiter == &holder) break;
    ahead.push_back(waiter);
  }
  return ahead;
}

std::vector<LockHolder*> LockTable::Circle(LockHolder& holder) const {
  // Depth first. `path` leads to where we are, each step with what is left to try.
  struct Step {
    LockHolder* holder;
    std::vector<LockHolder*> ahead;
    size_t next = 0;
  };
  std::vector<LockHolder*> seen;
  std::vector<Step> path;
  path.push_back({&holder, WaitsFor(holder)});
  while (!path.empty()) {
    Step& step = path.back();
    if (step.next == step.ahead.size()) {
      path.pop_back();
      continue;
    }
    LockHolder* const to = step.ahead[step.next++];
    if (to == &holder) {
      std::vector<LockHolder*> circle;
      for (const Step& s : path) circle.push_back(s.holder);
      return circle;
    }
    if (std::find(seen.begin(), seen.end(), to) != seen.end()) continue;
    seen.push_back(to);
    path.push_back({to, WaitsFor(*to)});
  }
  return {};
}

}  // namespace sim
