// What counterparties and people do to a call, whatever component makes or handles it.
//
// A counterparty's manners strike between the network and its handler: it accepts and
// forgets, it executes and answers with a system error, it does not find what it is
// working on, it lets a request wait. Its own calls back may never be made, or be made
// twice. People strike where a call is made: they click twice, leave before the answer,
// pay late, or ask somebody else as well.
//
// Neither component knows. What is sent again is a call of its own, of which nobody
// reads the answer; it passes the network as any other. Who accepts and fails has not
// run its handler: an effect that is undone later needs the component's own books.

#include <utility>

#include "sim/core/hash.h"
#include "sim/core/waiter.h"
#include "sim/net/message.h"
#include "sim/world/env.h"
#include "sim/world/node.h"
#include "sim/world/world.h"

namespace sim {
namespace {

// The root task of a request that waits to be made again: no work for its key.
constexpr char kAgain[] = "again";

// Of the messages that are silenced together.
uint64_t WayOf(const MethodInfo& method, Address to, HashedText key) {
  const uint64_t words[] = {method.name_hash, to.node, key.hash()};
  return HashWords(words, 3, /*seed=*/5);
}

}  // namespace

Choice Env::AskManner(PlaceKind kind, NodeId caller, NodeId callee, const MethodInfo& method,
                      HashedText key) {
  if (!simulation_.choices().Asks(kind) || !node_.alive()) return {};
  const Network& network = node_.world().network();
  Place place;
  place.kind = kind;
  place.node = network.name(caller);
  place.peer = network.name(callee);
  place.method = method.name;
  place.key = key.text();
  const Choice choice = simulation_.choices().Fault(place, simulation_.now());
  if (choice) {
    simulation_.Record(RecordKind::kManner, node_.id(), method.name_hash,
                       simulation_.trace().Name(key), static_cast<uint64_t>(choice.kind),
                       caller == node_.id() ? callee : caller);
  }
  return choice;
}

Choice Env::Depart(Address to, const MethodInfo& method, HashedText key,
                   const google::protobuf::Message& request) {
  const bool person = method.visibility == Visibility::kPeople;
  if (!node_.silent_.empty() && node_.silent_.count(WayOf(method, to, key)) > 0) {
    Choice silent;
    silent.kind = ChoiceKind::kCallbackNever;
    return silent;
  }
  const Choice manner = AskManner(person ? PlaceKind::kPerson : PlaceKind::kCallback, node_.id(),
                                  to.node, method, key);
  switch (manner.kind) {
    case ChoiceKind::kCallbackNever:
      node_.silent_.insert(WayOf(method, to, key));
      break;
    case ChoiceKind::kCallbackTwice:
    case ChoiceKind::kDoubleClick:
      SendLater(to, Intern(method.hashed_name(), method.visibility), key, CloneMessage(request),
                manner.amount);
      break;
    case ChoiceKind::kTwoChannels: {
      // Another node that serves the method, or else another method of this one.
      const Network& network = node_.world().network();
      Address channel = to;
      HashedText name = manner.by;
      for (NodeId id = 0; id < network.nodes(); ++id) {
        if (network.name(id) != manner.by) continue;
        channel.node = id;
        name = method.hashed_name();
      }
      SendLater(channel, Intern(name, method.visibility), key, CloneMessage(request),
                manner.amount);
      break;
    }
    default:
      break;
  }
  return manner;
}

Choice Env::Arrive(const Packet& request) {
  const Choices& choices = simulation_.choices();
  const HashedText key = request.hashed_key();
  const MethodInfo& method = *request.method;
  if (choices.Asks(PlaceKind::kInFlight) &&
      tasks_.WorksFor(key, {method.name_hash, HashName(kAgain)})) {
    const Choice manner = AskManner(PlaceKind::kInFlight, request.from, request.to, method, key);
    if (manner) return manner;
  }
  return AskManner(PlaceKind::kIngress, request.from, request.to, method, key);
}

void Env::SendLater(Address to, MethodInfo* method, HashedText key, MessagePtr request,
                    Nanos wait) {
  struct Sending {
    static Task<> Run(Env* env, Address to, MethodInfo* method, MessagePtr request, Nanos wait) {
      co_await Sleeper(env->simulation_, wait);
      const std::string key = method->KeyOf(*request);
      env->Dispatch(to, method, key, std::move(request), env->next_call_++);
    }
  };
  Spawn(kAgain, key.text(), Sending::Run(this, to, method, std::move(request), wait));
}

Task<> Env::RunLater(Env* env, Nanos wait, Task<> task) {
  co_await Sleeper(env->simulation_, wait);
  co_await std::move(task);
}

}  // namespace sim
