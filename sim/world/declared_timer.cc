#include "sim/world/declared_timer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"
#include "sim/world/node.h"

namespace sim {

Env::DeclaredTimer::DeclaredTimer(Env& env, absl::string_view name)
    : env_(env), name_(name), cause_(env.simulation_.cause()) {
  set_recurring(true);
  set_owner(Mix(HashName(env.name()) + HashName(name)));
}

void Env::DeclaredTimer::Fire() {
  Simulation& simulation = env_.simulation_;
  const Nanos until = env_.node_.paused_until();
  if (until > simulation.now()) return simulation.events().Schedule(*this, until);
  if (!Due() || running_ || env_.node_.world().winding_down()) return;
  running_ = true;
  simulation.set_cause(cause_);
  cause_ =
      simulation.Record(RecordKind::kTimer, env_.node_.id(), simulation.trace().Name(name_), 0);
  env_.node_.Pass(Step::Moment::kBefore, Step::On::kTimer, name_, "");
  if (env_.node_.alive()) env_.tasks_.Spawn(name_, "", RunOnce(this));
}

std::string Env::DeclaredTimer::Describe() const { return absl::StrCat("timer ", name_); }

void Env::DeclaredTimer::FireIn(Nanos local) {
  const Nanos now = env_.simulation_.now();
  const Nanos wait = env_.hardware().TrueTime(local);
  env_.simulation_.events().Schedule(*this, wait > kForever - now ? kForever : now + wait);
}

Task<> Env::DeclaredTimer::RunOnce(DeclaredTimer* timer) {
  co_await timer->Work();
  timer->running_ = false;
  timer->env_.node_.Pass(Step::Moment::kAfter, Step::On::kTimer, timer->name_, "");
}

Env::Periodic::Periodic(Env& env, absl::string_view name, absl::Duration period,
                        std::function<Task<>()> work)
    : DeclaredTimer(env, name), period_(ToNanos(period)), work_(std::move(work)) {
  SIM_CHECK(period > absl::ZeroDuration()) << "timer " << name << " has no period";
  FireIn(period_);
}

bool Env::Periodic::Due() {
  FireIn(period_);
  return true;
}

Env::EveryDay::EveryDay(Env& env, absl::string_view name, absl::Duration at,
                        std::function<Task<>(absl::CivilDay)> work)
    : DeclaredTimer(env, name), at_(at), work_(std::move(work)), last_(LastDue()) {
  SIM_CHECK(at >= absl::ZeroDuration() && at < absl::Hours(24))
      << "timer " << name << " is at no time of a day";
  FireWhenDue();
}

absl::CivilDay Env::EveryDay::LastDue() const {
  const absl::Time now = env().clock().Now();
  // A zone can be more than a day away from itself only on a day that it leaves out.
  absl::CivilDay day = absl::CivilDay(env().calendar().Local(now)) + 1;
  while (env().calendar().At(day, at_) > now) --day;
  return day;
}

void Env::EveryDay::FireWhenDue() { env().FireAtWall(*this, env().calendar().At(last_ + 1, at_)); }

bool Env::EveryDay::Due() {
  const absl::CivilDay due = LastDue();
  const bool fresh = due > last_;
  if (fresh) last_ = due;
  FireWhenDue();
  return fresh;
}

}  // namespace sim
