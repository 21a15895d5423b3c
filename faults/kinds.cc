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
      return "clock";
    case PlaceKind::kCommit:
      return "connection";
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

bool CanHappen(ChoiceKind fault, PlaceKind place, sim::Leg leg) {
  switch (fault) {
    case ChoiceKind::kNone:
      return false;
    case ChoiceKind::kDrop:
    case ChoiceKind::kDuplicate:
      return place == PlaceKind::kMessage;
    case ChoiceKind::kLate:
      return place == PlaceKind::kMessage || place == PlaceKind::kIngress ||
             place == PlaceKind::kInFlight || IsOnDisk(place);
    case ChoiceKind::kOvertaken:
    case ChoiceKind::kRefuse:
      return place == PlaceKind::kMessage && leg != sim::Leg::kReply;
    case ChoiceKind::kCrash:
      return place == PlaceKind::kSuspension || place == PlaceKind::kSync ||
             place == PlaceKind::kStep;
    case ChoiceKind::kPartition:
      return place == PlaceKind::kLink;
    case ChoiceKind::kOutcome:
      return place == PlaceKind::kOutcome;
    case ChoiceKind::kSkew:
      return place == PlaceKind::kClock;
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
    case ChoiceKind::kDuplicate:
      return "a message";
    case ChoiceKind::kLate:
      return "a message, a disk or an ingress";
    case ChoiceKind::kOvertaken:
    case ChoiceKind::kRefuse:
      return "a message whose leg is REQUEST";
    case ChoiceKind::kCrash:
      return "a process, a disk at SYNC or a step";
    case ChoiceKind::kPartition:
      return "a link";
    case ChoiceKind::kOutcome:
      return "an outcome";
    case ChoiceKind::kSkew:
      return "a clock";
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
