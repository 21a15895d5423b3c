#include "sim/world/env.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"
#include "sim/net/message.h"
#include "sim/net/traffic.h"
#include "sim/world/declared_timer.h"
#include "sim/world/node.h"
#include "sim/world/remote_session.h"
#include "sim/world/world.h"

namespace sim {

Env::Env(Node& node, uint64_t incarnation)
    : node_(node),
      simulation_(node.simulation()),
      clock_(simulation_, node.clock().hardware(), node.world().options().epoch),
      // Unique in the world and over incarnations: a stale reply finds nobody.
      next_call_(static_cast<uint64_t>(node.id()) << 48 | (incarnation & 0xffff) << 32 | 1),
      tasks_(simulation_, &node, node.name()) {}

Env::~Env() { tasks_.Clear(); }

const std::string& Env::name() const { return node_.name(); }
const std::string& Env::organisation() const { return node_.organisation(); }
const Settings& Env::settings() const { return node_.settings(); }

bool Env::Does(int64_t operation) const {
  const std::optional<std::set<int64_t>>& only = node_.spec().only;
  return !only.has_value() || only->count(operation) > 0;
}

Task<bool> Env::Turn(int64_t operation) {
  if (!Does(operation)) co_return false;
  const std::map<int64_t, Nanos>& starts = node_.spec().starts;
  const auto start = starts.find(operation);
  if (start != starts.end() && start->second > simulation_.now()) {
    co_await clock_.Sleep(FromNanos(start->second - simulation_.now()));
  }
  if (Observed()) node_.world().sink().OnTurn(name(), operation, simulation_.now());
  co_return true;
}

int64_t Env::Amount(absl::string_view key, int64_t least, int64_t most) {
  SIM_CHECK(least <= most) << "no amount is at least " << least << " and at most " << most;
  if (node_.spec().amount.has_value()) return *node_.spec().amount;
  if (least == most) return least;
  return least + static_cast<int64_t>(Draw("amount", key, static_cast<uint64_t>(most - least) + 1));
}

Address Env::address() const { return Address{node_.id()}; }

std::string Env::Name(Address address) const { return node_.world().network().name(address.node); }

const HardwareClock& Env::hardware() const { return node_.clock().hardware(); }

const Calendar& Env::calendar() const { return *node_.spec().calendar; }

Database Env::database() {
  if (node_.shared() != nullptr) {
    if (session_ == nullptr) {
      session_ = std::make_unique<RemoteSession>(node_, *node_.shared(), /*replica=*/false);
    }
    return Database(*session_);
  }
  return Database(OwnDatabase());
}

Database Env::replica() {
  if (node_.shared() != nullptr) {
    if (replica_session_ == nullptr) {
      replica_session_ = std::make_unique<RemoteSession>(node_, *node_.shared(), /*replica=*/true);
    }
    return Database(*replica_session_);
  }
  DatabaseServer& database = OwnDatabase();
  if (replica_ == 0) {
    DatabaseServer::Peer peer;
    peer.node = node_.name();
    peer.node_number = node_.id();
    peer.replica = true;
    replica_ = database.OpenSession(std::move(peer));
  }
  return Database(database, replica_);
}

DatabaseServer& Env::OwnDatabase() {
  SIM_CHECK(node_.database() != nullptr) << node_.name() << " has no database: its system "
                                         << node_.spec().system->name << " declares no schema";
  return *node_.database();
}

Address Env::peer(absl::string_view role) const {
  const auto& peers = node_.spec().peers;
  const auto it = peers.find(std::string(role));
  SIM_CHECK(it != peers.end()) << "the scenario wires no peer \"" << role << "\" to "
                               << node_.name();
  const std::vector<std::string>* const service = node_.world().service(it->second);
  const std::string& name = service == nullptr ? it->second : (*service)[Balance(role, *service)];
  const Network& network = node_.world().network();
  for (NodeId id = 0; id < network.nodes(); ++id) {
    if (network.name(id) == name) return Address{id};
  }
  SIM_CHECK(false) << "peer \"" << role << "\" of " << node_.name() << " is " << name
                   << ", which does not exist";
  return Address{};
}

size_t Env::Balance(absl::string_view role, const std::vector<std::string>& service) const {
  const uint64_t words[] = {HashName(node_.name()), HashName(role)};
  const uint64_t point = HashWords(words, 2, /*seed=*/4);
  return static_cast<size_t>(simulation_.choices().Noise(point, service.size()));
}

void Env::Spawn(absl::string_view name, absl::string_view key, Task<> task) {
  if (!node_.alive()) return;  // A zombie starts nothing.
  if (Root* root = simulation_.root()) root->had_effect = true;
  const HashedText hashed_name = name;
  const HashedText hashed_key = key;
  simulation_.trace().Name(hashed_key);
  const RecordId cause = simulation_.cause();
  simulation_.Record(RecordKind::kTimer, node_.id(), simulation_.trace().Name(hashed_name),
                     hashed_key.hash());
  tasks_.Spawn(hashed_name, hashed_key, std::move(task));
  simulation_.set_cause(cause);
}

Task<absl::Status> Env::Notified(Signal& signal) {
  co_await signal.Wait(simulation_);
  co_return absl::OkStatus();
}

Task<bool> Env::WaitFor(Signal& signal, absl::Duration limit) {
  if (limit == absl::InfiniteDuration()) {
    // No deadline, no event: an idle task does not keep the world from quiet.
    co_await signal.Wait(simulation_);
    co_return true;
  }
  auto notified = Notified(signal);
  const absl::Status status = co_await WithTimeout(std::move(notified), limit);
  co_return status.ok();
}

uint64_t Env::Draw(absl::string_view name, absl::string_view key, uint64_t bound) {
  if (!node_.alive()) return 0;
  const uint64_t words[] = {HashName(node_.name()), HashName(name), HashName(key)};
  const uint64_t value = simulation_.choices().Noise(HashWords(words, 3, /*seed=*/3), bound);
  simulation_.Record(RecordKind::kDraw, node_.id(), simulation_.trace().Name(name),
                     simulation_.trace().Name(key), value);
  return value;
}

uint64_t Env::Outcome(absl::string_view name, absl::string_view key) {
  if (!node_.alive()) return 0;
  Place place;
  place.kind = PlaceKind::kOutcome;
  place.node = node_.name();
  place.method = name;
  place.key = key;
  const Choice choice = simulation_.choices().Fault(place, simulation_.now());
  const uint64_t value =
      choice.kind == ChoiceKind::kOutcome ? static_cast<uint64_t>(choice.amount) : 0;
  simulation_.Record(RecordKind::kOutcome, node_.id(), simulation_.trace().Name(name),
                     simulation_.trace().Name(key), value);
  return value;
}

void Env::Emit(const google::protobuf::Message& fact) {
  if (!node_.alive()) return;
  simulation_.Record(RecordKind::kEmit, node_.id(), 0, 0, HashMessage(fact));
  node_.world().OnFact(node_.name(), fact, simulation_.now());
}

MethodInfo* Env::Intern(HashedText name, Visibility visibility) {
  return node_.world().network().Intern(name, visibility);
}

void Env::ServeRaw(MethodInfo* method, Handler handler) {
  if (handlers_.size() <= method->number) handlers_.resize(method->number + 1);
  handlers_[method->number] = std::move(handler);
}

void Env::SendRaw(Address to, MethodInfo* method, MessagePtr request) {
  const std::string key = method->KeyOf(*request);
  const Choice manner = Depart(to, *method, key, *request);
  if (manner.kind == ChoiceKind::kCallbackNever) return;
  if (manner.kind == ChoiceKind::kPaysLate) {
    return SendLater(to, method, key, std::move(request), manner.amount);
  }
  Dispatch(to, method, key, std::move(request), next_call_++);
}

void Env::Dispatch(Address to, MethodInfo* method, HashedText key, MessagePtr request,
                   uint64_t call) {
  node_.Pass(Step::Moment::kBefore, Step::On::kSend, method->name, key.text());
  if (!node_.alive()) return;
  if (Root* root = simulation_.root()) root->had_effect = true;
  auto packet = std::make_unique<Packet>(method, key);
  packet->from = node_.id();
  packet->to = to.node;
  packet->call = call;
  packet->body = std::move(request);
  Network& network = node_.world().network();
  const RecordId sent = network.Announce(*packet);
  if (Observed())
    Tell(TrafficKind::kSent, *method, key.text(), node_.id(), to.node, call, packet->body.get(),
         sent);
  network.Send(std::move(packet));
  node_.Pass(Step::Moment::kAfter, Step::On::kSend, method->name, key.text());
}

void Env::Receive(PacketPtr packet) {
  if (packet->leg == Leg::kReply) {
    // Nobody waits any more, or this is the second copy: the reply is ignored.
    PendingCall* const call = pending_.Find(packet->call);
    if (call != nullptr) call->Complete(std::move(packet));
    return;
  }
  const MethodInfo& method = *packet->method;
  if (Observed())
    Tell(TrafficKind::kDelivered, method, packet->key, packet->from, packet->to, packet->call,
         packet->body.get(), packet->cause);
  if (method.number >= handlers_.size() || handlers_[method.number] == nullptr) {
    Respond(std::move(packet), Refused(absl::StrCat(name(), " does not serve ", method.name)),
            nullptr);
    return;
  }
  const Choice manner = Arrive(*packet);
  if (manner.kind == ChoiceKind::kAcceptsThenFails || manner.kind == ChoiceKind::kNotFound) {
    const Meaning meaning =
        manner.kind == ChoiceKind::kNotFound ? Meaning::kNotFound : Meaning::kAccepted;
    return Respond(std::move(packet), absl::OkStatus(), ReplyThatMeans(*method.reply, meaning));
  }
  if (manner.kind == ChoiceKind::kSystemError) packet->answers = Meaning::kSystemError;
  const HashedText key = packet->hashed_key();  // The packet lives until the task ends.
  const RecordId delivery = packet->cause;
  Task<> task = handlers_[method.number](std::move(packet));
  if (manner.kind == ChoiceKind::kLate) task = RunLater(this, manner.amount, std::move(task));
  tasks_.Spawn(method.hashed_name(), key, std::move(task), delivery);
}

void Env::Refuse(uint64_t call, RecordId record) {
  PendingCall* const pending = pending_.Find(call);
  if (pending != nullptr) pending->Refused(record);
}

void Env::Respond(PacketPtr packet, absl::Status status, MessagePtr body) {
  const MethodInfo& method = *packet->method;
  const std::string key = packet->key;
  node_.Pass(Step::Moment::kBefore, Step::On::kReply, method.name, key);
  if (!node_.alive()) return;
  const Root* root = simulation_.root();
  // A refusal speaks for the call, and another copy of it may have had an effect.
  const bool effect = packet->copied || (root != nullptr && root->had_effect);
  if (!status.ok() && (!IsRefused(status) || effect)) {
    status = Unknown(status.message());
  }
  if (packet->answers != Meaning::kNone) {
    status = absl::OkStatus();
    body = ReplyThatMeans(*method.reply, packet->answers);
  }
  packet->TurnIntoReply(std::move(status), std::move(body));
  if (Observed())
    Tell(TrafficKind::kAnswered, method, key, packet->to, packet->from, packet->call,
         packet->body.get(), simulation_.cause(), packet->status);
  node_.world().network().Send(std::move(packet));
  node_.Pass(Step::Moment::kAfter, Step::On::kReply, method.name, key);
}

void Env::Recur(absl::string_view name, absl::Duration period, std::function<Task<>()> work) {
  Declare(name, std::make_unique<Periodic>(*this, name, period, std::move(work)));
}

void Env::RecurDaily(absl::string_view name, absl::Duration at,
                     std::function<Task<>(absl::CivilDay)> work) {
  Declare(name, std::make_unique<EveryDay>(*this, name, at, std::move(work)));
}

void Env::Declare(absl::string_view name, std::unique_ptr<DeclaredTimer> timer) {
  const bool fresh = recurring_.emplace(std::string(name), std::move(timer)).second;
  SIM_CHECK(fresh) << this->name() << " declares timer " << name << " twice";
}

void Env::FireAtWall(Event& event, absl::Time wall) {
  const Nanos now = simulation_.now();
  const Nanos from_epoch = ToNanos(wall - node_.world().options().epoch);
  const Nanos wait = hardware().UntilWall(from_epoch, now);
  simulation_.events().Schedule(event, wait > kForever - now ? kForever : now + wait);
}

void Env::OnClockSet() {
  for (const auto& [name, timer] : recurring_) timer->OnClockSet();
}

bool Env::Observed() const { return node_.world().observed(); }

void Env::Tell(TrafficKind kind, const MethodInfo& method, absl::string_view key, NodeId caller,
               NodeId callee, uint64_t call, const google::protobuf::Message* message,
               RecordId record, absl::Status status) {
  World& world = node_.world();
  Traffic traffic;
  traffic.kind = kind;
  traffic.method = method.name;
  traffic.caller = world.network().name(caller);
  traffic.callee = world.network().name(callee);
  traffic.key = key;
  traffic.call = call;
  traffic.at = simulation_.now();
  traffic.record = record;
  traffic.message = message;
  traffic.status = std::move(status);
  static_cast<TrafficSink&>(world.sink()).OnTraffic(traffic);
}

}  // namespace sim
