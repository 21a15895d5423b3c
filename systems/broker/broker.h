// Broker: a durable log of messages for each topic, after Apache RocketMQ.
//
// What is published is delivered to each group of consumers at least once: again and
// again until it is acknowledged, after 10 s, 30 s, 1 min, 2 min, ... (kRetryAfter). When
// that is exhausted, the message goes to the dead letters of the group and an alert is
// raised in the same transaction. Messages of one key are in order: the next is delivered
// when the last is done. Between keys there is no order, and no message comes once only.
//
// A half message (事务消息) is shown to nobody before its producer commits it. One that is
// 6 s old without a decision is asked about (回查), and again every 30 s; after 15 times
// it is discarded as if it had been rolled back.
//
// Faults: publish unavailable; deliver reorder, rebalance, unavailable; ack lost_ack.
// Not modelled: a second copy when the broker dies between copying a half message to
// its topic and removing it, which RocketMQ does in two steps.

#ifndef SYSTEMS_BROKER_BROKER_H_
#define SYSTEMS_BROKER_BROKER_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/fault_point.h"
#include "sim/world/system.h"
#include "systems/broker/broker.pb.h"

namespace broker {

// From one delivery to the next: RocketMQ's levels.
inline constexpr std::array<absl::Duration, 16> kRetryAfter = {
    absl::Seconds(10), absl::Seconds(30), absl::Minutes(1), absl::Minutes(2),
    absl::Minutes(3),  absl::Minutes(4),  absl::Minutes(5), absl::Minutes(6),
    absl::Minutes(7),  absl::Minutes(8),  absl::Minutes(9), absl::Minutes(10),
    absl::Minutes(20), absl::Minutes(30), absl::Hours(1),   absl::Hours(2)};

inline constexpr absl::Duration kAskAfter = absl::Seconds(6);   // about a half message
inline constexpr absl::Duration kAskEvery = absl::Seconds(30);  // again
inline constexpr int64_t kMostAsked = 15;

// "broker.Broker".
sim::SystemSpec BrokerSystem();

class Broker final : public sim::Component {
 public:
  explicit Broker(sim::Env& env) : env_(env), faults_(env), db_(env.database()) {}

  sim::Task<absl::Status> Start() override;

 private:
  struct Due;

  sim::Task<absl::StatusOr<PublishReply>> Publish(PublishRequest request);
  sim::Task<absl::StatusOr<PrepareReply>> Prepare(PrepareRequest request);
  sim::Task<absl::StatusOr<EndReply>> End(EndRequest request);
  sim::Task<absl::StatusOr<PollReply>> Poll(PollRequest request);
  sim::Task<absl::StatusOr<AckReply>> Ack(AckRequest request);

  sim::Task<> AskProducers();
  sim::Task<absl::Status> AskOnce();

  // What is due for a group, in order, at most one of each key.
  sim::Task<absl::StatusOr<std::vector<Due>>> FindDue(sim::Transaction& txn, PollRequest request);
  // Hands it out, or buries it when it was handed out too often.
  sim::Task<absl::StatusOr<bool>> HandOut(sim::Transaction& txn, std::string group, Due due);
  sim::Task<absl::Status> Bury(sim::Transaction& txn, std::string group, Due due);
  // What befalls a message that is about to be handed out; whether it still is.
  sim::Task<absl::StatusOr<bool>> Survives(sim::Transaction& txn, PollRequest request, Due due);

  // Whether the broker is out of service, perhaps from now on.
  bool IsOut() const { return env_.clock().Monotonic() < out_until_; }
  void GoOut(absl::Duration time) { out_until_ = env_.clock().Monotonic() + time; }
  int64_t Now() { return env_.clock().NowMillis(); }

  sim::Env& env_;
  sim::FaultPoint faults_;
  sim::Database db_;
  absl::Duration out_until_;
};

}  // namespace broker

#endif  // SYSTEMS_BROKER_BROKER_H_
