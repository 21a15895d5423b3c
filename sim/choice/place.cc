#include "sim/choice/place.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace sim {
namespace {

// The verbs of places that are a call's.
constexpr std::pair<absl::string_view, PlaceKind> kOfCalls[] = {
    {"ingress", PlaceKind::kIngress},
    {"inflight", PlaceKind::kInFlight},
    {"callback", PlaceKind::kCallback},
    {"person", PlaceKind::kPerson},
};

uint64_t Head(PlaceKind kind, Leg leg, bool both_ways) {
  return static_cast<uint64_t>(kind) << 16 | static_cast<uint64_t>(leg) << 8 | (both_ways ? 1 : 0);
}

std::string WithKey(std::string name, absl::string_view key) {
  if (!key.empty()) absl::StrAppend(&name, " ", key);
  return name;
}

std::string AtDatabase(absl::string_view verb, const Place& place) {
  return WithKey(absl::StrCat(verb, " ", place.node, ">", place.peer, " ", place.method),
                 place.key);
}

absl::Status Malformed(absl::string_view name, absl::string_view wanted) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name, "\" is not a point; expected something like \"", wanted, "\""));
}

}  // namespace

bool IsOfCall(PlaceKind kind) {
  return kind == PlaceKind::kIngress || kind == PlaceKind::kInFlight ||
         kind == PlaceKind::kCallback || kind == PlaceKind::kPerson;
}

uint64_t PointOf(const Place& place) {
  const uint64_t words[] = {Head(place.kind, place.leg, place.both_ways), HashName(place.node),
                            HashName(place.peer), HashName(place.method), HashName(place.key)};
  return HashWords(words, 5, /*seed=*/0);
}

uint64_t PointOf(PlaceKind kind, Leg leg, uint64_t node, uint64_t peer, uint64_t method,
                 uint64_t key) {
  const uint64_t words[] = {Head(kind, leg, /*both_ways=*/false), node, peer, method, key};
  return HashWords(words, 5, /*seed=*/0);
}

std::string PointName(const Place& place) {
  switch (place.kind) {
    case PlaceKind::kMessage:
      return WithKey(place.leg == Leg::kReply
                         ? absl::StrCat("reply ", place.method, " ", place.node, "<", place.peer)
                         : absl::StrCat("request ", place.method, " ", place.node, ">", place.peer),
                     place.key);
    case PlaceKind::kSuspension:
      return WithKey(absl::StrCat("crash ", place.node, " ", place.method), place.key);
    case PlaceKind::kSync:
      return WithKey(absl::StrCat("fsync ", place.node, " ", place.method), place.key);
    case PlaceKind::kLink:
      return absl::StrCat("link ", place.node, place.both_ways ? "<>" : ">", place.peer);
    case PlaceKind::kOutcome:
      return WithKey(absl::StrCat("outcome ", place.node, " ", place.method), place.key);
    case PlaceKind::kStep:
      return WithKey(absl::StrCat("step ", place.node, " ", place.method), place.key);
    case PlaceKind::kClock:
      return absl::StrCat("clock ", place.node);
    case PlaceKind::kTick:
      return absl::StrCat("tick ", place.node);
    case PlaceKind::kBoot:
      return absl::StrCat("boot ", place.node);
    case PlaceKind::kCommit:
      return AtDatabase("commit", place);
    case PlaceKind::kLock:
      return AtDatabase("lock", place);
    case PlaceKind::kReplica:
      return AtDatabase("replica", place);
    case PlaceKind::kFile:
      return WithKey(absl::StrCat("file ", place.node, " ", place.method), place.key);
    case PlaceKind::kFileLine:
      return WithKey(absl::StrCat("line ", place.node, " ", place.method), place.key);
    case PlaceKind::kIngress:
    case PlaceKind::kInFlight:
    case PlaceKind::kCallback:
    case PlaceKind::kPerson:
      for (const auto& [verb, kind] : kOfCalls) {
        if (kind != place.kind) continue;
        return WithKey(absl::StrCat(verb, " ", place.method, " ", place.node, ">", place.peer),
                       place.key);
      }
      return "";
    case PlaceKind::kRead:
      return WithKey(absl::StrCat("read ", place.node, " ", place.method), place.key);
    case PlaceKind::kWrite:
      return WithKey(absl::StrCat("write ", place.node, " ", place.method), place.key);
    case PlaceKind::kCache:
      return WithKey(absl::StrCat("cache ", place.node, " ", place.method), place.key);
    case PlaceKind::kPublish:
      return WithKey(absl::StrCat("publish ", place.node, " ", place.method), place.key);
    case PlaceKind::kDeliver:
      return WithKey(absl::StrCat("deliver ", place.node, " ", place.method), place.key);
    case PlaceKind::kAck:
      return WithKey(absl::StrCat("ack ", place.node, " ", place.method), place.key);
  }
  return "";
}

