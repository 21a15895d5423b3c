// Network: packets between nodes, and what can become of them.
//
// A packet takes a latency drawn for it, and meets at most one fault, decided by
// the same draw. Packets between two nodes may overtake each other. A packet that
// arrives at a node that is down is lost; one that arrives when it has booted
// again is delivered, as by a proxy that tries again; a request to a node that is down when
// it is sent is refused, as is one that meets a refusing fault: in both cases no
// copy of it was or will be delivered.
//
// What is sent into a clogged link is held, and meets no other fault. When the clog ends
// all of it arrives, in the order in which it was sent. Nothing of it is lost, unless
// the receiver was there and has died meanwhile: the connection is broken then.
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
#include "sim/net/links.h"
#include "sim/net/method.h"
#include "sim/net/packet.h"

namespace sim {

// A node, as the network sees it.
class Endpoint {
 public:
  // Whether anything reaches it, such as the reply to a call made while it boots.
  virtual bool alive() const = 0;

  // Whether it accepts connections: it is alive and has started.
  virtual bool listening() const = 0;

  // Another one after each crash: connections with an earlier one are broken.
  virtual uint64_t incarnation() const { return 1; }

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

  // Whether what is sent from one to the other now gets there soon: no partition and no
  // clog is in its way; and how much longer than usual it takes. For what is no
  // packet, such as a statement for a database server.
  bool Passes(NodeId from, NodeId to) {
    const LinkState link = links_.Now(from, to);
    return now() >= link.cut_until && now() >= link.clogged_until;
  }
  Nanos SlowBy(NodeId from, NodeId to) { return Extra(links_.Now(from, to)); }

  // Nothing is wrong with any link any more. Packets on their way go on, those in a clog
  // first.
  void Heal();

 private:
  struct Attached {
    std::string name;
    std::string organisation;
    uint64_t hash;  // of its name
    uint64_t organisation_hash;
    Endpoint* endpoint;
  };
  friend class Packet;
  class Clog;
  class Refusal;

  MethodInfo* Find(HashedText name, Visibility visibility);
  Nanos now() const { return simulation_.now(); }
  Nanos Extra(const LinkState& link) const { return now() < link.slow_until ? link.slow_by : 0; }
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
  Links links_;
  std::map<std::pair<NodeId, NodeId>, std::unique_ptr<Clog>> clogs_;
  std::vector<PacketPtr> in_flight_;  // by slot
  std::vector<uint32_t> free_slots_;
  std::vector<std::unique_ptr<Refusal>> refusals_;
  std::multimap<uint64_t, Packet*> held_;  // by whom they wait for
};

}  // namespace sim

#endif  // SIM_NET_NETWORK_H_
