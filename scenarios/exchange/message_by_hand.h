// A message seen by hand, to test checks without a simulator:
//
//   check.OnTraffic(MessageByHand(TrafficKind::kTimedOut, "exchange.Submit", "a", "b", 1));

#ifndef SCENARIOS_EXCHANGE_MESSAGE_BY_HAND_H_
#define SCENARIOS_EXCHANGE_MESSAGE_BY_HAND_H_

#include <cstdint>

#include "sim/net/traffic.h"

namespace scenarios {

// All is about order-1. `message` must outlive what is returned.
inline sim::Traffic MessageByHand(sim::TrafficKind kind, absl::string_view method,
                                  absl::string_view caller, absl::string_view callee, uint64_t call,
                                  const google::protobuf::Message* message = nullptr) {
  sim::Traffic traffic;
  traffic.kind = kind;
  traffic.method = method;
  traffic.caller = caller;
  traffic.callee = callee;
  traffic.key = "order-1";
  traffic.call = call;
  traffic.message = message;
  return traffic;
}

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_MESSAGE_BY_HAND_H_
