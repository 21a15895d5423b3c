#include "systems/protocols/lock/lock.h"

#include "absl/strings/str_cat.h"

namespace lock {

using sim::ChoiceKind;
using sim::Task;
using sim::Trigger;

namespace {

constexpr absl::Duration kPause = absl::Milliseconds(500);  // between two attempts

}  // namespace

std::vector<sim::QuirkSpec> QuirkSpecs() {
  return {
      {"lock.release_unowned", "releases the lock by its name, whoever holds it by now",
       "zoolutions/sidekiq-unique-jobs#94",
       Trigger::Race({sim::LateAnswers(), sim::ForgetfulCache(), ChoiceKind::kDuplicate})},
      {"lock.no_renew", "does not renew the lock, and holds it for its own until it is done",
       "rafidahmed870/queue-jobs-worker#11", Trigger::Concurrency()},
      {"lock.ignore_lost", "goes on with its work when a renewal has said that the lock is lost",
       "Garudex-Labs/caracal#410", Trigger::Faults({sim::LateAnswers()})},
      {"lock.no_expiry", "takes the lock for ever, so that a crash leaves it taken",
       "redis.io SETNX: the pattern that it advises against",
       Trigger::Faults({ChoiceKind::kCrash})},
      {"lock.ignore_expiry", "takes only a lock that was given back, and never looks at its expiry",
       "this project: a lock table whose statement compares the owner, not the time",
       Trigger::Faults({ChoiceKind::kCrash})},
      {"lock.lost_on_failover",
       "trusts the cache with lock and fencing counter, which a fail-over both sets back",
       "sibson/redbeat#163", Trigger::Race({sim::ForgetfulCache()})},
  };
}

Quirks QuirksOf(const sim::Settings& settings) {
  Quirks quirks;
  quirks.release_unowned = settings.Quirk("lock.release_unowned");
  quirks.no_renew = settings.Quirk("lock.no_renew");
  quirks.ignore_lost = settings.Quirk("lock.ignore_lost");
  quirks.no_expiry = settings.Quirk("lock.no_expiry");
  quirks.ignore_expiry = settings.Quirk("lock.ignore_expiry");
  quirks.lost_on_failover = settings.Quirk("lock.lost_on_failover");
  return quirks;
}

bool Lock::LastsFor(absl::Duration time) const { return locks_->Lasts(*lease_, time); }

Task<absl::Status> Lock::Release() { return locks_->Release(lease_); }

bool Locks::Lasts(const Lease& lease, absl::Duration time) const {
  if (quirks_.no_renew || quirks_.ignore_lost || quirks_.no_expiry) return true;
  return !lease.lost && env_.clock().Monotonic() + time <= lease.sure_until;
}

Task<absl::StatusOr<Lock>> Locks::Acquire(std::string name, absl::Duration lent_for,
                                          absl::Duration patience) {
  const absl::Duration until = env_.clock().Monotonic() + patience;
  for (;;) {
    auto lease = std::make_shared<Lease>();
    lease->name = name;
    lease->owner = absl::StrCat(env_.name(), "/", env_.Draw("lock owner", name, uint64_t{1} << 62));
    lease->lent_for = lent_for;
    lease->sure_until = env_.clock().Monotonic() + lent_for;  // before the server counts
    const auto token = co_await Take(name, lease->owner, lent_for);
    if (token.ok() && token->has_value()) {
      lease->token = **token;
      if (!quirks_.no_renew && !quirks_.no_expiry) env_.Spawn(kRenewTask, name, Renew(lease));
      co_return Lock(this, lease);
    }
    if (!token.ok()) (co_await GiveBack(name, lease->owner)).status().IgnoreError();
    if (env_.clock().Monotonic() + kPause > until) {
      if (!token.ok()) co_return token.status();
      co_return absl::ResourceExhaustedError(absl::StrCat("somebody else has the lock ", name));
    }
    co_await env_.clock().Sleep(kPause);
  }
}

Task<absl::Status> Locks::Release(std::shared_ptr<Lease> lease) {
  lease->over = true;
  const auto released = co_await GiveBack(lease->name, lease->owner);
  if (!released.ok()) co_return released.status();
  if (!*released) {
    co_return absl::FailedPreconditionError(
        absl::StrCat("the lock ", lease->name, " was lost before it was released"));
  }
  co_return absl::OkStatus();
}

Task<> Locks::Renew(std::shared_ptr<Lease> lease) {
  for (;;) {
    co_await env_.clock().Sleep(lease->lent_for / 3);
    if (lease->over) co_return;
    const absl::Duration asked_at = env_.clock().Monotonic();
    const auto ours = co_await Prolong(lease->name, lease->owner, lease->lent_for);
    if (ours.ok() && *ours) lease->sure_until = asked_at + lease->lent_for;
    // Without an answer the next renewal may still be in time.
    lease->lost = (ours.ok() && !*ours) || env_.clock().Monotonic() > lease->sure_until;
    if (lease->lost) co_return;
  }
}

}  // namespace lock
