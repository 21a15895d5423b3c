#include "sim/world/env.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"
#include "sim/net/message.h"
#include "sim/net/traffic.h"
#include "sim/world/node.h"
#include "sim/world/remote_session.h"
#include "sim/world/world.h"

namespace sim {

// A call in progress: a deadline in the queue and an entry in the table, both of
// which go when the frame that holds it goes.
class Env::PendingCall final : public Waiter {
 public:
  PendingCall(Env& env, Address to, MethodInfo* method, MessagePtr request, absl::Duration timeout)
      : Waiter(env.simulation_),
        env_(env),
        to_(to),
        method_(method),
        request_(std::move(request)),
        timeout_(ToNanos(timeout)),
        id_(env.next_call_++) {}
  PendingCall(PendingCall&&) = delete;
  ~PendingCall() override { env_.pending_.erase(id_); }

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> frame) {
    env_.pending_.emplace(id_, this);
    key_ = env_.Dispatch(to_, method_, std::move(request_), id_);
    Park(frame);
    const Nanos now = simulation().now();
    simulation().events().Schedule(*this, timeout_ > kForever - now ? kForever : now + timeout_);
  }
  absl::StatusOr<MessagePtr> await_resume() { return std::move(result_); }

  // The deadline: from now on the outcome is unknown.
  void Fire() override {
    env_.pending_.erase(id_);
    const RecordId record =
        simulation().trace().Append(simulation().now(), RecordKind::kTimeout, env_.node_.id(),
                                    to_.node, method_->name_hash, HashName(key_), id_, cause());
    Tell(TrafficKind::kTimedOut, nullptr, record);
    Resume(record);
  }

  void Complete(Packet packet) {
    env_.pending_.erase(id_);
    Tell(TrafficKind::kReturned, packet.body.get(), packet.cause, packet.status);
    if (packet.status.ok()) {
      result_ = std::move(packet.body);
    } else {
      result_ = packet.status;
    }
    Resume(packet.cause);
  }

  void Refused(RecordId record) {
    env_.pending_.erase(id_);
    Tell(TrafficKind::kRefused, nullptr, record);
    result_ = sim::Refused(absl::StrCat("connection to ", env_.Name(to_), " refused"));
    Resume(record);
  }

 private:
  void Tell(TrafficKind kind, const google::protobuf::Message* message, RecordId record,
            absl::Status status = absl::OkStatus()) {
    env_.Tell(kind, *method_, key_, env_.node_.id(), to_.node, id_, message, record,
              std::move(status));
  }

  Env& env_;
  Address to_;
  MethodInfo* method_;
  MessagePtr request_;
  Nanos timeout_;
  uint64_t id_;
  std::string key_;
  absl::StatusOr<MessagePtr> result_ = absl::DeadlineExceededError("no answer in time");
};

// A declared timer. Fixed rate; a run that is still going on is not doubled.
class Env::Recurring final : public Event {
 public:
  Recurring(Env& env, absl::string_view name, absl::Duration period, std::function<Task<>()> work)
      : env_(env),
        name_(name),
        period_(ToNanos(period)),
        work_(std::move(work)),
        cause_(env.simulation_.cause()) {
    set_recurring(true);
    set_owner(Mix(HashName(env.name()) + HashName(name)));
    ScheduleNext();
  }

  void Fire() override {
    ScheduleNext();
    if (running_ || env_.node_.world().winding_down()) return;
    running_ = true;
    env_.simulation_.set_cause(cause_);
    cause_ = env_.simulation_.Record(RecordKind::kTimer, env_.node_.id(),
                                     env_.simulation_.trace().Name(name_), 0);
    env_.node_.Pass(Step::Moment::kBefore, Step::On::kTimer, name_, "");
    if (env_.node_.alive()) env_.tasks_.Spawn(name_, "", RunOnce(this));
  }
  std::string Describe() const override { return absl::StrCat("timer ", name_); }

 private:
  static Task<> RunOnce(Recurring* timer) {
    co_await timer->work_();
    timer->running_ = false;
    timer->env_.node_.Pass(Step::Moment::kAfter, Step::On::kTimer, timer->name_, "");
  }
  void ScheduleNext() {
    env_.simulation_.events().Schedule(*this, env_.simulation_.now() + period_);
  }

  Env& env_;
  std::string name_;
  Nanos period_;
  std::function<Task<>()> work_;
  RecordId cause_;  // of the declaration, then of the last run
  bool running_ = false;
};

Env::Env(Node& node, uint64_t incarnation)
    : node_(node),
      simulation_(node.simulation()),
      clock_(simulation_, node.world().options().epoch),
      // Unique in the world and over incarnations: a stale reply finds nobody.
      next_call_(static_cast<uint64_t>(node.id()) << 48 | (incarnation & 0xffff) << 32 | 1),
      tasks_(simulation_, &node, node.name()) {}

Env::~Env() { tasks_.Clear(); }

const std::string& Env::name() const { return node_.name(); }
const Settings& Env::settings() const { return node_.spec().settings; }

std::string Env::Name(Address address) const { return node_.world().network().name(address.node); }

Database Env::database() {
  if (node_.shared() != nullptr) {
    if (session_ == nullptr) {
      session_ = std::make_unique<RemoteSession>(node_, name(), *node_.shared());
    }
    return Database(*session_);
  }
  SIM_CHECK(node_.database() != nullptr) << node_.name() << " has no database: its system "
                                         << node_.spec().system->name << " declares no schema";
  return Database(*node_.database());
}