absl::StatusOr<PointText> PointText::Parse(absl::string_view name) {
  // The key is last and is everything after its separator: it may hold spaces.
  const std::vector<std::string> head = absl::StrSplit(name, absl::MaxSplits(' ', 1));
  const std::string verb = head[0];
  const std::string rest = head.size() > 1 ? head[1] : "";
  PointText text;
  auto words = [&rest](int count) {
    return std::vector<std::string>(absl::StrSplit(rest, absl::MaxSplits(' ', count)));
  };
  bool of_call = verb == "request" || verb == "reply";
  if (of_call) text.leg_ = verb == "reply" ? Leg::kReply : Leg::kRequest;
  for (const auto& [of_other, kind] : kOfCalls) {
    if (verb != of_other) continue;
    of_call = true;
    text.kind_ = kind;
  }
  if (of_call) {
    const auto parts = words(2);
    const char arrow = verb == "reply" ? '<' : '>';
    const std::vector<std::string> ends =
        parts.size() < 2 ? std::vector<std::string>{}
                         : std::vector<std::string>(absl::StrSplit(parts[1], arrow));
    if (ends.size() != 2 || ends[0].empty() || ends[1].empty()) {
      return Malformed(
          name, absl::StrCat(verb, " exchange.Submit a", verb == "reply" ? "<" : ">", "b order-7"));
    }
    text.method_ = parts[0];
    text.node_ = ends[0];
    text.peer_ = ends[1];
    if (parts.size() > 2) text.key_ = parts[2];
    return text;
  }
  constexpr std::pair<absl::string_view, PlaceKind> kOfTasks[] = {
      {"crash", PlaceKind::kSuspension}, {"fsync", PlaceKind::kSync},
      {"write", PlaceKind::kWrite},      {"read", PlaceKind::kRead},
      {"step", PlaceKind::kStep},        {"outcome", PlaceKind::kOutcome},
      {"cache", PlaceKind::kCache},      {"publish", PlaceKind::kPublish},
      {"deliver", PlaceKind::kDeliver},  {"ack", PlaceKind::kAck},
      {"file", PlaceKind::kFile},        {"line", PlaceKind::kFileLine},
  };
  for (const auto& [of_task, kind] : kOfTasks) {
    if (verb != of_task) continue;
    text.kind_ = kind;
    const auto parts = words(2);
    if (parts.size() < 2) return Malformed(name, absl::StrCat(verb, " b exchange.Submit order-7"));
    text.node_ = parts[0];
    text.method_ = parts[1];
    if (parts.size() > 2) text.key_ = parts[2];
    return text;
  }
  constexpr std::pair<absl::string_view, PlaceKind> kAtDatabases[] = {
      {"commit", PlaceKind::kCommit},
      {"lock", PlaceKind::kLock},
      {"replica", PlaceKind::kReplica},
  };
  for (const auto& [at_database, kind] : kAtDatabases) {
    if (verb != at_database) continue;
    text.kind_ = kind;
    const auto parts = words(2);
    const std::vector<std::string> ends = absl::StrSplit(parts[0], '>');
    if (parts.size() < 2 || ends.size() != 2 || ends[0].empty() || ends[1].empty()) {
      return Malformed(name, absl::StrCat(verb, " a>orders exchange.Submit order-7"));
    }
    text.node_ = ends[0];
    text.peer_ = ends[1];
    text.method_ = parts[1];
    if (parts.size() > 2) text.key_ = parts[2];
    return text;
  }
  if (verb == "link") {
    text.kind_ = PlaceKind::kLink;
    text.both_ways_ = rest.find("<>") != std::string::npos;
    const std::vector<std::string> ends = text.both_ways_
                                              ? std::vector<std::string>(absl::StrSplit(rest, "<>"))
                                              : std::vector<std::string>(absl::StrSplit(rest, '>'));
    if (ends.size() != 2 || ends[0].empty() || ends[1].empty()) {
      return Malformed(name, "link a>b");
    }
    text.node_ = ends[0];
    text.peer_ = ends[1];
    return text;
  }
  constexpr std::pair<absl::string_view, PlaceKind> kOfClocks[] = {
      {"clock", PlaceKind::kClock}, {"tick", PlaceKind::kTick}, {"boot", PlaceKind::kBoot}};
  for (const auto& [of_clock, kind] : kOfClocks) {
    if (verb != of_clock || rest.empty()) continue;
    text.kind_ = kind;
    text.node_ = rest;
    return text;
  }
  return Malformed(name, "request exchange.Submit a>b order-7");
}

Place PointText::place() const {
  Place place;
  place.kind = kind_;
  place.leg = leg_;
  place.both_ways = both_ways_;
  place.node = node_;
  place.peer = peer_;
  place.method = method_;
  place.key = key_;
  return place;
}

}  // namespace sim
