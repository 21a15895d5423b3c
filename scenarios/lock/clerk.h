// A clerk: takes the lock of a page, reads, thinks, writes and releases, as a service
// does that must not be interrupted by another instance of itself.

#ifndef SCENARIOS_LOCK_CLERK_H_
#define SCENARIOS_LOCK_CLERK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "scenarios/lock/page.pb.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "sim/world/system.h"
#include "systems/protocols/lock/cache_locks.h"
#include "systems/protocols/lock/lock.h"

namespace page {

// "page.CacheClerk": locks in a cache, fencing tokens from the store.
sim::SystemSpec CacheClerkSystem();

// "page.TableClerk": locks in a database that the clerks share.
sim::SystemSpec TableClerkSystem();

// Fencing tokens from the store.
class StoreTokens final : public lock::Tokens {
 public:
  explicit StoreTokens(sim::Env& env) : env_(env) {}
  sim::Task<absl::StatusOr<int64_t>> Next(std::string name) override;

 private:
  sim::Env& env_;
};

class Clerk final : public sim::Component {
 public:
  // `tokens`, if there are any, are asked by `locks`.
  Clerk(sim::Env& env, std::unique_ptr<lock::Tokens> tokens, std::unique_ptr<lock::Locks> locks)
      : env_(env), tokens_(std::move(tokens)), locks_(std::move(locks)) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<WriteReply>> Write(WriteRequest request);
  // Whether the entry was written; an error leaves it open.
  sim::Task<absl::StatusOr<bool>> WriteUnder(lock::Lock& lock, WriteRequest request);

  sim::Env& env_;
  std::unique_ptr<lock::Tokens> tokens_;
  std::unique_ptr<lock::Locks> locks_;
};

}  // namespace page

#endif  // SCENARIOS_LOCK_CLERK_H_
