// Traffic: what can be seen of messages from outside, for checks.

#ifndef SIM_NET_TRAFFIC_H_
#define SIM_NET_TRAFFIC_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sim/core/time.h"
#include "sim/trace/record.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace sim {

enum class TrafficKind : uint8_t {
  kSent,       // a caller has sent a request (once per call, whatever becomes of it)
  kDelivered,  // a request reaches its handler (each copy)
  kAnswered,   // a handler sends its reply (once per delivery)
  kReturned,   // the answer reaches a caller that was waiting for it
  kRefused,    // the news reaches a caller that nothing was delivered
  kTimedOut,   // a caller's deadline has passed
};

// Views and pointers are valid during the notification only.
struct Traffic {
  TrafficKind kind = TrafficKind::kSent;
  absl::string_view method;
  absl::string_view caller;  // names of nodes
  absl::string_view callee;
  absl::string_view key;  // business key of the request
  uint64_t call = 0;      // the same for all traffic of one call
  Nanos at = 0;
  RecordId record = 0;
  const google::protobuf::Message* message = nullptr;  // request, or reply if there is one
  absl::Status status;  // kAnswered, kReturned: what the handler returned
};

// Is told synchronously, in order. Cannot act.
class TrafficSink {
 public:
  virtual void OnTraffic(const Traffic& traffic) = 0;

 protected:
  ~TrafficSink() = default;
};

}  // namespace sim

#endif  // SIM_NET_TRAFFIC_H_
