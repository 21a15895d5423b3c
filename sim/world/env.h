// Env: all that a component can do to the world, and the only way to do it.
//
//   class Teller final : public sim::Component {
//    public:
//     explicit Teller(sim::Env& env) : env_(env), db_(env.database()) {}
//     sim::Task<absl::Status> Start() override {
//       env_.Serve(kPay, this, &Teller::Pay);
//       co_return absl::OkStatus();
//     }
//    private:
//     sim::Task<absl::StatusOr<PayReply>> Pay(PayRequest request);
//     sim::Env& env_;
//     sim::Database db_;
//   };
//
// A component is built at every boot of its node and destroyed by every crash;
// what it must remember is in its database. It sees no seed, no fault and no
// check. Its destructor must not call, send or wait.

#ifndef SIM_WORLD_ENV_H_
#define SIM_WORLD_ENV_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "sim/core/gather.h"
#include "sim/core/signal.h"
#include "sim/core/task.h"
#include "sim/core/task_scope.h"
#include "sim/net/method.h"
#include "sim/net/network.h"
#include "sim/net/refusal.h"
#include "sim/net/traffic.h"
#include "sim/storage/database.h"
#include "sim/world/calendar.h"
#include "sim/world/call_table.h"
#include "sim/world/clock.h"
#include "sim/world/pending_call.h"
#include "sim/world/system.h"

namespace sim {

class Component {
 public:
  virtual ~Component() = default;

  // Runs at every boot; requests are served once it has returned OK.
  virtual Task<absl::Status> Start() = 0;
};

class DatabaseServer;
class FaultPoint;
class Node;

class Env {
 public:
  Env(Node& node, uint64_t incarnation);
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;
  ~Env();

  const std::string& name() const;
  // The company whose node it is: all instances of a service speak in its name.
  const std::string& organisation() const;
  const Settings& settings() const;

  // Whether this operation of a client is part of the run: a failure that is made small
  // does without most of them. A client thinks about an operation that it leaves out as
  // long as about others, so that those stay where they were.
  bool Does(int64_t operation) const;

  // The same, when it is time to begin the operation: others that took long before are
  // waited for as if they were there, where the run says until when. Every client asks this
  // of each of its operations, in their order.
  Task<bool> Turn(int64_t operation);

  // The amount of money that an operation of a client is about, drawn from [least, most]
  // for that business key; of a run that is made small a round one, the same for all.
  int64_t Amount(absl::string_view key, int64_t least, int64_t most);

  Clock& clock() { return clock_; }

  // The business time of the node's organisation.
  const Calendar& calendar() const;

  // A session with the node's database, its own or one that nodes share. Only for systems that have
  // a schema.
  Database database();

  // A session with a replica of it, which can only be read, and may lag behind.
  Database replica();

  // The node in a role that the scenario has wired; of a service with several instances
  // any of them, another one each time.
  Address peer(absl::string_view role) const;

  // This node itself, for who is to be called back.
  Address address() const;

  // Answers calls of `method` with a member function of `component`.
  template <typename Request, typename Reply, typename C>
  void Serve(Method<Request, Reply> method, C* component,
             Task<absl::StatusOr<Reply>> (C::*handler)(Request));

  // Calls a method of another node and waits for its answer. See net/refusal.h
  // for what an error means.
  template <typename Request, typename Reply>
  Task<absl::StatusOr<Reply>> Call(Address to, Method<Request, Reply> method,
                                   std::type_identity_t<Request>&& request, CallOptions options) {
    return Ask<Reply>(to, Intern(method), MakeMessage<Request>(std::move(request)),
                      options.timeout);
  }
  template <typename Request, typename Reply>
  Task<absl::StatusOr<Reply>> Call(Address to, Method<Request, Reply> method,
                                   const std::type_identity_t<Request>& request,
                                   CallOptions options) {
    return Ask<Reply>(to, Intern(method), CopyMessage<Request>(request), options.timeout);
  }

