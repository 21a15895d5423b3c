// CacheLocks: locks in a cache, by the recipe of Redis.
//
//   acquire  SET lock/NAME owner NX PX lent_for
//   renew    prolong it, if it is still the owner's
//   release  delete it, if it is still the owner's
//
// The cache may forget the lock at any time: by a restart, an eviction, or a fail-over
// to a replica that has not seen it. Then two hold it, and only fencing tokens help. Those
// must not come from the same cache: a counter in it (CacheTokens, INCR fence/NAME) is
// set back together with the lock, and two holders have one token.

#ifndef SYSTEMS_PROTOCOLS_LOCK_CACHE_LOCKS_H_
#define SYSTEMS_PROTOCOLS_LOCK_CACHE_LOCKS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "systems/protocols/lock/lock.h"

namespace lock {

// Where fencing tokens come from.
class Tokens {
 public:
  virtual ~Tokens() = default;

  // A number for that lock, larger than every one before.
  virtual sim::Task<absl::StatusOr<int64_t>> Next(std::string name) = 0;
};

// A counter in the cache, which keeps that promise as long as the cache forgets nothing.
class CacheTokens final : public Tokens {
 public:
  CacheTokens(sim::Env& env, sim::Address cache) : env_(env), cache_(cache) {}
  sim::Task<absl::StatusOr<int64_t>> Next(std::string name) override;

 private:
  sim::Env& env_;
  sim::Address cache_;
};

class CacheLocks final : public Locks {
 public:
  // With the quirk lost_on_failover, `tokens` are not asked.
  CacheLocks(sim::Env& env, sim::Address cache, Tokens& tokens, Quirks quirks)
      : Locks(env, quirks),
        cache_(cache),
        tokens_in_cache_(env, cache),
        tokens_(quirks.lost_on_failover ? tokens_in_cache_ : tokens) {}

 private:
  sim::Task<absl::StatusOr<std::optional<int64_t>>> Take(std::string name, std::string owner,
                                                         absl::Duration lent_for) override;
  sim::Task<absl::StatusOr<bool>> Prolong(std::string name, std::string owner,
                                          absl::Duration lent_for) override;
  sim::Task<absl::StatusOr<bool>> GiveBack(std::string name, std::string owner) override;

  sim::Address cache_;
  CacheTokens tokens_in_cache_;
  Tokens& tokens_;
};

}  // namespace lock

#endif  // SYSTEMS_PROTOCOLS_LOCK_CACHE_LOCKS_H_
