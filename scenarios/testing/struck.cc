#include "scenarios/testing/struck.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "scenarios/repro.h"
#include "sim/choice/place.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"
#include "sim/trace/trace.h"
#include "sim/world/observer.h"

namespace scenarios {
namespace {

using sim::RecordKind;

// What a record is about, whenever it was.
uint64_t About(const sim::Record& record) {
  const uint64_t words[] = {record.kind, record.node, record.peer, record.subject, record.key};
  return sim::HashWords(words, 5, /*seed=*/0);
}

bool IsFromOutside(const sim::Record& record) {
  switch (RecordKind(record.kind)) {
    case RecordKind::kBoot:
    case RecordKind::kDeliver:
    case RecordKind::kRefused:
    case RecordKind::kTimeout:
    case RecordKind::kTimer:
      return true;
    default:
      return false;
  }
}

// The last thing from outside that led to the record.
uint64_t ReasonFor(const sim::Trace& trace, sim::RecordId id) {
  while (id != 0 && !IsFromOutside(trace.record(id))) id = trace.record(id).cause;
  return id == 0 ? 0 : About(trace.record(id));
}

// Every message of a run, by its point and occurrence: the network counts one for
// each that is sent, whatever becomes of it.
class Messages final : public sim::Observer {
 public:
  void OnTraffic(const sim::Traffic& traffic) override {
    const bool request = traffic.kind == sim::TrafficKind::kSent;
    if (!request && traffic.kind != sim::TrafficKind::kAnswered) return;
    sim::Place place;
    place.kind = sim::PlaceKind::kMessage;
    place.leg = request ? sim::Leg::kRequest : sim::Leg::kReply;
    place.node = traffic.caller;
    place.peer = traffic.callee;
    place.method = traffic.method;
    place.key = traffic.key;
    const std::string point = sim::PointName(place);
    const uint64_t occurrence = ++occurrences_[point];
    const std::string body = traffic.message == nullptr ? "" : traffic.message->SerializeAsString();
    messages_[{point, occurrence}] = {
        sim::HashName(absl::StrCat(traffic.status.ToString(), "\n", body)), traffic.record};
  }

  // To be called once, while the trace is there.
  void Explain(const sim::Trace& trace) {
    for (auto& [where, message] : messages_) {
      const uint64_t words[] = {message.what, ReasonFor(trace, message.record)};
      message.what = sim::HashWords(words, 2, /*seed=*/0);
    }
  }

  uint64_t What(const sim::Pin& pin) const {
    const auto found = messages_.find({pin.point, pin.occurrence});
    SIM_CHECK(found != messages_.end()) << pin.point << " was struck, and never sent";
    return found->second.what;
  }

 private:
  struct Message {
    uint64_t what = 0;  // its content, then with the reason for it
    sim::RecordId record = 0;
  };
  std::map<std::string, uint64_t> occurrences_;
  std::map<std::pair<std::string, uint64_t>, Message> messages_;
};

// The crashes of a run, in order.
class Crashes {
 public:
  void Read(const sim::Trace& trace) {
    std::map<uint16_t, uint64_t> nodes;
    for (sim::RecordId id = 1; id <= trace.size(); ++id) {
      const sim::Record& record = trace.record(id);
      const auto kind = RecordKind(record.kind);
      if (kind == RecordKind::kNode) nodes[record.node] = record.subject;
      if (kind != RecordKind::kCrash) continue;
      const uint64_t before = record.cause == 0 ? 0 : About(trace.record(record.cause));
      const uint64_t words[] = {About(record), before, ReasonFor(trace, record.cause)};
      crashes_.push_back({nodes[record.node], static_cast<int64_t>(record.value),
                          sim::HashWords(words, 3, /*seed=*/0)});
    }
  }

  // What the next crash pin struck: the next crash of its node that lasted as long,
  // for a node that cannot start goes down without a pin.
  uint64_t Next(absl::string_view node, int64_t down_for) {
    while (next_ < crashes_.size()) {
      const Crash& crash = crashes_[next_++];
      if (crash.node == sim::HashName(node) && crash.down_for == down_for) return crash.what;
    }
    SIM_CHECK(false) << node << " crashed, but not in the trace";
    return 0;
  }

 private:
  struct Crash {
    uint64_t node;
    int64_t down_for;
    uint64_t what;
  };
  std::vector<Crash> crashes_;
  size_t next_ = 0;
};

}  // namespace

Struck RunAndSeeWhatIsStruck(Runner& runner, RunOptions options) {
  Messages messages;
  Crashes crashes;
  options.observer = &messages;
  options.depth = sim::TraceDepth::kWhole;
  options.with_trace = [&](const sim::Trace& trace) {
    messages.Explain(trace);
    crashes.Read(trace);
  };
  Struck struck;
  struck.pins = ToPins(runner.Run(options).fired());
  for (const sim::Pin& pin : struck.pins) {
    const auto point = sim::PointText::Parse(pin.point);
    SIM_CHECK(point.ok()) << point.status().ToString();
    const sim::Place place = point->place();
    uint64_t what = 0;
    if (place.kind == sim::PlaceKind::kMessage) what = messages.What(pin);
    if (pin.kind == sim::ChoiceKind::kCrash) what = crashes.Next(place.node, pin.amount);
    struck.what[{pin.point, pin.occurrence}] = what;
  }
  return struck;
}

}  // namespace scenarios
