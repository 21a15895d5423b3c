// Cache: keys with expiry in the memory of one node, after Redis.
//
// Each call is atomic. Nothing is durable: a crash leaves an empty cache, an entry
// may be evicted at any time, and a fail-over loses the newest writes although they
// were acknowledged, since replication is asynchronous (redis.io, "Redis replication").
// So it is a place for what can be had again from elsewhere; whether a lock may rest
// on it is told in systems/protocols/lock.
//
// Faults, at every call about a key that is there (fail_over: at every call):
// expire, evict, fail_over { max: "200ms" }. It restarts empty after any crash.

#ifndef SYSTEMS_CACHE_CACHE_H_
#define SYSTEMS_CACHE_CACHE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "sim/world/fault_point.h"
#include "sim/world/system.h"
#include "systems/cache/cache.pb.h"
#include "systems/cache/keys.h"

namespace cache {

// "cache.Cache".
sim::SystemSpec CacheSystem();

class Cache final : public sim::Component {
 public:
  explicit Cache(sim::Env& env) : env_(env), faults_(env) {}

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<SetReply>> Set(SetRequest request);
  sim::Task<absl::StatusOr<GetReply>> Get(GetRequest request);
  sim::Task<absl::StatusOr<DeleteReply>> Delete(DeleteRequest request);
  sim::Task<absl::StatusOr<CompareAndDeleteReply>> CompareAndDelete(
      CompareAndDeleteRequest request);
  sim::Task<absl::StatusOr<CompareAndExpireReply>> CompareAndExpire(
      CompareAndExpireRequest request);
  sim::Task<absl::StatusOr<IncrementReply>> Increment(IncrementRequest request);

  // What the key holds when `method` comes to look at it, after whatever befalls it.
  const Entry* Look(absl::string_view method, const std::string& key);
  void FailOver(absl::Duration lag);
  void Store(const std::string& key, Entry entry, KeyChanged::Cause cause);
  void Remove(const std::string& key, KeyChanged::Cause cause);
  void Tell(const std::string& key, KeyChanged::Cause cause);
  int64_t Now() { return env_.clock().NowMillis(); }

  sim::Env& env_;
  sim::FaultPoint faults_;
  Keys keys_;
};

}  // namespace cache

#endif  // SYSTEMS_CACHE_CACHE_H_
