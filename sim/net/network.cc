#include "sim/net/network.h"

#include <algorithm>
#include <utility>

#include "sim/core/check.h"
#include "sim/core/hash.h"

namespace sim {
namespace {

// Why a packet was lost: the value of its kLost record.
enum Loss : uint64_t { kDropped = 1, kCutOff = 2, kNobodyThere = 3, kBrokenConnection = 4 };

// Between two messages of those that a clog has held.
constexpr Nanos kAfterAnother = Micros(1);

}  // namespace

void Packet::Fire() { network_->Arrive(slot_); }

std::string Packet::Describe() const {
  return (leg == Leg::kReply ? "a reply to " : "a request ") + method->name + " " + key + " for " +
         network_->name(to);
}

// The news that a connection was refused, on its way back.
class Network::Refusal final : public Event {
 public:
  Refusal(Network& network, NodeId caller, uint64_t call, RecordId cause)
      : network_(network), caller_(caller), call_(call), cause_(cause) {}

  void Fire() override {
    Network& network = network_;
    std::swap(network.refusals_[index], network.refusals_.back());
    network.refusals_[index]->index = index;
    const std::unique_ptr<Refusal> self = std::move(network.refusals_.back());
    network.refusals_.pop_back();
    Endpoint& caller = *network.nodes_[caller_].endpoint;
    if (caller.alive()) caller.ConnectionRefused(call_, cause_);
  }
  std::string Describe() const override { return "a refused connection"; }

  size_t index = 0;

 private:
  Network& network_;
  NodeId caller_;
  uint64_t call_;
  RecordId cause_;
};

// What a clogged link holds.
class Network::Clog final : public Event {
 public:
  Clog(Network& network, NodeId from, NodeId to) : network_(network), from_(from), to_(to) {}

  // `due` is when the packet would have arrived.
  void Hold(PacketPtr packet, Nanos due, Nanos until) {
    const Endpoint& receiver = *network_.nodes_[to_].endpoint;
    // A connection that is still to be made is made with whoever is there then.
    const bool made = packet->leg == Leg::kReply || receiver.listening();
    held_.push_back({std::move(packet), due, made ? receiver.incarnation() : 0});
    if (held_.size() == 1) network_.simulation_.events().Schedule(*this, until);
  }

  // More may have come into its way meanwhile.
  void Fire() override {
    const Nanos until = network_.links_.clogged_until(from_, to_);
    if (until <= network_.now()) return End();
    network_.simulation_.events().Schedule(*this, until);
  }

  // Lets all go on, one after the other, and is gone.
  void End() {
    Network& network = network_;
    const auto self = network.clogs_.extract(std::pair(from_, to_));
    const uint64_t incarnation = network.nodes_[to_].endpoint->incarnation();
    Nanos next = network.now();
    for (Held& held : held_) {
      Packet& packet = *held.packet;
      if (held.incarnation != 0 && held.incarnation != incarnation) {
        network.simulation_.trace().Append(network.now(), RecordKind::kLost, packet.to, packet.from,
                                           packet.method->name_hash, packet.key_hash,
                                           kBrokenConnection, packet.cause);
        continue;
      }
      next = std::max(next, held.due);
      network.Deliver(std::move(held.packet), next - network.now());
      next += kAfterAnother;
    }
  }
  std::string Describe() const override {
    return "a clog from " + network_.name(from_) + " to " + network_.name(to_);
  }

 private:
  struct Held {
    PacketPtr packet;
    Nanos due;
    uint64_t incarnation;  // of the receiver, with which the connection is; 0: there is none
  };

