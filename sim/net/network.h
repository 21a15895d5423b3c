// Network: packets between nodes, and what can become of them.
//
// A packet takes a latency drawn for it, and meets at most one fault, decided by
// the same draw. Packets between two nodes may overtake each other. A packet that
// arrives at a node that is down is lost; one that arrives when it has booted
// again is delivered, as by a proxy that tries again; a request to a node that is down when
// it is sent is refused, as is one that meets a refusing fault: in both cases no
// copy of it was or will be delivered.
//
// Nodes belong to organisations; a packet of a method that is not public never
// crosses from one to another (a wiring error, which ends the process).

#ifndef SIM_NET_NETWORK_H_
#define SIM_NET_NETWORK_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "sim/core/simulation.h"
#include "sim/net/latency.h"
#include "sim/net/method.h"
#include "sim/net/packet.h"

namespace sim {

// Partitions are decided per link and slot of time, so that they do not depend
// on how many messages are sent. Slots are counted from 0.
inline constexpr Nanos kLinkSlot = Seconds(10);

// A node, as the network sees it.
class Endpoint {
 public:
  // Whether anything reaches it, such as the reply to a call made while it boots.
  virtual bool alive() const = 0;

  // Whether it accepts connections: it is alive and has started.
  virtual bool listening() const = 0;

  // Before this, packets that have arrived wait at its door.
  virtual Nanos paused_until() const { return 0; }

  virtual void Receive(PacketPtr packet) = 0;

  // The request `call` of this node was refused: nothing was delivered.
  virtual void ConnectionRefused(uint64_t call, RecordId record) = 0;

 protected:
  ~Endpoint() = default;
};

class Network {
 public:
  // `latency` may be null (LongTail with its defaults) and must outlive this.
  Network(Simulation& simulation, LatencySource* latency);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  ~Network();

  NodeId Attach(std::string name, std::string organisation, Endpoint* endpoint);

  const std::string& name(NodeId node) const { return nodes_[node].name; }
  const std::string& organisation(NodeId node) const { return nodes_[node].organisation; }
  size_t nodes() const { return nodes_.size(); }

  // The one object that stands for the method of this name.
  MethodInfo* Intern(HashedText name, Visibility visibility) {
    MethodInfo* const recent = recent_[name.hash() % kRecent];
    if (recent != nullptr && recent->name_hash == name.hash()) return recent;
    return Find(name, visibility);
  }

  // Records that a packet is sent, for who wants to know before its fate is.
  RecordId Announce(Packet& packet);

  // Sends a packet, announcing it if that was not done; returns the record of the
  // sending.
  RecordId Send(PacketPtr packet);

  // Whether what is sent from one to the other now gets there: no partition is in its
  // way. For what is no packet, such as a statement for a database server.
  bool Passes(NodeId from, NodeId to) { return !Cut(from, to); }

  // Partitions end. Packets on their way, also held ones, go on.
  void Heal();

 private:
  struct Attached {
    std::string name;
    std::string organisation;
    uint64_t hash;  // of its name
    uint64_t organisation_hash;
    Endpoint* endpoint;
  };
  struct Link {
    int64_t slot = -1;  // the last slot that was asked about
    Nanos cut_until = 0;
  };
  friend class Packet;
  class Refusal;

  MethodInfo* Find(HashedText name, Visibility visibility);
  bool Cut(NodeId from, NodeId to) {
    if (links_.empty() && !simulation_.choices().Asks(PlaceKind::kLink)) return false;
    return CutNow(from, to);
  }
  bool CutNow(NodeId from, NodeId to);
  void AskPartition(NodeId from, NodeId to, bool both_ways);
  void Deliver(PacketPtr packet, Nanos delay);
  void Hold(PacketPtr packet, const Choice& choice, Nanos latency);
  void Arrive(uint32_t slot);
  void Refuse(const Packet& packet, RecordId sent, Nanos latency);
  static PacketPtr Copy(const Packet& packet);
  uint64_t OvertakeKey(uint64_t method, const Packet& packet) const;

  Simulation& simulation_;
  LongTail default_latency_;
  LatencySource* latency_;
  std::vector<Attached> nodes_;
  absl::flat_hash_map<uint64_t, std::unique_ptr<MethodInfo>> methods_;  // looked up only
  static constexpr size_t kRecent = 64;
  std::array<MethodInfo*, kRecent> recent_ = {};  // by their hashes; saves the look-up
  std::map<std::pair<NodeId, NodeId>, Link> links_;
  std::map<std::pair<NodeId, NodeId>, int64_t> shared_slots_;  // asked both ways
  std::vector<PacketPtr> in_flight_;                           // by slot
  std::vector<uint32_t> free_slots_;
  std::vector<std::unique_ptr<Refusal>> refusals_;
  std::multimap<uint64_t, Packet*> held_;  // by whom they wait for
};

}  // namespace sim

#endif  // SIM_NET_NETWORK_H_
