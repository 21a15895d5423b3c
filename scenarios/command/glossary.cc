#include "scenarios/command/glossary.h"

namespace scenarios {

absl::string_view AboutFault(sim::ChoiceKind fault) {
  switch (fault) {
    case sim::ChoiceKind::kNone:
      return "nothing happens";
    case sim::ChoiceKind::kDrop:
      return "A message never arrives; whoever waits for it learns nothing. A line of a file is "
             "missing.";
    case sim::ChoiceKind::kDuplicate:
      return "A message arrives twice, or a file is there twice, the second time a while later.";
    case sim::ChoiceKind::kLate:
      return "A message arrives later than it would have, perhaps when nobody waits any more; work "
             "on a disk takes longer; a request waits before it is handled; a file is there later, "
             "a "
             "line stands in a later day's file.";
    case sim::ChoiceKind::kOvertaken:
      return "A request waits until a later one of the same key has arrived.";
    case sim::ChoiceKind::kRefuse:
      return "A connection is refused: the caller knows that nothing was delivered.";
    case sim::ChoiceKind::kCrash:
      return "A node dies at once, also inside a sync, and boots again from its disk.";
    case sim::ChoiceKind::kPartition:
      return "Nothing passes between two nodes for a while, one way or both: what is sent is lost.";
    case sim::ChoiceKind::kClog:
      return "Nothing passes between two nodes for a while, one way or both: what is sent is held, "
             "and then arrives all at once, in its order.";
    case sim::ChoiceKind::kSlowPair:
      return "For a while everything takes longer from one node to another, one way or both.";
    case sim::ChoiceKind::kOutcome:
      return "The business ends otherwise than well, as the component declares it.";
    case sim::ChoiceKind::kSkew:
      return "A node's wall clock is fast or slow.";
    case sim::ChoiceKind::kIoError:
      return "A disk does not do its work: the statement fails and its transaction is rolled back, "
             "or nobody knows whether a commit has happened.";
    case sim::ChoiceKind::kDiskFull:
      return "No file can grow for a while: transactions are rolled back, the service lives on.";
    case sim::ChoiceKind::kBadSector:
      return "What is written cannot be read again: who tries, often after a restart, is down for "
             "good, and checks of that node are not judged.";
    case sim::ChoiceKind::kMisdirected:
      return "A write lands on another page: both are damaged, as by bad_sector.";
    case sim::ChoiceKind::kLostSync:
      return "A disk says that it has synced, and has not: a crash that loses what was promised "
             "takes the node down for good.";
    case sim::ChoiceKind::kLostBeforeCommit:
      return "The connection to a shared database breaks before a COMMIT happens: the client does "
             "not know that it has not.";
    case sim::ChoiceKind::kLostAfterCommit:
      return "The connection to a shared database breaks when a COMMIT has happened: the client "
             "does not know.";
    case sim::ChoiceKind::kDeadlock:
      return "A statement is the victim of a deadlock: its whole transaction is rolled back.";
    case sim::ChoiceKind::kLockTimeout:
      return "A statement waits for a lock in vain: only it is undone, its transaction is open.";
    case sim::ChoiceKind::kReplicaLag:
      return "A read of a replica sees what was committed some time ago.";
    case sim::ChoiceKind::kJump:
      return "A node's wall clock jumps, forward or back, at some time in the run or when the node "
             "boots again. Its monotonic clock, and with it every sleep and timeout, does not.";
    case sim::ChoiceKind::kDrift:
      return "A node's crystal runs too fast or too slow: its wall clock is more and more wrong, "
             "and "
             "its timers come early or late.";
    case sim::ChoiceKind::kSlew:
      return "A node's wall clock is moved half a millisecond in a second; it never goes back.";
    case sim::ChoiceKind::kPause:
      return "A node does nothing for a while, as in a long garbage collection: timers, messages "
             "and "
             "answers wait, its clock goes on, and so does it, with the beliefs of before.";
    case sim::ChoiceKind::kSlow:
      return "A node has a slow CPU for a while: each turn of a task takes 20 ms, one after the "
             "other.";
    case sim::ChoiceKind::kExpire:
      return "A cache drops a key before its time, as a server whose clock is fast does.";
    case sim::ChoiceKind::kEvict:
      return "A cache drops a key to make room for others; whoever needs it must know what to do.";
    case sim::ChoiceKind::kFailOver:
      return "A replica takes over from a cache and lacks its newest writes: what was acknowledged "
             "a moment ago has never been.";
    case sim::ChoiceKind::kLostAck:
      return "A broker forgets that a message was processed, and delivers it again.";
    case sim::ChoiceKind::kReorder:
      return "A message waits in a broker while messages of other keys go ahead of it.";
    case sim::ChoiceKind::kRebalance:
      return "The consumers of a group change places: what one is working on is delivered to "
             "another, and keys lose their order against each other.";
    case sim::ChoiceKind::kUnavailable:
      return "A broker takes and delivers nothing for a while.";
    case sim::ChoiceKind::kMisstated:
      return "A line of another company's file states an amount, a fee or a status that is not in "
             "its books.";
    case sim::ChoiceKind::kStray:
      return "A line of another company's file is followed by one of which nobody knows.";
    case sim::ChoiceKind::kTruncated:
      return "The end of another company's file is missing, until it has been written to the end.";
    case sim::ChoiceKind::kCorrected:
      return "Another company issues its file again, without its mistakes.";
    case sim::ChoiceKind::kAcceptsThenFails:
      return "A counterparty answers that it has accepted, and has not: nothing is executed.";
    case sim::ChoiceKind::kSystemError:
      return "A counterparty executes a request, and answers with a system error of its own.";
    case sim::ChoiceKind::kNotFound:
      return "A counterparty is asked about something that it is working on, and does not find it.";
    case sim::ChoiceKind::kCallbackFirst:
      return "A callback arrives before the answer to the call that caused it.";
    case sim::ChoiceKind::kCallbackNever:
      return "Of an order, a counterparty never calls back: who wants to know must ask.";
    case sim::ChoiceKind::kCallbackTwice:
      return "A counterparty calls back again, although it was answered.";
    case sim::ChoiceKind::kDoubleClick:
      return "A person clicks twice: the request is made a second time, under the same number.";
    case sim::ChoiceKind::kAbandoned:
      return "A person leaves before the answer: the front end never reads it.";
    case sim::ChoiceKind::kPaysLate:
      return "A person takes his time: the request is made when the offer may have expired.";
    case sim::ChoiceKind::kTwoChannels:
      return "A person asks for the same through another front end, or by another method, as well.";
  }
  return "";
}

absl::Span<const FaultOfNoKind> FaultsOfNoKind() {
  static constexpr FaultOfNoKind kFaults[] = {
      {"rolling_upgrade", "node { upgrade { at: \"3m\" set: \"...\" } }",
       "A node is stopped and started again with other settings; of a service, one instance after "
       "the other, so that old and new ones work side by side."},
      {"two_instances", "service { name: \"front\" node: \"a1\" node: \"a2\" }",
       "Several nodes are one to their callers: what comes again may come to another of them."},
      {"empty_cache", "rule { process { node: \"CACHE\" } crash {} one_in: 10 }",
       "A cache dies and comes back empty, since nothing of it is on a disk."},
  };
  return kFaults;
}

absl::Span<const DeclaredKind> DeclaredKinds() {
  static constexpr DeclaredKind kDeclared[] = {
      {"state_machine", "A column moves along the allowed transitions only; terminal values stay."},
      {"append_only", "Rows of a table are inserted, never updated or deleted."},
      {"conserved", "The sum of a column stays what it was, for each value of another."},
      {"never_negative", "A column is never below zero."},
      {"unique", "No two rows agree in the given columns."},
      {"sql", "A query over all databases finds no row when the world is quiet."},
  };
  return kDeclared;
}

}  // namespace scenarios
