// Clock: what a node believes about time.
//
// The wall clock is true time plus an error: two nodes disagree, and one and the same
// may go back. The monotonic clock never does; it starts with the run. How wrong they
// can be is in sim/world/hardware_clock.h.

#ifndef SIM_WORLD_CLOCK_H_
#define SIM_WORLD_CLOCK_H_

#include "absl/time/time.h"
#include "sim/core/simulation.h"
#include "sim/core/waiter.h"
#include "sim/world/hardware_clock.h"

namespace sim {

class Clock {
 public:
  // `epoch` is the true wall time at instant 0; `hardware` outlives this.
  Clock(Simulation& simulation, const HardwareClock& hardware, absl::Time epoch)
      : simulation_(simulation), hardware_(hardware), epoch_(epoch) {}

  absl::Time Now() const { return epoch_ + FromNanos(hardware_.Wall(simulation_.now())); }
  absl::Duration Monotonic() const { return FromNanos(hardware_.Monotonic(simulation_.now())); }

  // Now() in milliseconds since 1970: what services store.
  int64_t NowMillis() const { return absl::ToUnixMillis(Now()); }

  // By the monotonic clock: nothing that happens to the wall clock wakes who sleeps.
  Sleeper Sleep(absl::Duration duration) {
    return Sleeper(simulation_, hardware_.TrueTime(ToNanos(duration)));
  }

 private:
  Simulation& simulation_;
  const HardwareClock& hardware_;
  absl::Time epoch_;
};

}  // namespace sim

#endif  // SIM_WORLD_CLOCK_H_
