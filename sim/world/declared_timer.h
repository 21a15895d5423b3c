// The recurring timers that a component declares: Env::Every and Env::Daily.
//
// They do not keep the world from quiet. A run that is due while the last one goes on
// is skipped; one that is due while the node is paused comes when the pause is over.

#ifndef SIM_WORLD_DECLARED_TIMER_H_
#define SIM_WORLD_DECLARED_TIMER_H_

#include <functional>
#include <string>

#include "absl/time/civil_time.h"
#include "sim/world/env.h"

namespace sim {

class Env::DeclaredTimer : public Event {
 public:
  DeclaredTimer(Env& env, absl::string_view name);

  void Fire() final;
  std::string Describe() const override;

  // The wall clock was set.
  virtual void OnClockSet() {}

 protected:
  void FireIn(Nanos local);  // by the monotonic clock
  Env& env() const { return env_; }

 private:
  // It has fired: whether there is something to run, what, and when it fires next.
  virtual bool Due() = 0;
  virtual Task<> Work() = 0;
  static Task<> RunOnce(DeclaredTimer* timer);

  Env& env_;
  const std::string name_;
  RecordId cause_;  // of the declaration, then of the last run
  bool running_ = false;
};

// Fixed rate.
class Env::Periodic final : public DeclaredTimer {
 public:
  Periodic(Env& env, absl::string_view name, absl::Duration period, std::function<Task<>()> work);

 private:
  bool Due() override;
  Task<> Work() override { return work_(); }

  const Nanos period_;
  const std::function<Task<>()> work_;
};

// Once on every day of the organisation's calendar: see Env::Daily.
class Env::EveryDay final : public DeclaredTimer {
 public:
  EveryDay(Env& env, absl::string_view name, absl::Duration at,
           std::function<Task<>(absl::CivilDay)> work);

  void OnClockSet() override { FireWhenDue(); }

 private:
  bool Due() override;
  Task<> Work() override { return work_(last_); }
  // The last day whose time has come, by the wall clock; the day that is run is that
  // one, so that of days which the clock has jumped over only the last is run.
  absl::CivilDay LastDue() const;
  void FireWhenDue();

  const absl::Duration at_;
  const std::function<Task<>(absl::CivilDay)> work_;
  absl::CivilDay last_;  // that it has run, or that was over when it was declared
};

}  // namespace sim

#endif  // SIM_WORLD_DECLARED_TIMER_H_
