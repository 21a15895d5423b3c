#include "faults/kinds.h"

namespace faults {

using sim::ChoiceKind;
using sim::PlaceKind;

absl::string_view FaultName(ChoiceKind fault) {
  switch (fault) {
    case ChoiceKind::kNone:
      return "nothing";
    case ChoiceKind::kDrop:
      return "drop";
    case ChoiceKind::kDuplicate:
      return "duplicate";
    case ChoiceKind::kLate:
      return "delay";
    case ChoiceKind::kOvertaken:
      return "overtaken";
    case ChoiceKind::kRefuse:
      return "refuse";
    case ChoiceKind::kCrash:
      return "crash";
    case ChoiceKind::kPartition:
      return "partition";
    case ChoiceKind::kClog:
      return "clog";
    case ChoiceKind::kSlowPair:
      return "slow_pair";
    case ChoiceKind::kOutcome:
      return "result";
    case ChoiceKind::kSkew:
      return "skew";
    case ChoiceKind::kIoError:
      return "io_error";
    case ChoiceKind::kDiskFull:
      return "disk_full";
    case ChoiceKind::kBadSector:
      return "bad_sector";
    case ChoiceKind::kMisdirected:
      return "misdirected";
    case ChoiceKind::kLostSync:
      return "lost_sync";
    case ChoiceKind::kLostBeforeCommit:
      return "lost_before_commit";
    case ChoiceKind::kLostAfterCommit:
      return "lost_after_commit";
    case ChoiceKind::kDeadlock:
      return "deadlock";
    case ChoiceKind::kLockTimeout:
      return "lock_timeout";
    case ChoiceKind::kReplicaLag:
      return "replica_lag";
    case ChoiceKind::kJump:
      return "jump";
    case ChoiceKind::kDrift:
      return "drift";
    case ChoiceKind::kSlew:
      return "slew";
    case ChoiceKind::kPause:
      return "pause";
    case ChoiceKind::kSlow:
      return "slow";
    case ChoiceKind::kExpire:
      return "expire";
    case ChoiceKind::kEvict:
      return "evict";
    case ChoiceKind::kFailOver:
      return "fail_over";
    case ChoiceKind::kLostAck:
      return "lost_ack";
    case ChoiceKind::kReorder:
      return "reorder";
    case ChoiceKind::kRebalance:
      return "rebalance";
    case ChoiceKind::kUnavailable:
      return "unavailable";
    case ChoiceKind::kMisstated:
      return "misstated";
    case ChoiceKind::kStray:
      return "stray";
    case ChoiceKind::kTruncated:
      return "truncated";
    case ChoiceKind::kCorrected:
      return "corrected";
    case ChoiceKind::kAcceptsThenFails:
      return "accepts_then_fails";
    case ChoiceKind::kSystemError:
      return "system_error";
    case ChoiceKind::kNotFound:
      return "not_found";
    case ChoiceKind::kCallbackFirst:
      return "callback_first";
    case ChoiceKind::kCallbackNever:
      return "callback_never";
    case ChoiceKind::kCallbackTwice:
      return "callback_twice";
    case ChoiceKind::kDoubleClick:
      return "double_click";
    case ChoiceKind::kAbandoned:
      return "abandoned";
    case ChoiceKind::kPaysLate:
      return "pays_late";
    case ChoiceKind::kTwoChannels:
      return "two_channels";
  }
  return "";
}

absl::string_view PlaceName(PlaceKind place) {
  switch (place) {
    case PlaceKind::kMessage:
      return "message";
    case PlaceKind::kSuspension:
      return "process";
    case PlaceKind::kSync:
    case PlaceKind::kRead:
    case PlaceKind::kWrite:
      return "disk";
    case PlaceKind::kLink:
      return "link";
    case PlaceKind::kOutcome:
      return "outcome";
    case PlaceKind::kStep:
      return "step";
    case PlaceKind::kClock:
    case PlaceKind::kTick:
    case PlaceKind::kBoot:
      return "clock";
    case PlaceKind::kCommit:
      return "connection";
    case PlaceKind::kLock:
    case PlaceKind::kReplica:
      return "statement";
    case PlaceKind::kCache:
      return "cache";
    case PlaceKind::kPublish:
    case PlaceKind::kDeliver:
    case PlaceKind::kAck:
      return "broker";
    case PlaceKind::kFile:
    case PlaceKind::kFileLine:
      return "file";
    case PlaceKind::kIngress:
    case PlaceKind::kInFlight:
      return "ingress";
    case PlaceKind::kCallback:
      return "callback";
    case PlaceKind::kPerson:
      return "person";
  }
  return "";
}

bool IsOnDisk(PlaceKind place) {
  return place == PlaceKind::kSync || place == PlaceKind::kRead || place == PlaceKind::kWrite;
}

bool IsAtBroker(PlaceKind place) {
  return place == PlaceKind::kPublish || place == PlaceKind::kDeliver || place == PlaceKind::kAck;
}

bool CanHappen(ChoiceKind fault, PlaceKind place, sim::Leg leg) {
  switch (fault) {
    case ChoiceKind::kNone:
      return false;
    case ChoiceKind::kDrop:
      return place == PlaceKind::kMessage || place == PlaceKind::kFileLine;
    case ChoiceKind::kDuplicate:
      return place == PlaceKind::kMessage || place == PlaceKind::kFile;
    case ChoiceKind::kLate:
      return place == PlaceKind::kMessage || place == PlaceKind::kIngress ||
             place == PlaceKind::kInFlight || IsOnDisk(place) || place == PlaceKind::kFile ||
             place == PlaceKind::kFileLine;
    case ChoiceKind::kOvertaken:
    case ChoiceKind::kRefuse:
      return place == PlaceKind::kMessage && leg != sim::Leg::kReply;
    case ChoiceKind::kCrash:
      return place == PlaceKind::kSuspension || place == PlaceKind::kSync ||
             place == PlaceKind::kStep;
    case ChoiceKind::kPartition:
    case ChoiceKind::kClog:
    case ChoiceKind::kSlowPair:
      return place == PlaceKind::kLink;
    case ChoiceKind::kOutcome:
      return place == PlaceKind::kOutcome;
    case ChoiceKind::kSkew:
      return place == PlaceKind::kClock;
    case ChoiceKind::kJump:
      return place == PlaceKind::kTick || place == PlaceKind::kBoot;
    case ChoiceKind::kDrift:
      return place == PlaceKind::kClock || place == PlaceKind::kTick;
    case ChoiceKind::kSlew:
      return place == PlaceKind::kTick;
    case ChoiceKind::kPause:
    case ChoiceKind::kSlow:
      return place == PlaceKind::kSuspension;
    case ChoiceKind::kIoError:
      return IsOnDisk(place);
    case ChoiceKind::kDiskFull:
    case ChoiceKind::kBadSector:
    case ChoiceKind::kMisdirected:
      return place == PlaceKind::kWrite;
    case ChoiceKind::kLostSync:
      return place == PlaceKind::kSync;
    case ChoiceKind::kLostBeforeCommit:
    case ChoiceKind::kLostAfterCommit:
      return place == PlaceKind::kCommit;
    case ChoiceKind::kDeadlock:
    case ChoiceKind::kLockTimeout:
      return place == PlaceKind::kLock;
    case ChoiceKind::kReplicaLag:
      return place == PlaceKind::kReplica;
    case ChoiceKind::kExpire:
    case ChoiceKind::kEvict:
    case ChoiceKind::kFailOver:
      return place == PlaceKind::kCache;
    case ChoiceKind::kLostAck:
      return place == PlaceKind::kAck;
    case ChoiceKind::kReorder:
    case ChoiceKind::kRebalance:
      return place == PlaceKind::kDeliver;
    case ChoiceKind::kUnavailable:
      return place == PlaceKind::kPublish || place == PlaceKind::kDeliver;
    case ChoiceKind::kMisstated:
    case ChoiceKind::kStray:
      return place == PlaceKind::kFileLine;
    case ChoiceKind::kTruncated:
    case ChoiceKind::kCorrected:
      return place == PlaceKind::kFile;
    case ChoiceKind::kAcceptsThenFails:
    case ChoiceKind::kSystemError:
      return place == PlaceKind::kIngress || place == PlaceKind::kInFlight;
    case ChoiceKind::kNotFound:
      return place == PlaceKind::kInFlight;
    case ChoiceKind::kCallbackFirst:
      return place == PlaceKind::kMessage && leg != sim::Leg::kRequest;
    case ChoiceKind::kCallbackNever:
    case ChoiceKind::kCallbackTwice:
      return place == PlaceKind::kCallback;
    case ChoiceKind::kDoubleClick:
    case ChoiceKind::kAbandoned:
    case ChoiceKind::kPaysLate:
    case ChoiceKind::kTwoChannels:
      return place == PlaceKind::kPerson;
  }
  return false;
}

absl::string_view PlacesOf(ChoiceKind fault) {
  switch (fault) {
    case ChoiceKind::kNone:
      return "nothing";
    case ChoiceKind::kDrop:
      return "a message or a file at LINE";
    case ChoiceKind::kDuplicate:
      return "a message or a file at WHOLE";
    case ChoiceKind::kLate:
      return "a message, a disk, a file or an ingress";
    case ChoiceKind::kOvertaken:
    case ChoiceKind::kRefuse:
      return "a message whose leg is REQUEST";
    case ChoiceKind::kCrash:
      return "a process, a disk at SYNC or a step";
    case ChoiceKind::kPartition:
    case ChoiceKind::kClog:
    case ChoiceKind::kSlowPair:
      return "a link";
    case ChoiceKind::kOutcome:
      return "an outcome";
    case ChoiceKind::kSkew:
      return "a clock at START";
    case ChoiceKind::kJump:
      return "a clock at MINUTE or BOOT";
    case ChoiceKind::kDrift:
      return "a clock at START or MINUTE";
    case ChoiceKind::kSlew:
      return "a clock at MINUTE";
    case ChoiceKind::kPause:
    case ChoiceKind::kSlow:
      return "a process";
    case ChoiceKind::kIoError:
      return "a disk";
    case ChoiceKind::kDiskFull:
    case ChoiceKind::kBadSector:
    case ChoiceKind::kMisdirected:
      return "a disk at WRITE";
    case ChoiceKind::kLostSync:
      return "a disk at SYNC";
    case ChoiceKind::kLostBeforeCommit:
    case ChoiceKind::kLostAfterCommit:
      return "a connection";
    case ChoiceKind::kDeadlock:
    case ChoiceKind::kLockTimeout:
      return "a statement at LOCK";
    case ChoiceKind::kReplicaLag:
      return "a statement at REPLICA";
    case ChoiceKind::kExpire:
    case ChoiceKind::kEvict:
    case ChoiceKind::kFailOver:
      return "a cache";
    case ChoiceKind::kLostAck:
      return "a broker at ACK";
    case ChoiceKind::kReorder:
    case ChoiceKind::kRebalance:
      return "a broker at DELIVER";
    case ChoiceKind::kUnavailable:
      return "a broker at PUBLISH or DELIVER";
    case ChoiceKind::kMisstated:
    case ChoiceKind::kStray:
      return "a file at LINE";
    case ChoiceKind::kTruncated:
    case ChoiceKind::kCorrected:
      return "a file at WHOLE";
    case ChoiceKind::kAcceptsThenFails:
    case ChoiceKind::kSystemError:
      return "an ingress";
    case ChoiceKind::kNotFound:
      return "an ingress at IN_FLIGHT";
    case ChoiceKind::kCallbackFirst:
      return "a message whose leg is REPLY";
    case ChoiceKind::kCallbackNever:
    case ChoiceKind::kCallbackTwice:
      return "a callback";
    case ChoiceKind::kDoubleClick:
    case ChoiceKind::kAbandoned:
    case ChoiceKind::kPaysLate:
    case ChoiceKind::kTwoChannels:
      return "a person";
  }
  return "";
}

sim::Meaning MeaningOf(ChoiceKind fault) {
  switch (fault) {
    case ChoiceKind::kAcceptsThenFails:
      return sim::Meaning::kAccepted;
    case ChoiceKind::kSystemError:
      return sim::Meaning::kSystemError;
    case ChoiceKind::kNotFound:
      return sim::Meaning::kNotFound;
    default:
      return sim::Meaning::kNone;
  }
}

}  // namespace faults
