#include "faults/pins.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/durations.h"
#include "faults/kinds.h"
#include "google/protobuf/text_format.h"
#include "sim/choice/place.h"

namespace faults {
namespace {

using settle::Rule;
using sim::ChoiceKind;

// The enums of the text and of the kernel have the same numbers.
static_assert(static_cast<int>(ChoiceKind::kReplicaLag) == settle::Pin::REPLICA_LAG);
static_assert(static_cast<int>(ChoiceKind::kUnavailable) == settle::Pin::UNAVAILABLE);
static_assert(static_cast<int>(ChoiceKind::kCorrected) == settle::Pin::CORRECTED);
static_assert(static_cast<int>(ChoiceKind::kLostAfterCommit) == settle::Pin::LOST_AFTER_COMMIT);
static_assert(static_cast<int>(ChoiceKind::kTwoChannels) == settle::Pin::TWO_CHANNELS);
static_assert(static_cast<int>(ChoiceKind::kSlowPair) == settle::Pin::SLOW_PAIR &&
              settle::Pin::Choice_ARRAYSIZE == sim::kChoiceKinds);
static_assert(static_cast<int>(ChoiceKind::kJump) == settle::Pin::JUMP);
static_assert(static_cast<int>(ChoiceKind::kSlow) == settle::Pin::SLOW);
static_assert(static_cast<int>(ChoiceKind::kOvertaken) == settle::Pin::OVERTAKEN);
static_assert(static_cast<int>(ChoiceKind::kPartition) == settle::Pin::PARTITION);
static_assert(static_cast<int>(sim::DiskFate::kKeepAll) == Rule::Crash::KEEP_ALL);
static_assert(static_cast<int>(sim::DiskFate::kLoseAll) == Rule::Crash::LOSE_ALL);

// The fields of a pin that say how much, and the choice that each belongs to.
struct Detail {
  const char* field;
  bool present;
  bool belongs;
};

// Whether something happens again, and whether somebody waits for a method.
bool IsSecond(ChoiceKind kind) {
  return kind == ChoiceKind::kDuplicate || kind == ChoiceKind::kCallbackTwice ||
         kind == ChoiceKind::kDoubleClick;
}
bool IsHeld(ChoiceKind kind) {
  return kind == ChoiceKind::kOvertaken || kind == ChoiceKind::kCallbackFirst;
}

void RefuseStrangers(const settle::Pin& pin, ChoiceKind kind, const Where& where,
                     Diagnostics& problems) {
  const Detail details[] = {
      {"after", !pin.after().empty(),
       IsSecond(kind) || kind == ChoiceKind::kTwoChannels || kind == ChoiceKind::kCorrected},
      {"by", !pin.by().empty(),
       kind == ChoiceKind::kLate || kind == ChoiceKind::kSkew || kind == ChoiceKind::kReplicaLag ||
           kind == ChoiceKind::kJump || kind == ChoiceKind::kSlew || kind == ChoiceKind::kReorder ||
           kind == ChoiceKind::kPaysLate || kind == ChoiceKind::kSlowPair || IsHeld(kind) ||
           kind == ChoiceKind::kTwoChannels},
      {"at_most", !pin.at_most().empty(), IsHeld(kind)},
      {"down_for", !pin.down_for().empty(), kind == ChoiceKind::kCrash},
      {"disk", pin.disk() != Rule::Crash::EACH, kind == ChoiceKind::kCrash},
      {"for", !pin.for_().empty(),
       kind == ChoiceKind::kPartition || kind == ChoiceKind::kClog ||
           kind == ChoiceKind::kSlowPair || kind == ChoiceKind::kDiskFull ||
           kind == ChoiceKind::kLockTimeout || kind == ChoiceKind::kPause ||
           kind == ChoiceKind::kSlow || kind == ChoiceKind::kUnavailable ||
           kind == ChoiceKind::kTruncated},
      {"loses", !pin.loses().empty(), kind == ChoiceKind::kFailOver},
      {"value", pin.value() != 0, kind == ChoiceKind::kOutcome || kind == ChoiceKind::kMisstated},
      {"ppm", pin.ppm() != 0, kind == ChoiceKind::kDrift},
  };
  for (const Detail& detail : details) {
    if (detail.present && !detail.belongs) {
      problems.push_back(where.Field(detail.field)
                             .Error(absl::StrCat(detail.field, " does not belong to ",
                                                 settle::Pin::Choice_Name(pin.choice()))));
    }
  }
}

// A field that holds a duration.
struct Wanted {
  const char* field;
  const char* example;
  bool may_be_zero = false;  // Else 0 would be no fault at all.
  bool may_be_negative = false;
};

sim::Nanos Amount(const std::string& text, const Wanted& wanted, const Where& where,
                  Diagnostics& problems) {
  const absl::StatusOr<sim::Nanos> nanos =
      wanted.may_be_negative ? ParseSignedNanos(text) : ParseNanos(text);
  std::string reason;
  if (text.empty()) {
    reason = absl::StrCat(wanted.field, " is missing");
  } else if (!nanos.ok()) {
    reason = std::string(nanos.status().message());
  } else if (*nanos == 0 && !wanted.may_be_zero) {
    reason = absl::StrCat(wanted.field, " is 0, which is no fault");
  } else {
    return *nanos;
  }
  problems.push_back(where.Field(wanted.field)
                         .Error(absl::StrCat(reason, "; write for instance ", wanted.field, ": \"",
                                             wanted.example, "\"")));
  return 0;
}

std::string SingleLine(const settle::Pin& pin) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(pin, &text);
  return std::string(absl::StripAsciiWhitespace(text));
}

}  // namespace