  // Sends a request and does not wait: no answer, no error.
  template <typename Request, typename Reply>
  void Send(Address to, Method<Request, Reply> method, std::type_identity_t<Request> request);

  // Background work, named for faults and findings; dies with the node.
  void Spawn(absl::string_view name, absl::string_view key, Task<> task);
  void Spawn(absl::string_view name, Task<> task) { Spawn(name, "", std::move(task)); }

  // A declared recurring timer: runs `work` every `period`, the first time after
  // one period. A run that is due while the last one is going on is skipped.
  // Only these may be pending when the world is called quiet.
  template <typename C>
  void Every(absl::string_view name, absl::Duration period, C* component, Task<> (C::*work)()) {
    Recur(name, period, [component, work] { return (component->*work)(); });
  }

  // A declared timer of the calendar: runs `work` for every day, when the wall clock
  // comes to `at` after local midnight. The day is its argument: a job that asks the
  // clock instead may be told another one.
  //
  // A time that daylight saving leaves out is that of the change, and of one that
  // comes twice it is the first. A clock that jumps over the times of several days
  // runs the last of them; one that jumps back runs no day twice. So a day is missed
  // if the clock jumps over it or the node is down at its time, and done twice if the
  // node is restarted with an earlier clock: a job that must run once has to look into
  // its database, at boot too.
  template <typename C>
  void Daily(absl::string_view name, absl::Duration at, C* component,
             Task<> (C::*work)(absl::CivilDay)) {
    RecurDaily(name, at, [component, work](absl::CivilDay day) { return (component->*work)(day); });
  }

  // Waits for a signal, at most `limit`. True if it was notified. A task that
  // waits with absl::InfiniteDuration() counts as idle.
  Task<bool> WaitFor(Signal& signal, absl::Duration limit);

  // `co_await env.WithTimeout(task, limit)`: see core/gather.h.
  template <typename Result>
  auto WithTimeout(Task<Result> task, absl::Duration limit) {
    return sim::WithTimeout(simulation_, std::move(task), TrueTime(limit));
  }

  // Variety that is nobody's fault: a value in [0, bound) of (node, name, key,
  // occurrence). With the business key that it is about, one order's draws do not
  // depend on how often the others drew.
  uint64_t Draw(absl::string_view name, absl::string_view key, uint64_t bound);

  // How a declared business outcome ends: 0 is success. Recorded as a choice.
  // Part of the work and not of the faults: it goes on when those are over.
  uint64_t Outcome(absl::string_view name, absl::string_view key);

  // Publishes a fact that leaves no row: what a client saw, an alert.
  void Emit(const google::protobuf::Message& fact);

 private:
  friend class FaultPoint;
  friend class Node;
  friend class PendingCall;
  class DeclaredTimer;
  class Periodic;
  class EveryDay;
  using Handler = std::function<Task<>(PacketPtr)>;

  template <typename Request, typename Reply, typename C>
  Task<> Answer(C* component, Task<absl::StatusOr<Reply>> (C::*handler)(Request), PacketPtr packet);
  void ServeRaw(MethodInfo* method, Handler handler);
  template <typename Reply>
  Task<absl::StatusOr<Reply>> Ask(Address to, MethodInfo* method, MessagePtr request,
                                  absl::Duration timeout);
  void SendRaw(Address to, MethodInfo* method, MessagePtr request);
  void Respond(PacketPtr request, absl::Status status, MessagePtr body);

  // What counterparties and people do to a call, see manners.cc: to one that this node
  // is about to make, and to one that it is about to handle. `request` is copied if
  // it is to be sent again.
  Choice Depart(Address to, const MethodInfo& method, HashedText key,
                const google::protobuf::Message& request);
  Choice Arrive(const Packet& request);
  Choice AskManner(PlaceKind kind, NodeId caller, NodeId callee, const MethodInfo& method,
                   HashedText key);
  void SendLater(Address to, MethodInfo* method, HashedText key, MessagePtr request, Nanos wait);
  static Task<> RunLater(Env* env, Nanos wait, Task<> task);

