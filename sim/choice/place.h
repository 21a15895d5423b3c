// Where a choice is made, in words that the reader of a fault plan knows.
//
// A Place is named without counters: its name is the point of a pin, and its
// hash is the key under which occurrences are counted. Two messages of one
// method, leg, caller, callee and business key share a point and differ by
// occurrence only, so removing a fault elsewhere does not renumber them.
//
//   request exchange.Submit a>b order-7        a message on its way to b
//   reply exchange.Submit a<b order-7          the answer on its way back
//   crash b exchange.Submit order-7            a suspension of that task on b
//   fsync b exchange.Submit order-7            a sync of b's disk by that task
//   write b exchange.Submit order-7            a write to it
//   read b exchange.Submit order-7             a read of it
//   link a>b    link a<>b                      one slot of time of a link
//   commit a>orders exchange.Submit order-7    a COMMIT of that task on a, at `orders`
//   lock b>b exchange.Submit order-7           a statement of it that locks rows of `b`
//   replica b>b exchange.Query order-7         a read of the replica of `b`
//   outcome b settle order-7                   a business outcome on b
//   step a ab.A.insert.after order-7          a named protocol step on a
//   clock a                                    a's wall clock at the start
//   tick a                                     a minute of a's clock
//   boot a                                     a boots again
//   cache c cache.Get order-7                  c looks at that key, or writes it
//   publish q payments order-7                 q takes a message of that topic
//   deliver q payments order-7                 q is about to hand it to a consumer
//   ack q payments order-7                     q hears that it was processed
//   file b statement 2026-01-05                a file that b leaves for others
//   line b statement order-7                   a line of such a file
//   ingress exchange.Submit a>b order-7        a request that b is about to handle
//   inflight exchange.Query a>b order-7        the same, while b works for that key
//   callback exchange.Notify b>a order-7       b is about to tell a something
//   person exchange.Pay pay1>a order-7         a person is about to ask

#ifndef SIM_CHOICE_PLACE_H_
#define SIM_CHOICE_PLACE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/hash.h"

namespace sim {

enum class PlaceKind : uint8_t {
  kMessage,     // a request or a reply is sent
  kSuspension,  // a task is about to go on
  kSync,        // a file is synced
  kLink,        // the first message in a slot of time between two nodes
  kOutcome,     // a component asks how its business ends
  kStep,        // a named protocol step is passed
  kClock,       // a node's clock is set
  kRead,        // a file is read
  kWrite,       // a file is written to
  kCommit,      // a COMMIT arrives at a database server
  kLock,        // a statement is about to lock rows of a database
  kReplica,     // a statement reads a replica of a database
  kTick,        // a minute of a node's clock; occurrences are minutes, from 0
  kBoot,        // a node boots again
  kCache,       // a cache looks at a key or writes it
  kPublish,     // a broker takes a message
  kDeliver,     // a broker is about to hand a message to a consumer
  kAck,         // a broker hears that a message was processed
  kFile,        // a file is left for others
  kFileLine,    // a line of such a file
  kIngress,     // a request is about to be handled
  kInFlight,    // the same, while the node works for its key
  kCallback,    // a node is about to send a request that no person makes
  kPerson,      // a person is about to send one, through a front end
};
inline constexpr int kPlaceKinds = 24;

enum class Leg : uint8_t { kNone, kRequest, kReply };

// Views must outlive the call they are passed to, no more.
struct Place {
  PlaceKind kind = PlaceKind::kMessage;
  Leg leg = Leg::kNone;
  bool both_ways = false;    // kLink: one choice for both directions
  absl::string_view node;    // the caller (of a call), the sender (kLink), else the node
  absl::string_view peer;    // the callee (of a call), the receiver (kLink), the database
                             // (kCommit, kLock, kReplica)
  absl::string_view method;  // the method, root task, outcome, step, topic or kind of file
  absl::string_view key;     // the business key; may be empty
};

// Whether `kind` is a call's beside its messages: kIngress, kInFlight, kCallback, kPerson.
bool IsOfCall(PlaceKind kind);

// The number under which occurrences at `place` are counted.
uint64_t PointOf(const Place& place);

// The same from the hashes of its names, for who has them already.
uint64_t PointOf(PlaceKind kind, Leg leg, uint64_t node, uint64_t peer, uint64_t method,
                 uint64_t key);
inline constexpr uint64_t kNoName = HashName("");

// The name of the point, as above.
std::string PointName(const Place& place);

// A parsed point name, which owns its text.
class PointText {
 public:
  // The inverse of PointName. InvalidArgument says what is wrong with `name`.
  static absl::StatusOr<PointText> Parse(absl::string_view name);

  // Valid while this object lives and is not moved.
  Place place() const;

 private:
  PlaceKind kind_ = PlaceKind::kMessage;
  Leg leg_ = Leg::kNone;
  bool both_ways_ = false;
  std::string node_, peer_, method_, key_;
};

}  // namespace sim

#endif  // SIM_CHOICE_PLACE_H_
