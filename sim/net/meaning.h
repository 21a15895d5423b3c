// Replies that a counterparty gives without its component, or instead of it: accepted,
// system error, not found.
//
//   enum Result {
//     RESULT_UNSPECIFIED = 0;
//     ACCEPTED = 1 [(settle.outcome) = ACCEPTED];
//     BUSY = 2 [(settle.outcome) = SYSTEM_ERROR];
//   }
//
// The mark is all that is known of a reply here; every other field is left at its
// default, as by a server that answers before it knows anything.

#ifndef SIM_NET_MEANING_H_
#define SIM_NET_MEANING_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "sim/net/message.h"

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace sim {

// The numbers are those of settle.Meaning.
enum class Meaning : uint8_t { kNone, kAccepted, kSystemError, kNotFound };

// As options.proto calls it: "SYSTEM_ERROR".
absl::string_view MeaningName(Meaning meaning);

// Whether some value of an enum of a reply is marked so.
bool CanMean(const google::protobuf::Descriptor& reply, Meaning meaning);

// A reply of the type of `prototype` with the first field and value that are marked
// so. Null if none is.
MessagePtr ReplyThatMeans(const google::protobuf::Message& prototype, Meaning meaning);

}  // namespace sim

#endif  // SIM_NET_MEANING_H_
