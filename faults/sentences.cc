#include "faults/sentences.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/durations.h"
#include "faults/fates.h"
#include "sim/choice/place.h"

namespace faults {
namespace {

using absl::StrCat;
using sim::ChoiceKind;
using sim::PlaceKind;

std::string OfKey(absl::string_view key) { return key.empty() ? "" : StrCat(" of ", key); }

// "one in 30 replies", "every reply".
std::string Share(uint64_t one_in, absl::string_view one, absl::string_view many) {
  return one_in == 1 ? StrCat("every ", one) : StrCat("one in ", one_in, " ", many);
}

std::string AmountsInWords(const std::vector<int64_t>& amounts) {
  if (amounts.back() == 0) return "";
  const std::string most = NanosInWords(amounts.back());
  if (amounts.front() == amounts.back()) return most;
  return StrCat(NanosInWords(amounts.front()), " to ", most);
}

std::string MessageSubject(const Rule& rule) {
  const bool request = rule.leg == sim::Leg::kRequest || sim::IsOfCall(rule.place);
  const bool reply = rule.leg == sim::Leg::kReply;
  std::string subject = Share(rule.one_in, request ? "request" : (reply ? "reply" : "message"),
                              request ? "requests" : (reply ? "replies" : "messages"));
  std::string calls;
  if (!rule.method.empty()) calls = StrCat(" ", rule.method);
  if (!(rule.method + rule.node + rule.peer + rule.key).empty()) calls += " calls";
  if (!rule.node.empty()) absl::StrAppend(&calls, " from ", rule.node);
  if (!rule.peer.empty()) absl::StrAppend(&calls, " to ", rule.peer);
  if (!rule.key.empty()) absl::StrAppend(&calls, " for ", rule.key);
  if (calls.empty()) return subject;
  return StrCat(subject, reply ? " to" : " of", calls);
}

// " (at most 3 times; from 1 s to 20 s)", or nothing.
std::string Limits(const Rule& rule) {
  std::vector<std::string> limits;
  if (rule.nth != 0) limits.push_back(StrCat("only the ", Ordinal(rule.nth), " of its key"));
  if (rule.at_most == 1) limits.push_back("at most once");
  if (rule.at_most > 1) limits.push_back(StrCat("at most ", rule.at_most, " times"));
  const std::string from = NanosInWords(rule.from);
  if (rule.to != sim::kForever && rule.from == 0) {
    limits.push_back(StrCat("until ", NanosInWords(rule.to)));
  } else if (rule.to != sim::kForever) {
    limits.push_back(StrCat("from ", from, " to ", NanosInWords(rule.to)));
  } else if (rule.from != 0) {
    limits.push_back(StrCat("from ", from, " on"));
  }
  return limits.empty() ? "" : StrCat(" (", absl::StrJoin(limits, "; "), ")");
}

std::string Body(const Rule& rule, sim::Nanos link_slot) {
  const std::string amounts = AmountsInWords(rule.amounts);
  const std::string down_for = amounts.empty() ? "0 s" : amounts;
  auto some = [](const std::string& name) { return name.empty() ? "any node" : name; };
  switch (rule.place) {
    case PlaceKind::kMessage:
      return StrCat(MessageSubject(rule), " ",
                    MessageFate(rule.fault, amounts, rule.by, "the same key's"));
    case PlaceKind::kIngress:
    case PlaceKind::kInFlight:
    case PlaceKind::kCallback:
    case PlaceKind::kPerson:
      return StrCat(
          MessageSubject(rule),
          rule.place == PlaceKind::kInFlight ? ", while its key is being worked on, " : " ",
          CallFate(rule.fault, amounts, rule.by));
    case PlaceKind::kSuspension:
    case PlaceKind::kSync:
    case PlaceKind::kWrite:
    case PlaceKind::kRead: {
      const absl::string_view work = WorkName(rule.place);
      const std::string share = Share(rule.one_in, work, StrCat(work, "s"));
      if (rule.fault == ChoiceKind::kPause || rule.fault == ChoiceKind::kSlow) {
        return Stop(rule.fault, some(rule.node), StrCat(share, OfKey(rule.method)), amounts);
      }
      if (rule.fault != ChoiceKind::kCrash) {
        return StrCat(share, " on ", some(rule.node), " ", DiskWorkFate(rule.fault, amounts));
      }
      const std::string when = StrCat("at ", share, OfKey(rule.method));
      return Death(some(rule.node), when, rule.disk, down_for);
    }
    case PlaceKind::kCommit:
      return StrCat(Share(rule.one_in, "commit", "commits"), " of ", some(rule.node), " on ",
                    rule.peer.empty() ? "any shared database" : rule.peer, " ",
                    CommitFate(rule.fault));
    case PlaceKind::kLock:
    case PlaceKind::kReplica:
      return StrCat(
          Share(rule.one_in, StatementName(rule.place, false), StatementName(rule.place, true)),
          OfKey(rule.method), " by ", some(rule.node),
          rule.peer.empty() ? "" : StrCat(" on ", rule.peer), " ",
          StatementFate(rule.fault, amounts));
    case PlaceKind::kCache:
      return StrCat(Share(rule.one_in, rule.method.empty() ? "access" : rule.method,
                          rule.method.empty() ? "accesses" : rule.method),
                    rule.key.empty() ? "" : " to ", rule.key, " on ",
                    rule.node.empty() ? "any cache" : rule.node, " ",
                    CacheFate(rule.fault, amounts));
    case PlaceKind::kPublish:
    case PlaceKind::kDeliver:
    case PlaceKind::kAck:
      return StrCat(Share(rule.one_in, BrokerWork(rule.place), BrokerWorks(rule.place)),
                    rule.key.empty() ? "" : " for ", rule.key,
                    rule.method.empty() ? "" : StrCat(" in ", rule.method), " on ",
                    rule.node.empty() ? "any broker" : rule.node, " ",
                    BrokerFate(rule.fault, amounts));
    case PlaceKind::kFile:
    case PlaceKind::kFileLine: {
      const bool whole = rule.place == PlaceKind::kFile;
      const std::string kind = rule.method.empty() ? "" : StrCat(rule.method, " ");
      return StrCat(Share(rule.one_in, StrCat(whole ? "" : "line of a ", kind, "file"),
                          StrCat(whole ? "" : "lines of ", kind, "files")),
                    OfKey(rule.key), " from ", some(rule.node), " ",
                    Fate(rule.place, rule.fault, rule.amounts[0], amounts));
    }
    case PlaceKind::kStep:
      return Death(StrCat("the node that passes ",
                          rule.method.empty() ? "any step" : StrCat("step ", rule.method)),
                   rule.one_in == 1 ? "every time" : StrCat("one time in ", rule.one_in), rule.disk,
                   down_for);
    case PlaceKind::kLink: {
      const std::string slots =
          rule.one_in == 1 ? "every slot" : StrCat("one of ", rule.one_in, " slots");
      const std::string way = Way(some(rule.node), some(rule.peer), rule.both_ways);
      return StrCat(LinkFate(rule.fault, way, amounts, rule.lasts), ", in ", slots, " of ",
                    NanosInWords(link_slot));
    }
    case PlaceKind::kOutcome:
      return StrCat(Share(rule.one_in, "outcome", "outcomes"),
                    rule.method.empty() ? "" : StrCat(" ", rule.method),
                    rule.node.empty() ? "" : StrCat(" on ", rule.node), " is ", rule.amounts[0]);
    case PlaceKind::kClock:
      return StrCat(rule.one_in == 1 ? "" : StrCat("in one of ", rule.one_in, " runs "),
                    some(rule.node), "'s clock", ClockFate(rule));
    case PlaceKind::kTick:
      return StrCat(some(rule.node), "'s clock", ClockFate(rule), ", in ",
                    Share(rule.one_in, "minute", "minutes"));
    case PlaceKind::kBoot:
      return StrCat(some(rule.node), "'s clock", ClockFate(rule), ", at ",
                    Share(rule.one_in, "restart", "restarts"));
  }
  return "";
}

}  // namespace

std::string Ordinal(uint64_t n) {
  const bool teen = n / 10 % 10 == 1;
  const char* suffix = "th";
  if (!teen && n % 10 == 1) suffix = "st";
  if (!teen && n % 10 == 2) suffix = "nd";
  if (!teen && n % 10 == 3) suffix = "rd";
  return StrCat(n, suffix);
}

std::string Sentence(const sim::Pin& pin, sim::Nanos link_slot) {
  const absl::StatusOr<sim::PointText> point = sim::PointText::Parse(pin.point);
  if (!point.ok()) return StrCat("something happens at \"", pin.point, "\"");
  const sim::Place place = point->place();
  const std::string nth = Ordinal(pin.occurrence);
  // A skew is negative when the clock is slow; "0 s" counts as no amount.
  const std::string amount =
      pin.kind == ChoiceKind::kOutcome ? StrCat(pin.amount) : AmountsInWords({pin.amount});
  const std::string down_for = amount.empty() ? "0 s" : amount;
  switch (place.kind) {
    case PlaceKind::kMessage: {
      const bool reply = place.leg == sim::Leg::kReply;
      const std::string whose = place.key.empty() ? "" : StrCat(place.key, "'s ");
      return StrCat("the ", nth, reply ? " reply to " : " request of ", whose, place.method, ", ",
                    reply ? place.peer : place.node, " > ", reply ? place.node : place.peer, ", ",
                    MessageFate(pin.kind, amount, pin.by,
                                place.key.empty() ? "a later" : StrCat(place.key, "'s")));
    }
    case PlaceKind::kIngress:
    case PlaceKind::kInFlight:
    case PlaceKind::kCallback:
    case PlaceKind::kPerson:
      return StrCat("the ", nth, " request of ", place.key.empty() ? "" : StrCat(place.key, "'s "),
                    place.method, ", ", place.node, " > ", place.peer,
                    place.kind == PlaceKind::kInFlight ? ", while that is being worked on, " : ", ",
                    CallFate(pin.kind, amount, pin.by));
    case PlaceKind::kSuspension:
    case PlaceKind::kSync:
    case PlaceKind::kWrite:
    case PlaceKind::kRead: {
      const std::string work = StrCat("the ", nth, " ", WorkName(place.kind), " of ", place.method,
                                      place.key.empty() ? "" : " ", place.key);
      if (pin.kind == ChoiceKind::kPause || pin.kind == ChoiceKind::kSlow) {
        return Stop(pin.kind, place.node, work, amount);
      }
      if (pin.kind != ChoiceKind::kCrash) {
        return StrCat(work, " on ", place.node, " ", DiskWorkFate(pin.kind, amount));
      }
      return Death(place.node, StrCat("at ", work), pin.disk, down_for);
    }
    case PlaceKind::kCommit:
      return StrCat("the ", nth, " commit of ", place.method, place.key.empty() ? "" : " ",
                    place.key, ", ", place.node, " > ", place.peer, ", ", CommitFate(pin.kind));
    case PlaceKind::kLock:
    case PlaceKind::kReplica:
      return StrCat("the ", nth, " ", StatementName(place.kind, false), " of ", place.method,
                    place.key.empty() ? "" : " ", place.key, ", ", place.node, " > ", place.peer,
                    ", ", StatementFate(pin.kind, amount));
    case PlaceKind::kCache:
      return StrCat("the ", nth, " ", place.method, OfKey(place.key), " on ", place.node, " ",
                    CacheFate(pin.kind, amount));
    case PlaceKind::kPublish:
    case PlaceKind::kDeliver:
    case PlaceKind::kAck:
      return StrCat("the ", nth, " ", BrokerWork(place.kind), OfKey(place.key), " in ",
                    place.method, " on ", place.node, " ", BrokerFate(pin.kind, amount));
    case PlaceKind::kFile:
    case PlaceKind::kFileLine:
      return StrCat("the ", place.kind == PlaceKind::kFile ? "" : "line of ",
                    place.kind == PlaceKind::kFile
                        ? StrCat(place.method, " file of ", place.key)
                        : StrCat(place.key, " in ", place.node, "'s ", place.method, " file"),
                    place.kind == PlaceKind::kFile ? StrCat(" from ", place.node) : "", " ",
                    Fate(place.kind, pin.kind, pin.amount, amount));
    case PlaceKind::kStep:
      return Death(
          place.node,
          StrCat("the ", nth, " time that it passes step ", place.method, OfKey(place.key)),
          pin.disk, down_for);
    case PlaceKind::kLink: {
      const sim::Nanos start = static_cast<sim::Nanos>(pin.occurrence) * link_slot;
      const std::string way = Way(place.node, place.peer, place.both_ways);
      return StrCat(LinkFate(pin.kind, way, amount, pin.lasts), " from ", NanosInWords(start),
                    " on");
    }
    case PlaceKind::kOutcome:
      return StrCat("the ", nth, " outcome ", place.method, OfKey(place.key), " on ", place.node,
                    " is ", amount);
    case PlaceKind::kClock:
      return StrCat(place.node, "'s clock", ClockFate(pin.kind, pin.amount));
    case PlaceKind::kTick:
      return StrCat(place.node, "'s clock", ClockFate(pin.kind, pin.amount), " in the ",
                    Ordinal(pin.occurrence + 1), " minute");
    case PlaceKind::kBoot:
      return StrCat(place.node, "'s clock", ClockFate(pin.kind, pin.amount), " at its ", nth,
                    " restart");
  }
  return "";
}

std::string Sentence(const Rule& rule, sim::Nanos link_slot) {
  return StrCat(Body(rule, link_slot), Limits(rule));
}

}  // namespace faults
