#include "systems/broker/consumer.h"

#include "systems/broker/methods.h"

namespace broker {

using sim::Task;

namespace {

constexpr absl::Duration kPollEvery = absl::Seconds(5);
constexpr int kAtOnce = 8;
constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(4)};

}  // namespace

void Consumer::Start() { env_.Every(kPollTask, kPollEvery, this, &Consumer::Poll); }

// Until nothing is there.
Task<> Consumer::Poll() {
  bool more = true;
  while (more) more = co_await PollOnce();
}

Task<bool> Consumer::PollOnce() {
  PollRequest request;
  request.set_topic(topic_);
  request.set_group(group_);
  request.set_most(kAtOnce);
  const auto polled = co_await env_.Call(broker_, kPoll, request, kPatience);
  if (!polled.ok()) co_return false;
  for (const Message& message : polled->message()) {
    if (options_.ack_first) co_await Acknowledge(message);
    const absl::Status handled = co_await handler_.Handle(message);
    if (handled.ok() && !options_.ack_first) co_await Acknowledge(message);
  }
  co_return polled->message_size() > 0;
}

// If the broker does not hear of it, the message comes again.
Task<> Consumer::Acknowledge(Message message) {
  AckRequest request;
  request.set_key(message.key());
  request.set_group(group_);
  request.set_message_id(message.message_id());
  (co_await env_.Call(broker_, kAck, request, kPatience)).status().IgnoreError();
}

}  // namespace broker
