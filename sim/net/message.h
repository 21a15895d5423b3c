// Messages on the wire are protobufs, owned, moved, and copied only when a fault
// wants a second one.

#ifndef SIM_NET_MESSAGE_H_
#define SIM_NET_MESSAGE_H_

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/core/pool.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace sim {

// Keeps the protobuf headers out of ours.
struct MessageDeleter {
  uint32_t pooled = 0;  // bytes of the pool that it lies in; 0: made by new
  void operator()(google::protobuf::Message* message) const;
};
using MessagePtr = std::unique_ptr<google::protobuf::Message, MessageDeleter>;

// Moves `message` to where it can travel.
template <typename Type>
  requires(!std::is_reference_v<Type>)
MessagePtr MakeMessage(Type&& message) {
  return MessagePtr(new (Pool::Take(sizeof(Type))) Type(std::move(message)),
                    MessageDeleter{sizeof(Type)});
}

template <typename Type>
MessagePtr CopyMessage(const Type& message) {
  return MessagePtr(new (Pool::Take(sizeof(Type))) Type(message), MessageDeleter{sizeof(Type)});
}

MessagePtr CloneMessage(const google::protobuf::Message& message);

// Reads the business key of the messages of one type: the field that is marked
// [(settle.key) = true]. Made once per method, since finding the mark is slow.
class KeyReader {
 public:
  explicit KeyReader(const google::protobuf::Message& prototype);

  // The key as text, or "" if the type has none.
  std::string Read(const google::protobuf::Message& message) const;

 private:
  const google::protobuf::FieldDescriptor* field_;
};

// A hash of the contents that is the same in every process. Messages must not
// have map fields, which have no order.
uint64_t HashMessage(const google::protobuf::Message& message);

}  // namespace sim

#endif  // SIM_NET_MESSAGE_H_
