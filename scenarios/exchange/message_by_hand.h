// A message seen by hand, to test checks without a simulator:
//
//   check.OnTraffic(MessageByHand(TrafficKind::kTimedOut, "exchange.Submit", "a", "b", 1));

#ifndef SCENARIOS_EXCHANGE_MESSAGE_BY_HAND_H_
#define SCENARIOS_EXCHANGE_MESSAGE_BY_HAND_H_

#include <cstdint>

#include "sim/net/traffic.h"

namespace scenarios {

// All is about `key`, which like `message` must outlive what is returned.
inline sim::Traffic MessageByHand(sim::TrafficKind kind, absl::string_view method,
                                  absl::string_view caller, absl::string_view callee, uint64_t call,
                                  const google::protobuf::Message* message = nullptr,
                                  absl::string_view key = "order-1") {
  sim::Traffic traffic;
  traffic.kind = kind;
  traffic.method = method;
  traffic.caller = caller;
  traffic.callee = callee;
  traffic.key = key;
  traffic.call = call;
  traffic.message = message;
  return traffic;
}

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_MESSAGE_BY_HAND_H_