  Network& network_;
  const NodeId from_;
  const NodeId to_;
  std::vector<Held> held_;
};

Network::Network(Simulation& simulation, LatencySource* latency)
    : simulation_(simulation),
      latency_(latency == nullptr ? &default_latency_ : latency),
      links_(simulation) {}

Network::~Network() = default;

NodeId Network::Attach(std::string name, std::string organisation, Endpoint* endpoint) {
  const NodeId id = static_cast<NodeId>(nodes_.size());
  const uint64_t hash = simulation_.trace().Name(name);
  const uint64_t organisation_hash = simulation_.trace().Name(organisation);
  simulation_.Record(RecordKind::kNode, id, hash, organisation_hash);
  links_.Add(name, hash);
  nodes_.push_back({std::move(name), std::move(organisation), hash, organisation_hash, endpoint});
  return id;
}

MethodInfo* Network::Find(HashedText name, Visibility visibility) {
  std::unique_ptr<MethodInfo>& info = methods_[name.hash()];
  if (info == nullptr) {
    info = std::make_unique<MethodInfo>();
    info->name = std::string(name.text());
    info->name_hash = simulation_.trace().Name(name);
    info->number = methods_.size() - 1;
    info->visibility = visibility;
  }
  recent_[name.hash() % kRecent] = info.get();
  return info.get();
}

RecordId Network::Announce(Packet& packet) {
  const uint64_t key = simulation_.trace().Name(packet.hashed_key());
  packet.cause =
      simulation_.Record(packet.leg == Leg::kReply ? RecordKind::kReply : RecordKind::kSend,
                         packet.from, packet.method->name_hash, key, packet.call, packet.to);
  return packet.cause;
}

RecordId Network::Send(PacketPtr packet) {
  const bool reply = packet->leg == Leg::kReply;
  const Attached& caller = nodes_[reply ? packet->to : packet->from];
  const Attached& callee = nodes_[reply ? packet->from : packet->to];
  SIM_CHECK(packet->method->visibility != Visibility::kInternal ||
            caller.organisation_hash == callee.organisation_hash)
      << caller.name << " of " << caller.organisation << " calls " << packet->method->name << " of "
      << callee.name << " of " << callee.organisation
      << ": only a method that is declared public can be called from another organisation";

  const uint64_t key = packet->key_hash;
  const uint64_t method = packet->method->name_hash;
  const RecordId sent = packet->cause != 0 ? packet->cause : Announce(*packet);

  // One draw per message, or none if nobody looks at it: its point counts within
  // method, leg, caller, callee and business key, and its bits give both the fault
  // and the latency.
  Choices& choices = simulation_.choices();
  const bool asked = choices.Asks(PlaceKind::kMessage);
  uint64_t occurrence = 0;
  uint64_t bits = 0;
  if (asked || latency_->draws()) {
    const uint64_t words[] = {static_cast<uint64_t>(packet->leg), caller.hash, callee.hash, method,
                              key};
    const uint64_t point = HashWords(words, 5, /*seed=*/1);
    occurrence = choices.Count(point);
    bits = choices.Bits(point, occurrence);
  }
  const LinkState link = links_.Now(packet->from, packet->to);
  const Nanos latency = latency_->Sample(packet->from, packet->to, Mix(bits + 1)) + Extra(link);

  const auto record = [&](RecordKind kind, uint64_t value) {
    simulation_.trace().Append(simulation_.now(), kind, packet->from, packet->to, method, key,
                               value, sent);
  };

  if (now() < link.cut_until) {
    record(RecordKind::kLost, kCutOff);
    return sent;
  }
  if (now() < link.clogged_until) {
    record(RecordKind::kHeld, static_cast<uint64_t>(link.clogged_until - now()));
    std::unique_ptr<Clog>& clog = clogs_[{packet->from, packet->to}];
    if (clog == nullptr) clog = std::make_unique<Clog>(*this, packet->from, packet->to);
    clog->Hold(std::move(packet), now() + latency, link.clogged_until);
    return sent;
  }
  if (!reply && !callee.endpoint->listening()) {
    Refuse(*packet, sent, latency);
    return sent;
  }
  Choice choice;
  if (asked) {
    Place place;
    place.kind = PlaceKind::kMessage;
    place.leg = packet->leg;
    place.node = caller.name;
    place.peer = callee.name;
    place.method = packet->method->name;
    place.key = packet->key;
    const uint64_t point = PointOf(place.kind, place.leg, caller.hash, callee.hash, method, key);
    choice = choices.Fault(place, point, occurrence, simulation_.now(), bits);
  }
  switch (choice.kind) {
    case ChoiceKind::kDrop:
      record(RecordKind::kLost, kDropped);
      return sent;
    case ChoiceKind::kRefuse:
      SIM_CHECK(!reply) << "a reply cannot be refused";
      Refuse(*packet, sent, latency);
      return sent;
    case ChoiceKind::kDuplicate:
      record(RecordKind::kDuplicate, static_cast<uint64_t>(choice.amount));
      packet->copied = true;
      Deliver(Copy(*packet), latency + choice.amount);
      break;
    case ChoiceKind::kLate:
      record(RecordKind::kLate, static_cast<uint64_t>(choice.amount));
      Deliver(std::move(packet), latency + choice.amount);
      return sent;
    case ChoiceKind::kOvertaken:
    case ChoiceKind::kCallbackFirst:  // The callback goes the way of the reply.
      record(RecordKind::kHeld, static_cast<uint64_t>(choice.amount));
      Hold(std::move(packet), choice, latency);
      return sent;
    default:
      break;
  }
  Deliver(std::move(packet), latency);
  return sent;
}

void Network::Refuse(const Packet& packet, RecordId sent, Nanos latency) {
  const RecordId refused =
      simulation_.trace().Append(simulation_.now(), RecordKind::kRefused, packet.from, packet.to,
                                 packet.method->name_hash, packet.key_hash, packet.call, sent);
  auto news = std::make_unique<Refusal>(*this, packet.from, packet.call, refused);
  news->index = refusals_.size();
  simulation_.events().Schedule(*news, simulation_.now() + latency);
  refusals_.push_back(std::move(news));
}

void Network::Heal() {
  links_.Heal();
  // Each removes itself when it ends.
  while (!clogs_.empty()) clogs_.begin()->second->End();
}

void Network::Deliver(PacketPtr packet, Nanos delay) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<uint32_t>(in_flight_.size()));
    in_flight_.emplace_back();
  }
  packet->network_ = this;
  packet->slot_ = free_slots_.back();
  free_slots_.pop_back();
  simulation_.events().Schedule(*packet, simulation_.now() + delay);
  in_flight_[packet->slot_] = std::move(packet);
}