settle::Pin PinProto(const sim::Pin& pin) {
  settle::Pin proto;
  proto.set_point(pin.point);
  proto.set_occurrence(pin.occurrence);
  proto.set_choice(static_cast<settle::Pin::Choice>(pin.kind));
  switch (pin.kind) {
    case ChoiceKind::kNone:
    case ChoiceKind::kDrop:
    case ChoiceKind::kRefuse:
    case ChoiceKind::kIoError:
    case ChoiceKind::kBadSector:
    case ChoiceKind::kMisdirected:
    case ChoiceKind::kLostSync:
    case ChoiceKind::kLostBeforeCommit:
    case ChoiceKind::kLostAfterCommit:
    case ChoiceKind::kDeadlock:
    case ChoiceKind::kExpire:
    case ChoiceKind::kEvict:
    case ChoiceKind::kLostAck:
    case ChoiceKind::kRebalance:
    case ChoiceKind::kStray:
    case ChoiceKind::kAcceptsThenFails:
    case ChoiceKind::kSystemError:
    case ChoiceKind::kNotFound:
    case ChoiceKind::kCallbackNever:
    case ChoiceKind::kAbandoned:
      break;
    case ChoiceKind::kTwoChannels:
      proto.set_by(pin.by);
      [[fallthrough]];
    case ChoiceKind::kDuplicate:
    case ChoiceKind::kCallbackTwice:
    case ChoiceKind::kDoubleClick:
      if (pin.amount != 0) proto.set_after(NanosText(pin.amount));
      break;
    case ChoiceKind::kCorrected:
      proto.set_after(NanosText(pin.amount));
      break;
    case ChoiceKind::kLate:
    case ChoiceKind::kSkew:
    case ChoiceKind::kReplicaLag:
    case ChoiceKind::kJump:
    case ChoiceKind::kSlew:
    case ChoiceKind::kReorder:
    case ChoiceKind::kPaysLate:
      proto.set_by(NanosText(pin.amount));
      break;
    case ChoiceKind::kOvertaken:
    case ChoiceKind::kCallbackFirst:
      proto.set_by(pin.by);
      proto.set_at_most(NanosText(pin.amount));
      break;
    case ChoiceKind::kCrash:
      proto.set_down_for(NanosText(pin.amount));
      proto.set_disk(static_cast<Rule::Crash::Unsynced>(pin.disk));
      break;
    case ChoiceKind::kSlowPair:
      proto.set_by(NanosText(pin.amount));
      proto.set_for_(NanosText(pin.lasts));
      break;
    case ChoiceKind::kPartition:
    case ChoiceKind::kClog:
    case ChoiceKind::kDiskFull:
    case ChoiceKind::kLockTimeout:
    case ChoiceKind::kPause:
    case ChoiceKind::kSlow:
    case ChoiceKind::kUnavailable:
    case ChoiceKind::kTruncated:
      proto.set_for_(NanosText(pin.amount));
      break;
    case ChoiceKind::kFailOver:
      proto.set_loses(NanosText(pin.amount));
      break;
    case ChoiceKind::kOutcome:
    case ChoiceKind::kMisstated:
      proto.set_value(static_cast<uint32_t>(pin.amount));
      break;
    case ChoiceKind::kDrift:
      proto.set_ppm(static_cast<int32_t>(pin.amount));
      break;
  }
  return proto;
}

