// Simulated time.
//
// Inside `sim` an instant is the number of nanoseconds since the run began, and
// so is a duration: one integer, exact everywhere. Components never see it; they
// use absl::Duration, and absl::Time through their node's Clock.

#ifndef SIM_CORE_TIME_H_
#define SIM_CORE_TIME_H_

#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace sim {

using Nanos = int64_t;

inline constexpr Nanos kForever = std::numeric_limits<Nanos>::max();

constexpr Nanos Micros(int64_t n) { return n * 1'000; }
constexpr Nanos Millis(int64_t n) { return n * 1'000'000; }
constexpr Nanos Seconds(int64_t n) { return n * 1'000'000'000; }
constexpr Nanos Minutes(int64_t n) { return Seconds(n * 60); }
constexpr Nanos Hours(int64_t n) { return Minutes(n * 60); }

inline Nanos ToNanos(absl::Duration d) { return absl::ToInt64Nanoseconds(d); }
inline absl::Duration FromNanos(Nanos n) { return absl::Nanoseconds(n); }

}  // namespace sim

#endif  // SIM_CORE_TIME_H_
