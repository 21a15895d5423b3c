#include "scenarios/search/storyteller.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "google/protobuf/text_format.h"
#include "scenarios/search/pin_words.h"
#include "sim/choice/place.h"
#include "sim/core/time.h"

namespace scenarios {
namespace {

using settle::StoryEvent;

// A message that takes longer than this is worth two lines.
constexpr int64_t kSoon = sim::Seconds(1);

std::string FieldsOf(const google::protobuf::Message* message) {
  if (message == nullptr) return "";
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(*message, &text);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

StoryEvent::Kind KindOf(sim::TrafficKind kind) {
  switch (kind) {
    case sim::TrafficKind::kSent:
      return StoryEvent::SENT;
    case sim::TrafficKind::kDelivered:
      return StoryEvent::DELIVERED;
    case sim::TrafficKind::kAnswered:
      return StoryEvent::ANSWERED;
    case sim::TrafficKind::kReturned:
      return StoryEvent::RETURNED;
    case sim::TrafficKind::kRefused:
      return StoryEvent::REFUSED;
    case sim::TrafficKind::kTimedOut:
      return StoryEvent::TIMED_OUT;
  }
  return StoryEvent::KIND_UNSPECIFIED;
}

bool IsAtCallee(StoryEvent::Kind kind) {
  return kind == StoryEvent::DELIVERED || kind == StoryEvent::ANSWERED;
}

settle::ChangedRow ToProto(const sim::RowChange& change) {
  settle::ChangedRow row;
  row.set_table(change.table->name);
  row.set_key(change.Key());
  row.set_is_new(change.old_row.empty());
  row.set_is_gone(change.new_row.empty());
  for (size_t i = 0; i < change.table->columns.size(); ++i) {
    const bool had = !change.old_row.empty();
    const bool has = !change.new_row.empty();
    if (had && has && change.old_row[i] == change.new_row[i]) continue;
    settle::ChangedColumn& column = *row.add_column();
    column.set_name(change.table->columns[i]);
    if (had) column.set_before(sim::ToText(change.old_row[i]));
    if (has) column.set_after(sim::ToText(change.new_row[i]));
  }
  return row;
}

// Whether `next` has `kind` and is of the same call as `event`, soon after it.
bool Follows(const StoryEvent& event, const StoryEvent& next, StoryEvent::Kind kind) {
  return next.kind() == kind && next.call() == event.call() &&
         next.at_nanos() - event.at_nanos() < kSoon;
}

bool Arrives(const std::vector<StoryEvent>& events, size_t sent) {
  for (size_t n = sent + 1; n < events.size(); ++n) {
    if (Follows(events[sent], events[n], StoryEvent::DELIVERED)) return true;
  }
  return false;
}

bool WasJustAnswered(const std::vector<StoryEvent>& events, size_t returned) {
  for (size_t n = returned; n-- > 0;) {
    if (events[n].kind() != StoryEvent::ANSWERED) continue;
    if (Follows(events[n], events[returned], StoryEvent::RETURNED)) return true;
  }
  return false;
}

// That a message was sent which arrives, and that an answer returned, is said by the other
// half of it.
std::vector<StoryEvent> WithoutTheObvious(const std::vector<StoryEvent>& events) {
  std::vector<StoryEvent> told;
  for (size_t i = 0; i < events.size(); ++i) {
    const StoryEvent::Kind kind = events[i].kind();
    if (kind == StoryEvent::SENT && Arrives(events, i)) continue;
    if (kind == StoryEvent::RETURNED && WasJustAnswered(events, i)) continue;
    told.push_back(events[i]);
  }
  return told;
}

bool IsSame(const StoryEvent& one, const StoryEvent& other) {
  return one.kind() == other.kind() && one.node() == other.node() && one.peer() == other.peer() &&
         one.method() == other.method() && one.key() == other.key() && one.text() == other.text();
}

// A question and its answer, and then the same again and again.
std::vector<StoryEvent> WithoutRepetitions(const std::vector<StoryEvent>& events) {
  std::vector<StoryEvent> told;
  for (size_t i = 0; i < events.size();) {
    const size_t size = told.size();
    const bool question = i + 1 < events.size() &&
                          Follows(events[i], events[i + 1], StoryEvent::ANSWERED) &&
                          events[i].kind() == StoryEvent::DELIVERED;
    if (question && size >= 2 && IsSame(told[size - 2], events[i]) &&
        IsSame(told[size - 1], events[i + 1])) {
      StoryEvent& last = told.back();
      last.set_again(last.again() + 1);
      last.set_again_nanos(events[i + 1].at_nanos());
      i += 2;
      continue;
    }
    told.push_back(events[i++]);
  }
  return told;
}

}  // namespace

std::vector<StoryEvent> Storyteller::Tell() const {
  return WithoutRepetitions(WithoutTheObvious(events_));
}

StoryEvent& Storyteller::Add(StoryEvent::Kind kind, sim::Nanos at) {
  StoryEvent& event = events_.emplace_back();
  event.set_kind(kind);
  event.set_at_nanos(at);
  return event;
}

bool Storyteller::IsAbout(absl::string_view key) const {
  return keys_.empty() || keys_.count(std::string(key)) > 0;
}

bool Storyteller::IsAbout(const sim::RowChange& change) const {
  if (IsAbout(change.Key())) return true;
  return absl::c_any_of(change.row(), [this](const sim::Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr && IsAbout(*text);
  });
}

void Storyteller::OnCommit(const sim::Commit& commit) {
  StoryEvent* event = nullptr;
  for (const sim::RowChange& change : commit.changes) {
    if (!IsAbout(change)) continue;
    if (event == nullptr) {
      event = &Add(StoryEvent::COMMIT, commit.at);
      event->set_node(commit.node);
      if (commit.database != commit.node) event->set_peer(commit.database);
    }
    *event->add_change() = ToProto(change);
    RowVersion version{commit.at, {commit.database, change.table->name, change.Key()}, {}};
    for (size_t i = 0; i < change.new_row.size(); ++i) {
      version.columns[change.table->columns[i]] = sim::ToText(change.new_row[i]);
    }
    versions_.push_back(std::move(version));
  }
}

void Storyteller::OnTraffic(const sim::Traffic& traffic) {
  if (!IsAbout(traffic.key)) return;
  StoryEvent& event = Add(KindOf(traffic.kind), traffic.at);
  const bool at_callee = IsAtCallee(event.kind());
  event.set_node(std::string(at_callee ? traffic.callee : traffic.caller));
  event.set_peer(std::string(at_callee ? traffic.caller : traffic.callee));
  event.set_method(std::string(traffic.method));
  event.set_key(std::string(traffic.key));
  event.set_call(traffic.call);
  event.set_text(traffic.status.ok() ? FieldsOf(traffic.message)
                                     : std::string(traffic.status.message()));
}

void Storyteller::OnBoot(absl::string_view node, sim::Nanos at) {
  if (at > 0) Add(StoryEvent::BOOT, at).set_node(std::string(node));
}

void Storyteller::OnCrash(absl::string_view node, sim::Nanos at) {
  Add(StoryEvent::CRASH, at).set_node(std::string(node));
}

void Storyteller::OnFault(const sim::Pin& pin, sim::Nanos at) {
  const bool outcome = pin.kind == sim::ChoiceKind::kOutcome;
  Add(outcome ? StoryEvent::OUTCOME : StoryEvent::FAULT, at).set_text(PinWords(pin, world_));
}

void Storyteller::OnPhase(sim::Phase phase, sim::Nanos at) {
  if (phase == sim::Phase::kHeal) Add(StoryEvent::HEAL, at);
}

}  // namespace scenarios
