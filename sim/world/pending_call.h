// PendingCall: a call in progress, as Env::Call waits for it.
//
// A deadline in the queue and an entry in its node's table, both of which go when
// the frame that holds it goes.

#ifndef SIM_WORLD_PENDING_CALL_H_
#define SIM_WORLD_PENDING_CALL_H_

#include <coroutine>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "sim/core/waiter.h"
#include "sim/net/packet.h"
#include "sim/net/traffic.h"

namespace sim {

class Env;

class PendingCall final : public Waiter {
 public:
  PendingCall(Env& env, Address to, MethodInfo* method, MessagePtr request, absl::Duration timeout);
  PendingCall(PendingCall&&) = delete;
  ~PendingCall() override { Leave(); }

  // Sends the request and waits. OK: there is a reply. Else see net/refusal.h.
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> frame);
  absl::Status await_resume() { return std::move(status_); }

  google::protobuf::Message& reply() { return *reply_; }
  uint64_t id() const { return id_; }

  // One of these ends the wait, or the deadline does.
  void Complete(PacketPtr packet);
  void Refused(RecordId record);

  PendingCall* next_in_bucket = nullptr;  // CallTable's

 private:
  // The deadline: from now on the outcome is unknown. (But if somebody made the call
  // late, this is when it begins.)
  void Wake() override;
  void List();  // in the table: from now on an answer finds it
  void Leave();
  void Dispatch();
  void AwaitDeadline();
  void Tell(TrafficKind kind, const google::protobuf::Message* message, RecordId record,
            absl::Status status = absl::OkStatus());

  Env& env_;
  Address to_;
  bool listed_ = false;  // in the table
  MethodInfo* method_;
  MessagePtr request_;
  Nanos timeout_;
  uint64_t id_;
  std::string key_;
  uint64_t key_hash_ = 0;
  absl::Status status_;
  MessagePtr reply_;
};

}  // namespace sim

#endif  // SIM_WORLD_PENDING_CALL_H_
