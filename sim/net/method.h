// Method: a call's name and its two message types.
//
//   inline constexpr sim::Method<SubmitRequest, SubmitReply> kSubmit{
//       "exchange.Submit", sim::Visibility::kPublic};
//
// Only public methods can be called from another organisation; the rest of a
// company's services, and its databases, are out of reach from outside. What people
// call, through a front end, is public too: kPeople.

#ifndef SIM_NET_METHOD_H_
#define SIM_NET_METHOD_H_

#include <cstdint>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sim/core/hash.h"

namespace sim {

enum class Visibility : uint8_t { kInternal, kPublic, kPeople };

template <typename RequestType, typename ReplyType>
struct Method {
  using Request = RequestType;
  using Reply = ReplyType;
  absl::string_view name;
  Visibility visibility = Visibility::kInternal;
  uint64_t name_hash = HashName(name);  // computed when this is compiled
};

struct CallOptions {
  // How long the caller waits for the answer. Afterwards the outcome is unknown.
  absl::Duration timeout = absl::Seconds(5);
};
static_assert(std::is_trivially_copyable_v<CallOptions>,
              "g++ 12 destroys other aggregates twice in an expression with co_await");

using NodeId = uint16_t;

// Whom to call. Obtained from Env::peer().
struct Address {
  NodeId node = 0;
};

}  // namespace sim

#endif  // SIM_NET_METHOD_H_
