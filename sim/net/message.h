// Messages on the wire are protobufs, owned, moved, and copied only when a fault
// wants a second one.

#ifndef SIM_NET_MESSAGE_H_
#define SIM_NET_MESSAGE_H_

#include <cstdint>
#include <memory>
#include <string>

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace sim {

// Keeps the protobuf headers out of ours.
struct MessageDeleter {
  void operator()(google::protobuf::Message* message) const;
};
using MessagePtr = std::unique_ptr<google::protobuf::Message, MessageDeleter>;

MessagePtr CloneMessage(const google::protobuf::Message& message);

// The text of the field marked [(settle.key) = true], or "" without one.
std::string KeyOf(const google::protobuf::Message& message);

// A hash of the contents that is the same in every process. Messages must not
// have map fields, which have no order.
uint64_t HashMessage(const google::protobuf::Message& message);

}  // namespace sim

#endif  // SIM_NET_MESSAGE_H_
