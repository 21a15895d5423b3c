// The calls between a broker and its producers and consumers, within an organisation.

#ifndef SYSTEMS_BROKER_METHODS_H_
#define SYSTEMS_BROKER_METHODS_H_

#include "sim/net/method.h"
#include "systems/broker/broker.pb.h"

namespace broker {

// Served by the broker.
inline constexpr sim::Method<PublishRequest, PublishReply> kPublish{"broker.Publish"};
inline constexpr sim::Method<PrepareRequest, PrepareReply> kPrepare{"broker.Prepare"};
inline constexpr sim::Method<EndRequest, EndReply> kEnd{"broker.End"};
inline constexpr sim::Method<PollRequest, PollReply> kPoll{"broker.Poll"};
inline constexpr sim::Method<AckRequest, AckReply> kAck{"broker.Ack"};

// Served by producers of half messages.
inline constexpr sim::Method<CheckBackRequest, CheckBackReply> kCheckBack{"broker.CheckBack"};

}  // namespace broker

#endif  // SYSTEMS_BROKER_METHODS_H_
