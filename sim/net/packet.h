// Packet: a message on its way, which is the event of its own arrival.
//
// Made by its sender, moved by pointer and never copied, unless a fault wants a
// second one. The one who answers a request turns its packet into the reply.

#ifndef SIM_NET_PACKET_H_
#define SIM_NET_PACKET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sim/choice/place.h"
#include "sim/core/event_queue.h"
#include "sim/core/hash.h"
#include "sim/core/pool.h"
#include "sim/net/meaning.h"
#include "sim/net/message.h"
#include "sim/net/method.h"
#include "sim/trace/record.h"

namespace sim {

class Network;

// What the network knows of a method; one object per name and run.
struct MethodInfo {
  std::string name;
  uint64_t name_hash = 0;
  size_t number = 0;  // in the order of Network::Intern, from 0
  Visibility visibility = Visibility::kInternal;
  std::unique_ptr<KeyReader> key;                    // of the request; made by the first call
  const google::protobuf::Message* reply = nullptr;  // its prototype, from who serves it

  HashedText hashed_name() const { return HashedText(name, name_hash); }

  // The business key of a request of this method.
  std::string KeyOf(const google::protobuf::Message& request) {
    if (key == nullptr) key = std::make_unique<KeyReader>(request);
    return key->Read(request);
  }
};

class Packet final : public Event, public Pooled {
 public:
  Packet(MethodInfo* m, HashedText k) : method(m), key(k.text()), key_hash(k.hash()) {}

  void Fire() override;
  std::string Describe() const override;

  HashedText hashed_key() const { return HashedText(key, key_hash); }

  // Makes of a request that has arrived the reply to it.
  void TurnIntoReply(absl::Status answer, MessagePtr reply) {
    std::swap(from, to);
    leg = Leg::kReply;
    status = std::move(answer);
    body = std::move(reply);
    copied = false;
    cause = 0;
  }

  NodeId from = 0;
  NodeId to = 0;
  Leg leg = Leg::kRequest;
  bool copied = false;               // a request of which another copy is on its way too
  Meaning answers = Meaning::kNone;  // of a request: whatever its handler says
  RecordId cause = 0;                // the record of its sending; once it has arrived, of that
  MethodInfo* const method;
  uint64_t call = 0;
  const std::string key;  // of the request, also on the reply
  const uint64_t key_hash;
  MessagePtr body;      // null in a reply that carries only a status
  absl::Status status;  // of a reply

 private:
  friend class Network;
  Network* network_ = nullptr;  // on which it is on its way
  uint32_t slot_ = 0;           // there
  uint64_t waits_for_ = 0;      // by whom it is to be overtaken, or 0
};
using PacketPtr = std::unique_ptr<Packet>;

}  // namespace sim

#endif  // SIM_NET_PACKET_H_
