// Unknown is not failed: the one error that means "it has not happened".
//
// A call ends in one of three ways: with a reply; Refused, which is definite; or
// anything else, which is unknown: the request may be lost, still travelling,
// being executed, or executed with its answer lost. A business refusal ("not
// enough funds") is a field of the reply, not an error.
//
// Refused is made by the network before delivery (connection refused), or
// returned by a handler that has had no effect: that has committed nothing, sent
// nothing and spawned nothing. A handler that returns it in spite of an effect,
// or passes on a refusal that it received from elsewhere after one, is reported
// to its caller as unknown.

#ifndef SIM_NET_REFUSAL_H_
#define SIM_NET_REFUSAL_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sim {

inline absl::Status Refused(absl::string_view why) { return absl::UnavailableError(why); }

inline bool IsRefused(const absl::Status& status) { return absl::IsUnavailable(status); }

// What a caller sees of every error that is not a refusal.
inline absl::Status Unknown(absl::string_view why) { return absl::UnknownError(why); }

}  // namespace sim

#endif  // SIM_NET_REFUSAL_H_
