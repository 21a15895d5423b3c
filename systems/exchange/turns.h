// Turns: how copies of one submission are put in order that are there at once, where they
// leave A and where they reach B.
//
//   Turn turn = co_await sim::Try(turns_->Take(order_id));
//   ... look whether it is known, do it, write that down ...
//   co_await turn.End();
//
// compare_and_set leaves it to the database, of whose steps one comes first: there is
// nothing to wait for. A lock (加锁) lets one copy after the other in, as long as it holds:
// it expires under a holder that is slow, and a cache forgets it. So it is no more than
// the first line; its token tells the guard (fence.h) who comes too late.

#ifndef SYSTEMS_EXCHANGE_TURNS_H_
#define SYSTEMS_EXCHANGE_TURNS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "sim/world/system.h"
#include "systems/protocols/lock/lock.h"

namespace exchange {

// The turn of one copy. Dropped without End(), its lock expires.
class Turn {
 public:
  Turn() = default;
  explicit Turn(lock::Lock lock) : lock_(std::move(lock)) {}

  // Of the lock; 0 if there is none.
  int64_t token() const { return lock_.has_value() ? lock_->token() : 0; }

  sim::Task<> End();

 private:
  std::optional<lock::Lock> lock_;
};

class Turns {
 public:
  virtual ~Turns() = default;

  // RESOURCE_EXHAUSTED if another copy has the turn and keeps it.
  virtual sim::Task<absl::StatusOr<Turn>> Take(std::string order_id) = 0;
};

// By the switch "serialise".
std::unique_ptr<Turns> MakeTurns(sim::Env& env);

// Whether a lock is taken, and whether it is in the cache.
bool TakesLocks(const sim::Settings& settings);
bool LocksInCache(const sim::Settings& settings);

// For the SystemSpec of who takes turns: the switch, what it asks a cache for, and the tables
// that a lock needs, "" if none is taken.
sim::SwitchSpec SerialiseSwitch();
std::vector<std::string> LockMethods();
std::string LockTables(const sim::Settings& settings);

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_TURNS_H_
