// ClockSpec: how good the clock of a node is, and what NTP does about it.

#ifndef SIM_WORLD_CLOCK_SPEC_H_
#define SIM_WORLD_CLOCK_SPEC_H_

#include <cstdint>

namespace sim {

struct ClockSpec {
  enum class Ntp { kOff, kStep, kSlew };

  Ntp ntp = Ntp::kOff;
  int64_t drift_ppm = 0;  // millionths that the crystal is too fast; negative: too slow
};

}  // namespace sim

#endif  // SIM_WORLD_CLOCK_SPEC_H_
