// Pins as text: how a fault that fired is kept, sent to a colleague, replayed.
//
//   pin { point: "reply exchange.Submit a<b order-7" occurrence: 1 choice: LATE by: "900ms" }

#ifndef FAULTS_PINS_H_
#define FAULTS_PINS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "faults/fault.pb.h"
#include "faults/source_text.h"
#include "google/protobuf/repeated_field.h"
#include "sim/choice/choice.h"

namespace faults {

// The worst drift of a clock, in millionths: ten minutes in a week.
inline constexpr int64_t kMostPpm = 1000;

settle::Pin PinProto(const sim::Pin& pin);

// The inverse of PinProto, strict: a point that is none, a choice that cannot
// happen there, a field that does not belong to the choice are errors, which are
// added to `problems` at their place `where`.
sim::Pin CompilePin(const settle::Pin& pin, const Where& where, Diagnostics& problems);

// One line, as above.
std::string PinText(const sim::Pin& pin);

// A line for each.
std::string PinsText(absl::Span<const sim::Pin> pins);

// The inverse of PinsText; comments and free layout are fine. `file` names the
// text in errors.
absl::StatusOr<std::vector<sim::Pin>> ParsePins(absl::string_view file, absl::string_view text);

// How many of `pins` are faults. How business ended is a pin too, and no fault: a refusal for
// want of funds is what the company is there for.
int CountFaults(const google::protobuf::RepeatedPtrField<settle::Pin>& pins);

}  // namespace faults

#endif  // FAULTS_PINS_H_
