#include "sim/net/links.h"

#include <algorithm>

namespace sim {

LinkState Links::Look(NodeId from, NodeId to) {
  if (simulation_.choices().Asks(PlaceKind::kLink)) {
    const int64_t slot = simulation_.now() / kLinkSlot;
    Link& link = links_[{from, to}];
    if (link.slot != slot) {
      link.slot = slot;
      Ask(from, to, /*both_ways=*/false);
      // The two directions share a choice, made by whichever sends first.
      const auto [low, high] = std::minmax(from, to);
      const auto shared = shared_slots_.try_emplace({low, high}, -1).first;
      if (std::exchange(shared->second, slot) != slot) Ask(low, high, /*both_ways=*/true);
    }
  }
  const auto link = links_.find({from, to});
  return link == links_.end() ? LinkState() : link->second.state;
}

Nanos Links::clogged_until(NodeId from, NodeId to) const {
  const auto link = links_.find({from, to});
  return link == links_.end() ? 0 : link->second.state.clogged_until;
}

void Links::Ask(NodeId from, NodeId to, bool both_ways) {
  Place place;
  place.kind = PlaceKind::kLink;
  place.both_ways = both_ways;
  place.node = nodes_[from].name;
  place.peer = nodes_[to].name;
  const uint64_t point = PointOf(place);
  const uint64_t slot = static_cast<uint64_t>(simulation_.now() / kLinkSlot);
  const Choice choice = simulation_.choices().Fault(place, point, slot, simulation_.now(),
                                                    simulation_.choices().Bits(point, slot));
  if (!choice) return;
  Strike(from, to, choice);
  if (both_ways) Strike(to, from, choice);
}

void Links::Strike(NodeId from, NodeId to, const Choice& choice) {
  const Nanos now = simulation_.now();
  LinkState& state = links_[{from, to}].state;
  RecordKind kind = RecordKind::kPartition;
  switch (choice.kind) {
    case ChoiceKind::kPartition:
      state.cut_until = std::max(state.cut_until, now + choice.amount);
      break;
    case ChoiceKind::kClog:
      kind = RecordKind::kClog;
      state.clogged_until = std::max(state.clogged_until, now + choice.amount);
      break;
    case ChoiceKind::kSlowPair:
      kind = RecordKind::kSlowPair;
      state.slow_until = now + choice.lasts;
      state.slow_by = choice.amount;
      break;
    default:
      return;
  }
  simulation_.trace().Append(now, kind, from, to, nodes_[to].hash, 0,
                             static_cast<uint64_t>(choice.amount), simulation_.cause());
}

}  // namespace sim
