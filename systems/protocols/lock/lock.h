// Locks: a lock that several nodes take by turns, with an expiry and a fencing token.
//
//   auto lock = co_await sim::Try(locks_.Acquire("order-7", absl::Seconds(10)));
//   ... do what only one may do, and show lock.token() to what it is done to ...
//   co_await sim::Try(lock.Release());
//
// A lock is lent for a time, so that the death of a holder does not keep it for ever.
// While the holder lives it is renewed, each third of that time. Renewals can fail and
// holders can be slow: then somebody else has the lock while the holder believes that it
// has. So a lock by itself makes two at once unlikely, not impossible; what must not be
// done twice at once is guarded by the token, which increases with each acquisition
// (systems/protocols/lock/guard.h).
// Source: Martin Kleppmann, "How to do distributed locking", 2016; redis.io,
// "Distributed Locks with Redis"; Seata's distributed_lock table.
//
// Errors of Acquire: RESOURCE_EXHAUSTED if somebody else has it (IsTaken), else nobody
// knows; it is tried to give back what may have been taken.

#ifndef SYSTEMS_PROTOCOLS_LOCK_LOCK_H_
#define SYSTEMS_PROTOCOLS_LOCK_LOCK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "sim/world/system.h"

namespace lock {

inline bool IsTaken(const absl::Status& status) { return absl::IsResourceExhausted(status); }

// Published mistakes.
struct Quirks {
  bool release_unowned = false;   // releases whoever holds it
  bool no_renew = false;          // neither renews nor watches the time
  bool ignore_lost = false;       // goes on when it has lost the lock
  bool no_expiry = false;         // takes it for ever
  bool ignore_expiry = false;     // takes only what was given back
  bool lost_on_failover = false;  // keeps the fencing counter in the cache
};

// For the SystemSpec of a system that takes locks, and what its settings say of them.
std::vector<sim::QuirkSpec> QuirkSpecs();
Quirks QuirksOf(const sim::Settings& settings);

// The name of the background task, for SystemSpec::tasks.
inline constexpr absl::string_view kRenewTask = "renew_lock";

class Locks;

// What is known of a lock that was taken.
struct Lease {
  std::string name;
  std::string owner;  // "w1/8123...": of this acquisition only
  int64_t token = 0;
  absl::Duration lent_for;
  absl::Duration sure_until;  // by the monotonic clock
  bool lost = false;
  bool over = false;  // nobody needs it any more
};

// A lock that is held, as far as its holder knows. Destroyed without Release(), it is
// not renewed any more and expires.
class Lock {
 public:
  Lock(Locks* locks, std::shared_ptr<Lease> lease) : locks_(locks), lease_(std::move(lease)) {}
  Lock(Lock&&) = default;
  Lock& operator=(Lock&&) = delete;
  ~Lock() {
    if (lease_ != nullptr) lease_->over = true;
  }

  int64_t token() const { return lease_->token; }
  const std::string& owner() const { return lease_->owner; }

  // Whether nobody else can have it for so long from now, as far as the holder knows.
  bool LastsFor(absl::Duration time) const;

  // Gives it back. FAILED_PRECONDITION if it was no longer ours; what was done meanwhile
  // may have been done by two.
  sim::Task<absl::Status> Release();

 private:
  Locks* locks_;
  std::shared_ptr<Lease> lease_;
};

class Locks {
 public:
  Locks(sim::Env& env, Quirks quirks) : env_(env), quirks_(quirks) {}
  virtual ~Locks() = default;

  // Takes the lock, as soon as it is free and at most `patience` from now.
  sim::Task<absl::StatusOr<Lock>> Acquire(std::string name, absl::Duration lent_for,
                                          absl::Duration patience = absl::ZeroDuration());

 protected:
  // What a lock server does, each an atomic step there. An error leaves open whether.
  // The token, or nothing if somebody else has the lock.
  virtual sim::Task<absl::StatusOr<std::optional<int64_t>>> Take(std::string name,
                                                                 std::string owner,
                                                                 absl::Duration lent_for) = 0;
  // Whether it was still this owner's.
  virtual sim::Task<absl::StatusOr<bool>> Prolong(std::string name, std::string owner,
                                                  absl::Duration lent_for) = 0;
  virtual sim::Task<absl::StatusOr<bool>> GiveBack(std::string name, std::string owner) = 0;

  sim::Env& env() { return env_; }
  const Quirks& quirks() const { return quirks_; }

 private:
  friend class Lock;

  bool Lasts(const Lease& lease, absl::Duration time) const;
  sim::Task<absl::Status> Release(std::shared_ptr<Lease> lease);
  sim::Task<> Renew(std::shared_ptr<Lease> lease);

  sim::Env& env_;
  const Quirks quirks_;
};

}  // namespace lock

#endif  // SYSTEMS_PROTOCOLS_LOCK_LOCK_H_