Address Env::peer(absl::string_view role) const {
  const auto& peers = node_.spec().peers;
  const auto it = peers.find(std::string(role));
  SIM_CHECK(it != peers.end()) << "the scenario wires no peer \"" << role << "\" to "
                               << node_.name();
  const Network& network = node_.world().network();
  for (NodeId id = 0; id < network.nodes(); ++id) {
    if (network.name(id) == it->second) return Address{id};
  }
  SIM_CHECK(false) << "peer \"" << role << "\" of " << node_.name() << " is " << it->second
                   << ", which does not exist";
  return Address{};
}

void Env::Spawn(absl::string_view name, absl::string_view key, Task<> task) {
  if (!node_.alive()) return;  // A zombie starts nothing.
  if (Root* root = simulation_.root()) root->had_effect = true;
  simulation_.trace().Name(key);
  const RecordId cause = simulation_.cause();
  simulation_.Record(RecordKind::kTimer, node_.id(), simulation_.trace().Name(name), HashName(key));
  tasks_.Spawn(name, key, std::move(task));
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

MethodInfo* Env::Intern(absl::string_view name, Visibility visibility) {
  return node_.world().network().Intern(name, visibility);
}

void Env::ServeRaw(absl::string_view method, Visibility visibility, Handler handler) {
  handlers_[Intern(method, visibility)] = std::move(handler);
}

Task<absl::StatusOr<MessagePtr>> Env::CallRaw(Address to, MethodInfo* method, MessagePtr request,
                                              absl::Duration timeout) {
  co_return co_await PendingCall(*this, to, method, std::move(request), timeout);
}

void Env::SendRaw(Address to, MethodInfo* method, MessagePtr request) {
  Dispatch(to, method, std::move(request), next_call_++);
}

std::string Env::Dispatch(Address to, MethodInfo* method, MessagePtr request, uint64_t call) {
  if (method->key == nullptr) method->key = std::make_unique<KeyReader>(*request);
  std::string key = method->key->Read(*request);
  node_.Pass(Step::Moment::kBefore, Step::On::kSend, method->name, key);
  if (!node_.alive()) return key;
  if (Root* root = simulation_.root()) root->had_effect = true;
  Packet packet;
  packet.from = node_.id();
  packet.to = to.node;
  packet.leg = Leg::kRequest;
  packet.method = method;
  packet.call = call;
  packet.key = key;
  packet.body = std::move(request);
  Network& network = node_.world().network();
  const RecordId sent = network.Announce(packet);
  Tell(TrafficKind::kSent, *method, key, node_.id(), to.node, call, packet.body.get(), sent);
  network.Send(std::move(packet));
  node_.Pass(Step::Moment::kAfter, Step::On::kSend, method->name, key);
  return key;
}

void Env::Receive(Packet packet) {
  if (packet.leg == Leg::kReply) {
    // Nobody waits any more, or this is the second copy: the reply is ignored.
    const auto it = pending_.find(packet.call);
    if (it != pending_.end()) it->second->Complete(std::move(packet));
    return;
  }
  Tell(TrafficKind::kDelivered, *packet.method, packet.key, packet.from, packet.to, packet.call,
       packet.body.get(), packet.cause);
  const auto handler = handlers_.find(packet.method);
  if (handler == handlers_.end()) {
    const Packet& request = packet;
    Respond(request, Refused(absl::StrCat(name(), " does not serve ", packet.method->name)),
            nullptr);
    return;
  }
  const std::string name = packet.method->name;
  const std::string key = packet.key;
  const RecordId delivery = packet.cause;
  tasks_.Spawn(name, key, handler->second(std::move(packet)), delivery);
}

void Env::Refuse(uint64_t call, RecordId record) {
  const auto it = pending_.find(call);
  if (it != pending_.end()) it->second->Refused(record);
}

void Env::Respond(const Packet& request, absl::Status status, MessagePtr body) {
  node_.Pass(Step::Moment::kBefore, Step::On::kReply, request.method->name, request.key);
  if (!node_.alive()) return;
  const Root* root = simulation_.root();
  // A refusal speaks for the call, and another copy of it may have had an effect.
  const bool effect = request.copied || (root != nullptr && root->had_effect);
  if (!status.ok() && (!IsRefused(status) || effect)) {
    status = Unknown(status.message());
  }
  Packet reply;
  reply.from = node_.id();
  reply.to = request.from;
  reply.leg = Leg::kReply;
  reply.method = request.method;
  reply.call = request.call;
  reply.key = request.key;
  reply.status = status;
  reply.body = std::move(body);
  Tell(TrafficKind::kAnswered, *request.method, request.key, request.from, request.to, request.call,
       reply.body.get(), simulation_.cause(), status);
  node_.world().network().Send(std::move(reply));
  node_.Pass(Step::Moment::kAfter, Step::On::kReply, request.method->name, request.key);
}

void Env::Recur(absl::string_view name, absl::Duration period, std::function<Task<>()> work) {
  SIM_CHECK(period > absl::ZeroDuration()) << "timer " << name << " has no period";
  auto timer = std::make_unique<Recurring>(*this, name, period, std::move(work));
  const bool fresh = recurring_.emplace(std::string(name), std::move(timer)).second;
  SIM_CHECK(fresh) << this->name() << " declares timer " << name << " twice";
}

void Env::Tell(TrafficKind kind, const MethodInfo& method, absl::string_view key, NodeId caller,
               NodeId callee, uint64_t call, const google::protobuf::Message* message,
               RecordId record, absl::Status status) {
  World& world = node_.world();
  if (!world.observed()) return;
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
