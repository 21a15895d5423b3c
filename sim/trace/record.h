// What a trace consists of: fixed records of six words, without padding.
//
// Names (nodes, methods, tables) and business keys are stored as HashName of
// their text; the trace keeps the texts for printing when it is kept whole.

#ifndef SIM_TRACE_RECORD_H_
#define SIM_TRACE_RECORD_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace sim {

// The position of a record in its run, from 1; 0 is no record.
using RecordId = uint32_t;

enum class RecordKind : uint16_t {
  kNode,       // subject: name of a node, in the order they were added
  kBoot,       // value: incarnation
  kCrash,      // subject, key: the task that was running; value: how long down
  kSend,       // subject: method, key: business key, value: call
  kReply,      // a reply is sent; value: call
  kDeliver,    // a request or reply arrives; value: call
  kLost,       // dropped, cut by a partition, or nobody there; value: why
  kRefused,    // the connection was refused; nothing was delivered
  kDuplicate,  // a second copy is on its way; value: how much later
  kLate,       // value: how much later than it would have been
  kHeld,       // waits to be overtaken, or for a clog to end; value: at most how long
  kTimeout,    // the caller stops waiting; value: call
  kTimer,      // subject: name of the timer or task
  kStatement,  // subject: hash of the SQL, value: affected rows
  kCommit,     // value: number of row changes
  kRow,        // subject: table, key: primary key, value: hash of old and new row
  kRollback,
  kUnsettled,  // a commit cut by a crash; value: 1 found committed at reopen, 0 not
  kOutcome,    // subject: name, key, value: the outcome
  kEmit,       // subject: type, value: hash of the message
  kPartition,  // subject: receiver, value: duration
  kPhase,      // value: 0 run, 1 heal, 2 judge
  kSync,       // a file is synced; subject: file
  kDraw,       // subject: name, value: what a component drew
  kDiskFault,  // key: the ChoiceKind, value: its amount
  kDamage,     // subject: the file; the node is down for good
  kClock,      // a clock is set; key: the ChoiceKind, value: its amount
  kPace,       // a node pauses or is slow; key: the ChoiceKind, value: how long
  kManner,     // of a counterparty or a person; subject: method, key, value: the ChoiceKind
  kClog,       // subject: receiver, value: duration
  kSlowPair,   // subject: receiver, value: how much longer messages take
};

absl::string_view RecordKindName(RecordKind kind);

struct Record {
  int64_t at = 0;
  uint64_t subject = 0;
  uint64_t key = 0;
  uint64_t value = 0;
  uint32_t cause = 0;  // a RecordId
  uint16_t node = 0;
  uint16_t peer = 0;
  uint64_t kind = 0;  // a RecordKind, widened so that no byte is padding

  bool operator==(const Record&) const = default;
};
static_assert(sizeof(Record) == 6 * sizeof(uint64_t), "records must not have padding");

}  // namespace sim

#endif  // SIM_TRACE_RECORD_H_
