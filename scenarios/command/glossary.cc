#include "scenarios/command/glossary.h"

namespace scenarios {

absl::string_view AboutFault(sim::ChoiceKind fault) {
  switch (fault) {
    case sim::ChoiceKind::kNone:
      return "nothing happens";
    case sim::ChoiceKind::kDrop:
      return "A message never arrives; whoever waits for it learns nothing.";
    case sim::ChoiceKind::kDuplicate:
      return "A message arrives twice, the second time a while later.";
    case sim::ChoiceKind::kLate:
      return "A message arrives later than it would have, perhaps when nobody waits any more; work "
             "on a disk takes longer; a request waits before it is handled.";
    case sim::ChoiceKind::kOvertaken:
      return "A request waits until a later one of the same key has arrived.";
    case sim::ChoiceKind::kRefuse:
      return "A connection is refused: the caller knows that nothing was delivered.";
    case sim::ChoiceKind::kCrash:
      return "A node dies at once, also inside a sync, and boots again from its disk.";
    case sim::ChoiceKind::kPartition:
      return "Nothing passes between two nodes for a while, one way or both.";
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
