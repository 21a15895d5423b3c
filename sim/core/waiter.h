// Waiter: the base of everything a coroutine can wait for.
//
// An awaiter that suspends derives from Waiter, calls Park() in await_suspend
// and is resumed by an event. At that moment, which is a suspension point of the
// task, the node may crash instead, or have stopped for a while: then the task goes on
// later (sim/core/pace.h). Rules for a new waiting primitive:
//   * it has a constructor (aggregates as awaiters are destroyed twice by g++ 12);
//   * destroying it while it waits leaves no trace of it;
//   * what was granted to it before it ran is passed on when it is destroyed.

#ifndef SIM_CORE_WAITER_H_
#define SIM_CORE_WAITER_H_

#include <coroutine>
#include <cstdint>
#include <string>

#include "sim/core/simulation.h"
#include "sim/core/task_scope.h"

namespace sim {

class Waiter : public Event {
 public:
  explicit Waiter(Simulation& simulation) : simulation_(simulation) {}

  void Fire() final;

  std::string Describe() const override;

 protected:
  // What was waited for has come, and the node is not paused.
  virtual void Wake() { Resume(); }

  void Park(std::coroutine_handle<> frame);

  // Lets the frame go on, or the node crash; the last thing a caller does, since
  // this may be gone afterwards. What follows is caused by `cause` if given, else
  // by what the task did last.
  void Resume(RecordId cause = 0);

  Simulation& simulation() { return simulation_; }
  bool parked() const { return static_cast<bool>(frame_); }
  Root* root() const { return root_; }
  RecordId cause() const { return cause_; }  // What the task did before it parked.

 private:
  // kReady: the wait is over, but the node is paused. kStruck: the suspension has been
  // survived, and only the CPU is waited for.
  enum class Stage : uint8_t { kWaiting, kReady, kStruck };
  void GoOn();
  void GoOnAt(Nanos when, Stage stage);

  Simulation& simulation_;
  std::coroutine_handle<> frame_;
  Root* root_ = nullptr;
  RecordId cause_ = 0;
  Stage stage_ = Stage::kWaiting;
};

// co_await Sleeper(simulation, duration): goes on `duration` later; a duration of
// zero or less gives the others at this instant a chance.
class Sleeper final : public Waiter {
 public:
  Sleeper(Simulation& simulation, Nanos duration)
      : Waiter(simulation), duration_(duration < 0 ? 0 : duration) {}
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> frame);
  void await_resume() const {}

 private:
  Nanos duration_;
};

}  // namespace sim

#endif  // SIM_CORE_WAITER_H_
