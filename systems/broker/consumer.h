// Consumer: one of a group, which shares the messages of a topic.
//
//   class Depot final : public sim::Component, private broker::Handler {
//     ...  Start(): consumer_.Start();
//     sim::Task<absl::Status> Handle(broker::Message message) override;
//
// A message may come again after it was handled, to this consumer or to another one of
// the group, and while it is being handled: handle it once only by a row of your own
// (an inbox), written in the transaction of its effect. OK acknowledges it; anything else
// lets it come again later.

#ifndef SYSTEMS_BROKER_CONSUMER_H_
#define SYSTEMS_BROKER_CONSUMER_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "systems/broker/broker.pb.h"

namespace broker {

// The name of the timer, for SystemSpec::tasks, and the methods, for RoleSpec::calls.
inline constexpr absl::string_view kPollTask = "poll_broker";

class Handler {
 public:
  virtual ~Handler() = default;
  virtual sim::Task<absl::Status> Handle(Message message) = 0;
};

struct ConsumerOptions {
  bool ack_first = false;  // a published mistake: acknowledges before it has handled
};

class Consumer {
 public:
  // `handler` must outlive this.
  Consumer(sim::Env& env, sim::Address broker, std::string topic, std::string group,
           Handler& handler, ConsumerOptions options)
      : env_(env),
        broker_(broker),
        topic_(std::move(topic)),
        group_(std::move(group)),
        handler_(handler),
        options_(options) {}

  // Asks for messages from now on, every few seconds. Once, at boot.
  void Start();

 private:
  sim::Task<> Poll();
  sim::Task<bool> PollOnce();
  sim::Task<> Acknowledge(Message message);

  sim::Env& env_;
  const sim::Address broker_;
  const std::string topic_;
  const std::string group_;
  Handler& handler_;
  const ConsumerOptions options_;
};

}  // namespace broker

#endif  // SYSTEMS_BROKER_CONSUMER_H_