sim::Pin CompilePin(const settle::Pin& proto, const Where& where, Diagnostics& problems) {
  sim::Pin pin;
  pin.point = proto.point();
  pin.occurrence = proto.occurrence();
  // An open enum: a pin of a newer build may hold a number that has no name here.
  if (!settle::Pin::Choice_IsValid(proto.choice()) || proto.choice() == settle::Pin::NONE) {
    problems.push_back(
        where.Field("choice").Error("choice is missing; write for instance choice: DROP"));
    return pin;
  }
  pin.kind = static_cast<ChoiceKind>(proto.choice());

  const absl::StatusOr<sim::PointText> point = sim::PointText::Parse(pin.point);
  if (!point.ok()) {
    problems.push_back(where.Field("point").Error(std::string(point.status().message())));
  } else {
    const sim::Place place = point->place();
    if (!CanHappen(pin.kind, place.kind, place.leg)) {
      problems.push_back(where.Field("choice").Error(
          absl::StrCat(settle::Pin::Choice_Name(proto.choice()), " cannot happen at \"", pin.point,
                       "\"; it needs the point of ", PlacesOf(pin.kind))));
    }
    const bool slots = place.kind == sim::PlaceKind::kLink || place.kind == sim::PlaceKind::kTick;
    if (pin.occurrence == 0 && !slots) {
      problems.push_back(where.Field("occurrence")
                             .Error("occurrence is 0 or missing; the first time is occurrence: 1"));
    }
  }

  RefuseStrangers(proto, pin.kind, where, problems);
  auto amount = [&](const std::string& text, const Wanted& wanted) {
    pin.amount = Amount(text, wanted, where, problems);
  };
  switch (pin.kind) {
    case ChoiceKind::kNone:
    case ChoiceKind::kDrop:
    case ChoiceKind::kRefuse:
    case ChoiceKind::kIoError:
    case ChoiceKind::kBadSector:
    case ChoiceKind::kMisdirected:
    case ChoiceKind::kLostSync:
    case ChoiceKind::kLostBeforeCommit:
    case ChoiceKind::kLostAfterCommit:
    case ChoiceKind::kDeadlock:
    case ChoiceKind::kExpire:
    case ChoiceKind::kEvict:
    case ChoiceKind::kLostAck:
    case ChoiceKind::kRebalance:
    case ChoiceKind::kStray:
    case ChoiceKind::kAcceptsThenFails:
    case ChoiceKind::kSystemError:
    case ChoiceKind::kNotFound:
    case ChoiceKind::kCallbackNever:
    case ChoiceKind::kAbandoned:
      break;
    case ChoiceKind::kTwoChannels:
      pin.by = proto.by();
      if (pin.by.empty()) {
        problems.push_back(where.Field("by").Error(
            "by is missing; name another node that serves the method, or a method"));
      }
      [[fallthrough]];
    case ChoiceKind::kDuplicate:
    case ChoiceKind::kCallbackTwice:
    case ChoiceKind::kDoubleClick:
      if (!proto.after().empty()) amount(proto.after(), {"after", "5ms", true});
      break;
    case ChoiceKind::kCorrected:
      amount(proto.after(), {"after", "6h"});
      break;
    case ChoiceKind::kLate:
    case ChoiceKind::kReplicaLag:
    case ChoiceKind::kReorder:
    case ChoiceKind::kPaysLate:
      amount(proto.by(), {"by", "900ms"});
      break;
    case ChoiceKind::kSkew:
    case ChoiceKind::kJump:
    case ChoiceKind::kSlew:
      amount(proto.by(), {"by", "-2s", false, true});
      break;
    case ChoiceKind::kOvertaken:
    case ChoiceKind::kCallbackFirst:
      pin.by = proto.by();
      if (pin.by.empty()) {
        problems.push_back(where.Field("by").Error(
            pin.kind == ChoiceKind::kOvertaken
                ? "by is missing; name the method that overtakes, as in by: \"exchange.Reverse\""
                : "by is missing; name the callback, as in by: \"exchange.NotifyResult\""));
      }
      amount(proto.at_most(), {"at_most", "10m"});
      break;
    case ChoiceKind::kCrash:
      pin.disk = static_cast<sim::DiskFate>(proto.disk());
      amount(proto.down_for(), {"down_for", "50ms", true});
      break;
    case ChoiceKind::kSlowPair:
      pin.lasts = Amount(proto.for_(), {"for", "10m"}, where, problems);
      amount(proto.by(), {"by", "2s"});
      break;
    case ChoiceKind::kPartition:
    case ChoiceKind::kClog:
    case ChoiceKind::kDiskFull:
    case ChoiceKind::kLockTimeout:
    case ChoiceKind::kPause:
    case ChoiceKind::kSlow:
    case ChoiceKind::kUnavailable:
    case ChoiceKind::kTruncated:
      amount(proto.for_(), {"for", "30s"});
      break;
    case ChoiceKind::kFailOver:
      amount(proto.loses(), {"loses", "200ms"});
      break;
    case ChoiceKind::kOutcome:
      pin.amount = proto.value();
      if (pin.amount == 0) {
        problems.push_back(where.Field("value").Error(
            "value is 0 or missing; 0 would be success, so write value: 1 or more"));
      }
      break;
    case ChoiceKind::kDrift:
      pin.amount = proto.ppm();
      if (pin.amount == 0 || pin.amount < -kMostPpm || pin.amount > kMostPpm) {
        problems.push_back(where.Field("ppm").Error(
            absl::StrCat("ppm is ", pin.amount, pin.amount == 0 ? " or missing" : "",
                         "; write for instance ppm: -200, and at most ", kMostPpm, " either way")));
      }
      break;
    case ChoiceKind::kMisstated:
      pin.amount = proto.value();
      if (pin.amount == 0 || !Rule::Misstated::What_IsValid(static_cast<int>(proto.value()))) {
        problems.push_back(where.Field("value").Error(
            "value is none of 1 (AMOUNT_MORE), 2 (AMOUNT_LESS), 3 (FEE) and 4 (STATUS)"));
      }
      break;
  }
  return pin;
}

