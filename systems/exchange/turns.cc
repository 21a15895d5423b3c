#include "systems/exchange/turns.h"

#include "absl/time/time.h"
#include "sim/storage/database.h"
#include "systems/protocols/lock/cache_locks.h"
#include "systems/protocols/lock/guard.h"
#include "systems/protocols/lock/table_locks.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

constexpr absl::Duration kLentFor = absl::Seconds(10);

// Less than a merchant waits for its answer.
constexpr absl::Duration kPatience = absl::Seconds(4);

class NoTurns final : public Turns {
 public:
  Task<absl::StatusOr<Turn>> Take(std::string) override { co_return Turn(); }
};

// Fencing tokens for locks in the cache: from the database, which forgets none.
class DatabaseTokens final : public lock::Tokens {
 public:
  explicit DatabaseTokens(sim::Env& env) : db_(env.database()) {}

  Task<absl::StatusOr<int64_t>> Next(std::string name) override {
    auto txn = co_await Try(db_.Begin());
    const int64_t token = co_await Try(lock::IssueToken(txn, name));
    co_await Try(txn.Commit());
    co_return token;
  }

 private:
  sim::Database db_;
};

class LockedTurns final : public Turns {
 public:
  LockedTurns(std::unique_ptr<lock::Tokens> tokens, std::unique_ptr<lock::Locks> locks)
      : tokens_(std::move(tokens)), locks_(std::move(locks)) {}

  Task<absl::StatusOr<Turn>> Take(std::string order_id) override {
    auto lock = co_await Try(locks_->Acquire(order_id, kLentFor, kPatience));
    co_return Turn(std::move(lock));
  }

 private:
  std::unique_ptr<lock::Tokens> tokens_;  // asked by locks_
  std::unique_ptr<lock::Locks> locks_;
};

}  // namespace

Task<> Turn::End() {
  // Lost or not, there is nothing left to do.
  if (lock_.has_value()) (co_await lock_->Release()).IgnoreError();
}

bool TakesLocks(const sim::Settings& settings) {
  return !settings.Is("serialise", "compare_and_set");
}

bool LocksInCache(const sim::Settings& settings) { return settings.Is("serialise", "cache_lock"); }

sim::SwitchSpec SerialiseSwitch() {
  return {"serialise",
          "how copies that are there at once take turns: by the database's own steps, or by a lock",
          "compare_and_set",
          {"compare_and_set", "table_lock", "cache_lock"}};
}

std::vector<std::string> LockMethods() {
  return {"cache.Set", "cache.CompareAndExpire", "cache.CompareAndDelete"};
}

std::string LockTables(const sim::Settings& settings) {
  return TakesLocks(settings) ? std::string(lock::kLockTable) : "";
}

std::unique_ptr<Turns> MakeTurns(sim::Env& env) {
  if (!TakesLocks(env.settings())) return std::make_unique<NoTurns>();
  auto tokens = std::make_unique<DatabaseTokens>(env);
  std::unique_ptr<lock::Locks> locks;
  if (LocksInCache(env.settings())) {
    locks = std::make_unique<lock::CacheLocks>(env, env.peer("cache"), *tokens, lock::Quirks());
  } else {
    locks = std::make_unique<lock::TableLocks>(env, lock::Quirks());
  }
  return std::make_unique<LockedTurns>(std::move(tokens), std::move(locks));
}

}  // namespace exchange
