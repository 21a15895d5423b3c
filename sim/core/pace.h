// Pace: how the tasks of a machine get on, when nobody has killed them.
//
// A machine that is paused (a long garbage collection, a frozen virtual machine) does
// nothing: what becomes ready waits, be it a timer, a message or an answer, and goes
// on when the pause is over, with the beliefs of before. Its clocks go on.
//
// A machine that is slow has one CPU, on which each turn of a task, that is each time
// that it goes on after a wait, takes kSlowTurn, one after the other.

#ifndef SIM_CORE_PACE_H_
#define SIM_CORE_PACE_H_

#include <algorithm>

#include "sim/core/time.h"

namespace sim {

inline constexpr Nanos kSlowTurn = Millis(20);

class Pace {
 public:
  void Pause(Nanos until) { paused_until_ = std::max(paused_until_, until); }
  void SlowDown(Nanos until) { slow_until_ = std::max(slow_until_, until); }
  // A pause that has begun goes on to its end: somebody waits for it.
  void SpeedUp() { slow_until_ = 0; }
  // The machine starts afresh.
  void Reset() { *this = Pace(); }

  Nanos paused_until() const { return paused_until_; }

  // When a task that could go on at `now` does; takes the CPU until then.
  Nanos TakeTurn(Nanos now) {
    const Nanos from = std::max(now, paused_until_);
    if (from >= slow_until_) return from;
    free_at_ = std::max(from, free_at_) + kSlowTurn;
    return free_at_;
  }

 private:
  Nanos paused_until_ = 0;
  Nanos slow_until_ = 0;
  Nanos free_at_ = 0;  // the CPU, while it is slow
};

}  // namespace sim

#endif  // SIM_CORE_PACE_H_
