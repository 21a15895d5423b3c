// What is chosen at a place: nothing (the dull choice), or a fault.
//
// A fault that fired is recorded as a Pin. A run is a pure function of its
// build, scenario, seed and pins: replaying means rules off and pins on,
// shrinking means fewer pins.

#ifndef SIM_CHOICE_CHOICE_H_
#define SIM_CHOICE_CHOICE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/core/time.h"

namespace sim {

enum class ChoiceKind : uint8_t {
  kNone,
  kDrop,       // message: never arrives; line: is missing
  kDuplicate,  // message: arrives twice, the second time `amount` later; file: the same
  kLate,       // message: arrives `amount` later than it would have
               // read, write, sync: takes `amount` longer
               // file: is there `amount` later; line: stands in a later day's file
               // ingress: waits `amount` for its handler
  kOvertaken,  // message: waits until one of method `by`, same key and way, has
               // arrived after it was sent, at most `amount`
  kRefuse,     // request: the connection is refused; nothing was delivered
  kCrash,      // task, sync, step: the node dies at once, is down for `amount`
  kPartition,  // link: nothing passes for `amount`, what is sent is lost
  kOutcome,    // outcome: `amount` is the value, 1 or more
  kSkew,       // clock: wall time is off by `amount`, which may be negative
  // What disks do, see sim/storage/disk.h:
  kIoError,      // read, write, sync: is not done
  kDiskFull,     // write: no file can grow for `amount`
  kBadSector,    // write: its pages cannot be read again
  kMisdirected,  // write: lands on another page; both cannot be read again
  kLostSync,     // sync: is said to be done, and is not
  // The connection breaks when a COMMIT is at the server:
  kLostBeforeCommit,  // commit: it does not happen; the client knows nothing
  kLostAfterCommit,   // commit: it happens; the client knows nothing
  // What databases do to a statement:
  kDeadlock,     // locking: its transaction is the victim of a deadlock, rolled back
  kLockTimeout,  // locking: it waits for a lock for `amount`, in vain; only it is undone
  kReplicaLag,   // replica read: it sees what was committed `amount` ago
  // What clocks and processes do, see sim/world/hardware_clock.h and sim/core/pace.h.
  kJump = 20,   // tick, boot: wall time jumps by `amount`, back if that is negative
  kDrift = 21,  // clock, tick: runs `amount` millionths too fast, too slow if negative
  kSlew = 22,   // tick: wall time is moved by `amount`, little by little
  kPause = 23,  // task: the node does nothing for `amount`
  kSlow = 24,   // task: every turn on the node takes longer, for `amount`
  // What caches do, see systems/cache/cache.h:
  kExpire = 30,  // cache: the key is gone before its time
  kEvict,        // cache: the key is gone, to make room for others
  kFailOver,     // cache: a replica takes over that lacks the writes of the last `amount`
  // What brokers do, see systems/broker/broker.h:
  kLostAck,      // acknowledgement: is forgotten, so that the message comes again
  kReorder,      // delivery: messages of other keys go first, for `amount`
  kRebalance,    // delivery: the group's consumers change places
  kUnavailable,  // publication, delivery: the broker refuses all for `amount`
  // What other companies' files do, see systems/filedrop:
  kMisstated = 43,  // line: `amount` says what is wrong in it (systems/filedrop)
  kStray,           // line: another line follows it, of which nobody knows
  kTruncated,       // file: its end is missing until `amount` after it was written
  kCorrected,       // file: is issued again without its mistakes, `amount` later
  // Manners of counterparties, see sim/world/manners.cc.
  kAcceptsThenFails = 60,  // ingress: is answered as accepted, and not executed
  kSystemError,            // ingress: is executed, and answered with a system error
  kNotFound,               // in flight: is answered as not found
  kCallbackFirst,          // reply: waits until a request of method `by`, same key and way,
                           // has arrived, at most `amount`
  kCallbackNever,          // callback: is not sent, nor any later one of its point
  kCallbackTwice,          // callback: is sent again `amount` later, answered or not
  // And of people:
  kDoubleClick,  // person: asks again `amount` later
  kAbandoned,    // person: does not wait for the answer
  kPaysLate,     // person: asks `amount` later than it could have
  kTwoChannels,  // person: asks at node, or by method, `by` as well, `amount` later
  // What links do beside kPartition, see sim/net/links.h.
  kClog = 70,  // link: what is sent is held for `amount`
  kSlowPair,   // link: what is sent arrives `amount` later, for `lasts`
};
inline constexpr int kChoiceKinds = 72;  // one more than the last

// What a crash does to each write that was not synced.
enum class DiskFate : uint8_t {
  kEach,  // lost, kept or torn, each by a choice of its own
  kKeepAll,
  kLoseAll,
};

struct Choice {
  ChoiceKind kind = ChoiceKind::kNone;
  DiskFate disk = DiskFate::kEach;
  int64_t amount = 0;
  Nanos lasts = 0;  // kSlowPair
  absl::string_view
      by;  // kOvertaken, kCallbackFirst, kTwoChannels; owned by the plan, which outlives the run
  explicit operator bool() const { return kind != ChoiceKind::kNone; }
};

// A fault that fired, or is to fire: the `occurrence`-th time (from 1) that a
// choice is made at `point`. For a link the occurrence is the slot of time.
struct Pin {
  std::string point;
  uint64_t occurrence = 0;
  ChoiceKind kind = ChoiceKind::kNone;
  DiskFate disk = DiskFate::kEach;
  int64_t amount = 0;
  Nanos lasts = 0;
  std::string by;

  bool operator==(const Pin&) const = default;
};

}  // namespace sim

#endif  // SIM_CHOICE_CHOICE_H_
