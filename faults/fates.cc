#include "faults/fates.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "faults/durations.h"

namespace faults {

using absl::StrCat;
using sim::ChoiceKind;
using sim::PlaceKind;

absl::string_view Unsynced(sim::DiskFate fate) {
  switch (fate) {
    case sim::DiskFate::kEach:
      return "each unsynced write is lost, kept or torn";
    case sim::DiskFate::kKeepAll:
      return "everything unsynced is kept";
    case sim::DiskFate::kLoseAll:
      return "everything unsynced is lost";
  }
  return "";
}

std::string MessageFate(ChoiceKind fault, absl::string_view amount, absl::string_view by,
                        absl::string_view key) {
  switch (fault) {
    case ChoiceKind::kDrop:
      return "is lost";
    case ChoiceKind::kDuplicate:
      return amount.empty() ? "arrives twice"
                            : StrCat("arrives twice, the second time ", amount, " later");
    case ChoiceKind::kLate:
      return StrCat("is ", amount, " late");
    case ChoiceKind::kOvertaken:
      return StrCat("is overtaken by ", key, " ", by, ", or waits ", amount, " for it");
    case ChoiceKind::kCallbackFirst:
      return StrCat("arrives after ", key, " ", by, ", for which it waits at most ", amount);
    case ChoiceKind::kRefuse:
      return "is refused before delivery";
    default:
      return "";
  }
}

std::string Way(absl::string_view from, absl::string_view to, bool both_ways) {
  return both_ways ? StrCat("between ", from, " and ", to) : StrCat("from ", from, " to ", to);
}

std::string LinkFate(ChoiceKind fault, absl::string_view way, absl::string_view amount,
                     sim::Nanos lasts) {
  switch (fault) {
    case ChoiceKind::kPartition:
      return StrCat("nothing passes ", way, " for ", amount);
    case ChoiceKind::kClog:
      return StrCat("what is sent ", way, " is held for ", amount);
    case ChoiceKind::kSlowPair:
      return StrCat("what is sent ", way, " takes ", amount, " longer for ", NanosInWords(lasts));
    default:
      return "";
  }
}

std::string CallFate(ChoiceKind fault, absl::string_view amount, absl::string_view by) {
  const std::string later = amount.empty() ? " at once" : StrCat(" ", amount, " later");
  switch (fault) {
    case ChoiceKind::kLate:
      return StrCat("waits ", amount, " before it is handled");
    case ChoiceKind::kAcceptsThenFails:
      return "is answered as accepted, and is not executed";
    case ChoiceKind::kSystemError:
      return "is executed, and answered with a system error";
    case ChoiceKind::kNotFound:
      return "is answered as not found";
    case ChoiceKind::kCallbackNever:
      return "is never made, nor any later one of its key";
    case ChoiceKind::kCallbackTwice:
      return StrCat("is made again", later, ", answered or not");
    case ChoiceKind::kDoubleClick:
      return StrCat("is clicked again", later);
    case ChoiceKind::kAbandoned:
      return "is abandoned: nobody waits for the answer";
    case ChoiceKind::kPaysLate:
      return StrCat("is made ", amount, " late");
    case ChoiceKind::kTwoChannels:
      return StrCat("is made through ", by, " as well,", later);
    default:
      return "";
  }
}

std::string Death(absl::string_view who, absl::string_view when, sim::DiskFate disk,
                  absl::string_view down_for) {
  return StrCat(who, " dies ", when, ", ", Unsynced(disk), ", and is down for ", down_for);
}

std::string DiskWorkFate(ChoiceKind fault, absl::string_view amount) {
  switch (fault) {
    case ChoiceKind::kIoError:
      return "fails with an I/O error";
    case ChoiceKind::kLate:
      return StrCat("takes ", amount, " longer");
    case ChoiceKind::kDiskFull:
      return StrCat("finds the disk full, for ", amount);
    case ChoiceKind::kBadSector:
      return "leaves a page that cannot be read again";
    case ChoiceKind::kMisdirected:
      return "lands on another page, and neither can be read again";
    case ChoiceKind::kLostSync:
      return "is said to be done, and is not";
    default:
      return "";
  }
}

absl::string_view CommitFate(ChoiceKind fault) {
  return fault == ChoiceKind::kLostBeforeCommit
             ? "does not happen, because the connection breaks"
             : "happens, and the connection breaks before the answer";
}

std::string StatementFate(ChoiceKind fault, absl::string_view amount) {
  switch (fault) {
    case ChoiceKind::kDeadlock:
      return "is the victim of a deadlock, and its transaction is rolled back";
    case ChoiceKind::kLockTimeout:
      return StrCat("waits ", amount, " for a lock, in vain");
    case ChoiceKind::kReplicaLag:
      return StrCat("sees what was committed ", amount, " earlier");
    default:
      return "";
  }
}

std::string FileFate(ChoiceKind fault, absl::string_view amount) {
  switch (fault) {
    case ChoiceKind::kLate:
      return StrCat("is ", amount, " late");
    case ChoiceKind::kDuplicate:
      return amount.empty() ? "is there twice"
                            : StrCat("is there a second time ", amount, " later");
    case ChoiceKind::kTruncated:
      return StrCat("lacks its end for ", amount);
    case ChoiceKind::kCorrected:
      return StrCat("is issued again without its mistakes ", amount, " later");
    default:
      return "";
  }
}

std::string CacheFate(ChoiceKind fault, absl::string_view amount) {
  switch (fault) {
    case ChoiceKind::kExpire:
      return "finds the key expired before its time";
    case ChoiceKind::kEvict:
      return "finds the key evicted";
    case ChoiceKind::kFailOver:
      return StrCat("finds a replica in charge that lacks the writes of the last ", amount);
    default:
      return "";
  }
}

std::string LineFate(ChoiceKind fault, int64_t number, absl::string_view amount) {
  switch (fault) {
    case ChoiceKind::kDrop:
      return "is missing";
    case ChoiceKind::kLate:
      return StrCat("stands in the file of ", amount, " later");
    case ChoiceKind::kStray:
      return "is followed by one that nobody knows";
    case ChoiceKind::kMisstated:
      switch (number) {
        case settle::Rule::Misstated::AMOUNT_MORE:
          return "states more than the amount";
        case settle::Rule::Misstated::AMOUNT_LESS:
          return "states less than the amount";
        case settle::Rule::Misstated::FEE:
          return "states another fee";
        default:
          return "states another status";
      }
    default:
      return "";
  }
}

absl::string_view StatementName(PlaceKind place, bool many) {
  if (place == PlaceKind::kReplica) return many ? "replica reads" : "replica read";
  return many ? "locking statements" : "locking statement";
}

std::string BrokerFate(ChoiceKind fault, absl::string_view amount) {
  switch (fault) {
    case ChoiceKind::kLostAck:
      return "is forgotten";
    case ChoiceKind::kReorder:
      return StrCat("waits ", amount, ", and other keys do not wait for it");
    case ChoiceKind::kRebalance:
      return "makes the consumers change places";
    case ChoiceKind::kUnavailable:
      return StrCat("finds the broker out of service, for ", amount);
    default:
      return "";
  }
}

absl::string_view BrokerWork(PlaceKind place) {
  if (place == PlaceKind::kPublish) return "publication";
  return place == PlaceKind::kAck ? "acknowledgement" : "delivery";
}

absl::string_view BrokerWorks(PlaceKind place) {
  if (place == PlaceKind::kPublish) return "publications";
  return place == PlaceKind::kAck ? "acknowledgements" : "deliveries";
}

std::string Fate(PlaceKind place, ChoiceKind fault, int64_t number, absl::string_view amount) {
  return place == PlaceKind::kFile ? FileFate(fault, amount) : LineFate(fault, number, amount);
}

absl::string_view WorkName(PlaceKind place) {
  switch (place) {
    case PlaceKind::kSync:
      return "sync";
    case PlaceKind::kWrite:
      return "write";
    case PlaceKind::kRead:
      return "read";
    default:
      return "suspension";
  }
}

std::string Stop(ChoiceKind fault, absl::string_view who, absl::string_view when,
                 absl::string_view amount) {
  return fault == ChoiceKind::kPause ? StrCat(who, " pauses for ", amount, " at ", when)
                                     : StrCat(who, " is slow for ", amount, " from ", when, " on");
}

std::string ClockFate(ChoiceKind fault, int64_t amount) {
  const bool back = amount < 0;
  if (fault == ChoiceKind::kDrift) {
    return StrCat(" runs ", back ? -amount : amount, " millionths too ", back ? "slow" : "fast");
  }
  const std::string much(absl::StripPrefix(NanosInWords(amount), "-"));
  if (fault == ChoiceKind::kSkew) return StrCat(" is ", much, back ? " slow" : " fast");
  if (fault == ChoiceKind::kJump) return StrCat(" jumps ", much, back ? " back" : " forward");
  return StrCat(" is slewed ", much, back ? " back" : " forward");
}

std::string ClockFate(const Rule& rule) {
  const int64_t most = std::max(-rule.amounts.front(), rule.amounts.back());
  const std::string much =
      rule.fault == ChoiceKind::kDrift ? StrCat(most, " millionths too") : NanosInWords(most);
  const bool drifts = rule.fault == ChoiceKind::kDrift || rule.fault == ChoiceKind::kSkew;
  std::string way = drifts ? " fast or slow" : " forward or back";
  if (rule.amounts.back() < 0) way = " back";
  if (rule.amounts.front() > 0) way = " forward";
  const absl::string_view verb = rule.fault == ChoiceKind::kDrift  ? " runs up to "
                                 : rule.fault == ChoiceKind::kJump ? " jumps up to "
                                 : rule.fault == ChoiceKind::kSlew ? " is slewed up to "
                                                                   : " is up to ";
  return StrCat(verb, much, way);
}

}  // namespace faults