std::string PinText(const sim::Pin& pin) {
  return absl::StrCat("pin { ", SingleLine(PinProto(pin)), " }");
}

std::string PinsText(absl::Span<const sim::Pin> pins) {
  std::string text;
  for (const sim::Pin& pin : pins) absl::StrAppend(&text, PinText(pin), "\n");
  return text;
}

absl::StatusOr<std::vector<sim::Pin>> ParsePins(absl::string_view file, absl::string_view text) {
  Diagnostics problems;
  settle::FaultPlan plan;
  const Where where = ParseText(file, text, plan, problems);
  std::vector<sim::Pin> pins;
  if (!problems.empty()) return ToStatus(problems);
  if (plan.rule_size() > 0) problems.push_back(where.Field("rule").Error("only pins stand here"));
  if (plan.include_size() > 0) {
    problems.push_back(where.Field("include").Error("only pins stand here"));
  }
  for (int i = 0; i < plan.pin_size(); ++i) {
    pins.push_back(CompilePin(plan.pin(i), where.Field("pin", i), problems));
  }
  if (!problems.empty()) return ToStatus(problems);
  return pins;
}

int CountFaults(const google::protobuf::RepeatedPtrField<settle::Pin>& pins) {
  return static_cast<int>(std::count_if(pins.begin(), pins.end(), [](const settle::Pin& pin) {
    return pin.choice() != settle::Pin::OUTCOME;
  }));
}

}  // namespace faults
