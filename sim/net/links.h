// Links: what is wrong with the ways between nodes, each way for itself.
//
// Decided per link and slot of time, so that it does not depend on how many messages
// are sent. A link can be cut: what is sent is lost. It can be clogged: what is
// sent is held, and goes on when the clog ends. It can be slow: what is sent takes so
// much longer. Each lasts as long as the choice says, beyond its slot.
// Source: clogPairFor and setPairLatencyIfNotSet of FoundationDB's simulator.

#ifndef SIM_NET_LINKS_H_
#define SIM_NET_LINKS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/simulation.h"
#include "sim/core/time.h"
#include "sim/net/method.h"

namespace sim {

// Slots are counted from 0.
inline constexpr Nanos kLinkSlot = Seconds(10);

// Until when something is wrong with one way of a link.
struct LinkState {
  Nanos cut_until = 0;
  Nanos clogged_until = 0;
  Nanos slow_until = 0;
  Nanos slow_by = 0;
};

class Links {
 public:
  explicit Links(Simulation& simulation) : simulation_(simulation) {}

  // The nodes, in the order of their numbers.
  void Add(std::string name, uint64_t hash) { nodes_.push_back({std::move(name), hash}); }

  // What is wrong now with the way from one to the other; asks, if nobody has in this slot.
  LinkState Now(NodeId from, NodeId to) {
    if (links_.empty() && !simulation_.choices().Asks(PlaceKind::kLink)) return {};
    return Look(from, to);
  }

  // The same of a clog that is known; asks nothing.
  Nanos clogged_until(NodeId from, NodeId to) const;

  // Nothing is wrong any more.
  void Heal() { links_.clear(); }

 private:
  struct Named {
    std::string name;
    uint64_t hash;
  };
  struct Link {
    int64_t slot = -1;  // the last that was asked about
    LinkState state;
  };

  LinkState Look(NodeId from, NodeId to);
  void Ask(NodeId from, NodeId to, bool both_ways);
  void Strike(NodeId from, NodeId to, const Choice& choice);

  Simulation& simulation_;
  std::vector<Named> nodes_;
  std::map<std::pair<NodeId, NodeId>, Link> links_;
  std::map<std::pair<NodeId, NodeId>, int64_t> shared_slots_;  // asked both ways
};

}  // namespace sim

#endif  // SIM_NET_LINKS_H_