  // Sends a request under a call number.
  void Dispatch(Address to, MethodInfo* method, HashedText key, MessagePtr request, uint64_t call);
  DatabaseServer& OwnDatabase();
  Task<absl::Status> Notified(Signal& signal);
  // Which instance of a service is next.
  size_t Balance(absl::string_view role, const std::vector<std::string>& service) const;
  std::string Name(Address address) const;
  // Whether anybody observes; who asks before Tell() spares its arguments.
  bool Observed() const;
  void Tell(TrafficKind kind, const MethodInfo& method, absl::string_view key, NodeId caller,
            NodeId callee, uint64_t call, const google::protobuf::Message* message, RecordId record,
            absl::Status status = absl::OkStatus());
  void Recur(absl::string_view name, absl::Duration period, std::function<Task<>()> work);
  void RecurDaily(absl::string_view name, absl::Duration at,
                  std::function<Task<>(absl::CivilDay)> work);
  void Declare(absl::string_view name, std::unique_ptr<DeclaredTimer> timer);
  void FireAtWall(Event& event, absl::Time wall);
  void OnClockSet();
  const HardwareClock& hardware() const;
  // What `local` by the node's monotonic clock is in true time.
  absl::Duration TrueTime(absl::Duration local) const {
    return FromNanos(hardware().TrueTime(ToNanos(local)));
  }
  template <typename Request, typename Reply>
  MethodInfo* Intern(Method<Request, Reply> method) {
    return Intern(HashedText(method.name, method.name_hash), method.visibility);
  }
  MethodInfo* Intern(HashedText name, Visibility visibility);
  void Receive(PacketPtr packet);
  void Refuse(uint64_t call, RecordId record);

  Node& node_;
  Simulation& simulation_;
  Clock clock_;
  uint64_t next_call_;
  std::unique_ptr<SessionHost> session_;          // with a shared database
  std::unique_ptr<SessionHost> replica_session_;  // with its replica
  uint64_t replica_ = 0;                          // the session with that of its own
  bool ready_ = false;                            // Start() has returned
  std::vector<Handler> handlers_;                 // by MethodInfo::number
  CallTable<PendingCall> pending_;
  std::map<std::string, std::unique_ptr<DeclaredTimer>> recurring_;
  TaskScope tasks_;  // Last: its frames may refer to all of the above.
};

template <typename Request, typename Reply, typename C>
void Env::Serve(Method<Request, Reply> method, C* component,
                Task<absl::StatusOr<Reply>> (C::*handler)(Request)) {
  Intern(method)->reply = &Reply::default_instance();
  ServeRaw(Intern(method), [this, component, handler](PacketPtr packet) {
    return Answer<Request, Reply, C>(component, handler, std::move(packet));
  });
}

template <typename Request, typename Reply, typename C>
Task<> Env::Answer(C* component, Task<absl::StatusOr<Reply>> (C::*handler)(Request),
                   PacketPtr packet) {
  absl::Status status;
  MessagePtr body;
  {
    // Its locals die before the answer leaves.
    auto work = (component->*handler)(std::move(static_cast<Request&>(*packet->body)));
    absl::StatusOr<Reply>& reply = co_await Finish(work);
    status = reply.status();
    if (reply.ok()) body = MakeMessage<Reply>(*std::move(reply));
  }
  Respond(std::move(packet), std::move(status), std::move(body));
}

template <typename Reply>
Task<absl::StatusOr<Reply>> Env::Ask(Address to, MethodInfo* method, MessagePtr request,
                                     absl::Duration timeout) {
  PendingCall call(*this, to, method, std::move(request), timeout);
  absl::Status status = co_await call;
  if (!status.ok()) co_return status;
  co_return std::move(static_cast<Reply&>(call.reply()));
}

template <typename Request, typename Reply>
void Env::Send(Address to, Method<Request, Reply> method, std::type_identity_t<Request> request) {
  SendRaw(to, Intern(method), MakeMessage<Request>(std::move(request)));
}

}  // namespace sim

#endif  // SIM_WORLD_ENV_H_