void Network::Hold(PacketPtr packet, const Choice& choice, Nanos latency) {
  packet->waits_for_ = OvertakeKey(HashName(choice.by), *packet);
  held_.emplace(packet->waits_for_, packet.get());
  Deliver(std::move(packet), latency + choice.amount);
}

void Network::Arrive(uint32_t slot) {
  const Nanos until = nodes_[in_flight_[slot]->to].endpoint->paused_until();
  if (until > simulation_.now()) {
    simulation_.events().Schedule(*in_flight_[slot], until);
    return;
  }
  PacketPtr packet = std::move(in_flight_[slot]);
  free_slots_.push_back(slot);
  if (packet->waits_for_ != 0) {
    const auto range = held_.equal_range(packet->waits_for_);
    for (auto it = range.first; it != range.second; ++it) {
      if (it->second != packet.get()) continue;
      held_.erase(it);
      break;
    }
    packet->waits_for_ = 0;
  }

  Endpoint& node = *nodes_[packet->to].endpoint;
  if (packet->leg == Leg::kReply ? !node.alive() : !node.listening()) {
    simulation_.trace().Append(simulation_.now(), RecordKind::kLost, packet->to, packet->from,
                               packet->method->name_hash, packet->key_hash, kNobodyThere,
                               packet->cause);
    return;
  }
  simulation_.set_cause(packet->cause);
  packet->cause = simulation_.Record(RecordKind::kDeliver, packet->to, packet->method->name_hash,
                                     packet->key_hash, packet->call, packet->from);

  // Whoever waited to be overtaken by this one is free: it arrives next.
  if (!held_.empty()) {
    const auto range = held_.equal_range(OvertakeKey(packet->method->name_hash, *packet));
    for (auto it = range.first; it != range.second; it = held_.erase(it)) {
      it->second->waits_for_ = 0;
      const Nanos next = simulation_.now() + Millis(1);
      simulation_.events().Schedule(*it->second, std::min(it->second->due(), next));
    }
  }
  node.Receive(std::move(packet));
}

PacketPtr Network::Copy(const Packet& packet) {
  auto copy = std::make_unique<Packet>(packet.method, packet.hashed_key());
  copy->from = packet.from;
  copy->to = packet.to;
  copy->leg = packet.leg;
  copy->call = packet.call;
  if (packet.body != nullptr) copy->body = CloneMessage(*packet.body);
  copy->status = packet.status;
  copy->copied = packet.copied;
  copy->cause = packet.cause;
  return copy;
}

uint64_t Network::OvertakeKey(uint64_t method, const Packet& packet) const {
  const uint64_t words[] = {method, nodes_[packet.from].hash, nodes_[packet.to].hash,
                            packet.key_hash};
  return HashWords(words, 4, /*seed=*/2);
}

}  // namespace sim
