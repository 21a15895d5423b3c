// HardwareClock: the clocks of one machine, and how wrong they are.
//
// The crystal may drift: it runs some millionths too fast or too slow, and with it
// both clocks that stand on it.
//   * The monotonic clock counts what the crystal says, from the start of the run. It
//     never steps, and no fault can make it: services count on it. Sleeps, timeouts
//     and timers go by it, so those of a machine that drifts drift too.
//   * The wall clock can jump, forward or back, and can be slewed: moved by up to
//     kSlewPpm millionths until it stands where it should, without ever going back.
//     Slewing leaves the monotonic clock alone (as CLOCK_MONOTONIC_RAW of Linux).
//
// Both are exact functions of true time, in integers. A timer takes the rate of the
// crystal at its start: a drift that begins later does not move it.
//
// Instants and durations are nanoseconds; wall time counts from the world's epoch.

#ifndef SIM_WORLD_HARDWARE_CLOCK_H_
#define SIM_WORLD_HARDWARE_CLOCK_H_

#include <cstdint>

#include "sim/core/time.h"

namespace sim {

// How fast adjtime and ntpd slew: half a millisecond in a second.
inline constexpr int64_t kSlewPpm = 500;

class HardwareClock {
 public:
  // What the clocks show at the true instant `now`, which never goes back.
  Nanos Wall(Nanos now) const { return wall_ + (Exact() ? now - since_ : Part(now - since_).wall); }
  Nanos Monotonic(Nanos now) const {
    return monotonic_ + (Exact() ? now - since_ : Part(now - since_).monotonic);
  }

  // How long it truly takes until the monotonic clock has moved on by `local`. A
  // perfect crystal takes just that; kForever is for ever.
  Nanos TrueTime(Nanos local) const { return Exact() ? local : Needs(local); }

  // The same until the wall clock shows `wall`, if nothing is done to it; 0 if it
  // does, or has.
  Nanos UntilWall(Nanos wall, Nanos now) const;

  // From `now` on. A slew takes the place of one that goes on.
  void Jump(Nanos by, Nanos now);
  void Slew(Nanos by, Nanos now);
  void Drift(int64_t ppm, Nanos now);

  int64_t drift_ppm() const { return drift_ppm_; }

 private:
  // Neither too fast nor slewed: nearly every clock, nearly always, and asked for often.
  bool Exact() const { return drift_ppm_ == 0 && slew_for_ == 0; }
  Nanos Needs(Nanos local) const;
  struct Passed {
    Nanos wall;
    Nanos monotonic;
  };
  Passed Part(Nanos elapsed) const;
  int64_t slew_ppm() const { return slew_back_ ? -kSlewPpm : kSlewPpm; }
  void Settle(Nanos now);

  Nanos since_ = 0;  // the true instant at which it was as follows
  Nanos wall_ = 0;
  Nanos monotonic_ = 0;
  int64_t drift_ppm_ = 0;
  Nanos slew_for_ = 0;  // true time for which it is slewed
  bool slew_back_ = false;
};

}  // namespace sim

#endif  // SIM_WORLD_HARDWARE_CLOCK_H_
