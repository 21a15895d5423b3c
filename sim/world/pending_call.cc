#include "sim/world/pending_call.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "sim/net/refusal.h"
#include "sim/world/env.h"
#include "sim/world/node.h"

namespace sim {

PendingCall::PendingCall(Env& env, Address to, MethodInfo* method, MessagePtr request,
                         absl::Duration timeout)
    : Waiter(env.simulation_),
      env_(env),
      to_(to),
      method_(method),
      request_(std::move(request)),
      timeout_(env.hardware().TrueTime(ToNanos(timeout))),
      id_(env.next_call_++) {}

void PendingCall::await_suspend(std::coroutine_handle<> frame) {
  key_ = method_->KeyOf(*request_);
  key_hash_ = HashName(key_);
  const Choice manner = env_.Depart(to_, *method_, HashedText(key_, key_hash_), *request_);
  if (manner.kind == ChoiceKind::kPaysLate) {
    Park(frame);
    simulation().events().Schedule(*this, simulation().now() + manner.amount);
    return;
  }
  if (manner.kind != ChoiceKind::kAbandoned) List();
  if (manner.kind == ChoiceKind::kCallbackNever) {
    request_.reset();
  } else {
    Dispatch();
  }
  Park(frame);
  AwaitDeadline();
}

void PendingCall::List() {
  env_.pending_.Add(*this);
  listed_ = true;
}

void PendingCall::Dispatch() {
  env_.Dispatch(to_, method_, HashedText(key_, key_hash_), std::move(request_), id_);
}

void PendingCall::AwaitDeadline() {
  const Nanos now = simulation().now();
  simulation().events().Schedule(*this, timeout_ > kForever - now ? kForever : now + timeout_);
}

void PendingCall::Wake() {
  if (request_ != nullptr) {  // It was to be made late: now.
    const Simulation::Running running(simulation(), root(), cause());
    List();
    Dispatch();
    return AwaitDeadline();
  }
  Leave();
  const RecordId record =
      simulation().trace().Append(simulation().now(), RecordKind::kTimeout, env_.node_.id(),
                                  to_.node, method_->name_hash, key_hash_, id_, cause());
  if (env_.Observed()) Tell(TrafficKind::kTimedOut, nullptr, record);
  status_ = absl::DeadlineExceededError("no answer in time");
  Resume(record);
}

void PendingCall::Complete(PacketPtr packet) {
  Leave();
  if (env_.Observed())
    Tell(TrafficKind::kReturned, packet->body.get(), packet->cause, packet->status);
  status_ = std::move(packet->status);
  reply_ = std::move(packet->body);
  const RecordId cause = packet->cause;
  packet.reset();
  Resume(cause);
}

void PendingCall::Refused(RecordId record) {
  Leave();
  if (env_.Observed()) Tell(TrafficKind::kRefused, nullptr, record);
  status_ = sim::Refused(absl::StrCat("connection to ", env_.Name(to_), " refused"));
  Resume(record);
}

void PendingCall::Leave() {
  if (std::exchange(listed_, false)) env_.pending_.Remove(*this);
}

void PendingCall::Tell(TrafficKind kind, const google::protobuf::Message* message, RecordId record,
                       absl::Status status) {
  env_.Tell(kind, *method_, key_, env_.node_.id(), to_.node, id_, message, record,
            std::move(status));
}

}  // namespace sim
