#include "sim/world/hardware_clock.h"

#include <algorithm>

namespace sim {
namespace {

using Wide = __int128;
constexpr Wide kMillion = 1'000'000;

// What a clock that is `ppm` too fast counts in `elapsed`, rounded down: a clock that
// is asked twice never goes back.
Nanos Counted(Nanos elapsed, int64_t ppm) {
  if (ppm == 0) return elapsed;
  return static_cast<Nanos>(elapsed * (kMillion + ppm) / kMillion);
}

// The least time in which such a clock counts `wanted`.
Nanos Needed(Nanos wanted, int64_t ppm) {
  if (ppm == 0) return wanted;
  const Wide rate = kMillion + ppm;
  const Wide needed = (wanted * kMillion + rate - 1) / rate;
  return needed > kForever ? kForever : static_cast<Nanos>(needed);
}

}  // namespace

HardwareClock::Passed HardwareClock::Part(Nanos elapsed) const {
  const Nanos slewed = std::min(elapsed, slew_for_);
  Passed passed;
  passed.monotonic = Counted(elapsed, drift_ppm_);
  passed.wall = Counted(slewed, drift_ppm_ + slew_ppm()) + Counted(elapsed - slewed, drift_ppm_);
  return passed;
}

Nanos HardwareClock::Needs(Nanos local) const {
  return local == kForever ? kForever : Needed(local, drift_ppm_);
}

Nanos HardwareClock::UntilWall(Nanos wall, Nanos now) const {
  HardwareClock here = *this;
  here.Settle(now);
  const Nanos wanted = wall - here.wall_;
  if (wanted <= 0) return 0;
  const Nanos slewed = Counted(here.slew_for_, drift_ppm_ + slew_ppm());
  if (wanted <= slewed) return Needed(wanted, drift_ppm_ + slew_ppm());
  return here.slew_for_ + Needed(wanted - slewed, drift_ppm_);
}

void HardwareClock::Jump(Nanos by, Nanos now) {
  Settle(now);
  wall_ += by;
}

void HardwareClock::Slew(Nanos by, Nanos now) {
  Settle(now);
  slew_back_ = by < 0;
  slew_for_ = static_cast<Nanos>(Wide{slew_back_ ? -by : by} * kMillion / kSlewPpm);
}

void HardwareClock::Drift(int64_t ppm, Nanos now) {
  Settle(now);
  drift_ppm_ = ppm;
}

void HardwareClock::Settle(Nanos now) {
  const Passed passed = Part(now - since_);
  slew_for_ -= std::min(now - since_, slew_for_);
  wall_ += passed.wall;
  monotonic_ += passed.monotonic;
  since_ = now;
}

}  // namespace sim
