// Clock: what a node believes about time.
//
// The wall clock is true time plus an error that faults set: two nodes disagree.
// The monotonic clock never steps back and starts at zero with the run.

#ifndef SIM_WORLD_CLOCK_H_
#define SIM_WORLD_CLOCK_H_

#include "absl/time/time.h"
#include "sim/core/simulation.h"
#include "sim/core/waiter.h"

namespace sim {

class Clock {
 public:
  // `epoch` is the true wall time at instant 0.
  Clock(Simulation& simulation, absl::Time epoch) : simulation_(simulation), epoch_(epoch) {}

  absl::Time Now() const { return epoch_ + FromNanos(simulation_.now() + skew_); }
  absl::Duration Monotonic() const { return FromNanos(simulation_.now()); }

  // Now() in milliseconds since 1970: what services store.
  int64_t NowMillis() const { return absl::ToUnixMillis(Now()); }

  Sleeper Sleep(absl::Duration duration) { return Sleeper(simulation_, ToNanos(duration)); }

  void set_skew(Nanos skew) { skew_ = skew; }
  Nanos skew() const { return skew_; }

 private:
  Simulation& simulation_;
  absl::Time epoch_;
  Nanos skew_ = 0;
};

}  // namespace sim

#endif  // SIM_WORLD_CLOCK_H_
