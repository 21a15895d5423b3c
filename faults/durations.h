// Durations as people write them, and as they read them.
//
// In plans, pins and scenarios a duration is text with a unit, "250ms"; inside it is a
// whole number of nanoseconds. What is finer than that is an error, not rounded.

#ifndef FAULTS_DURATIONS_H_
#define FAULTS_DURATIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/time.h"

namespace faults {

// "250ms", "10m", "1h30m", "-2s". InvalidArgument if `text` is no duration or
// longer than 292 years.
absl::StatusOr<sim::Nanos> ParseSignedNanos(absl::string_view text);

// The same, but never negative.
absl::StatusOr<sim::Nanos> ParseNanos(absl::string_view text);

// The text that parses as `nanos`: "900ms".
std::string NanosText(sim::Nanos nanos);

// For sentences: "900 ms", "1.5 s", "1 h 30 min".
std::string NanosInWords(sim::Nanos nanos);

// A few amounts from `min` to `max`, both included, those between without more digits
// than a person wants to read: a rule's alternatives, which are finite so.
inline constexpr int kAlternatives = 4;
std::vector<int64_t> Alternatives(sim::Nanos min, sim::Nanos max);

}  // namespace faults

#endif  // FAULTS_DURATIONS_H_
