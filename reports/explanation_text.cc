#include "reports/explanation_text.h"

#include <cstdint>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "reports/words.h"

namespace reports {
namespace {

using absl::StrCat;
using settle::StoryEvent;

constexpr char kNeedsNothing[] = "It needs no fault: these operations are enough.";

// Wider lines wrap on most terminals.
constexpr size_t kWidest = 160;

// "12.402 s"; from a minute on what a clock would show: "1:02:03.4".
std::string At(int64_t nanos) {
  const int64_t millis = nanos / 1'000'000;
  const int64_t seconds = millis / 1000;
  if (seconds < 60) return absl::StrFormat("%d.%03d s", seconds, millis % 1000);
  return absl::StrFormat("%d:%02d:%02d.%d", seconds / 3600, seconds / 60 % 60, seconds % 60,
                         millis % 1000 / 100);
}

std::string Cut(std::string text, size_t width = kWidest) {
  if (text.size() <= width) return text;
  text.resize(width - 3);
  return text + "...";
}

std::string ColumnText(const settle::ChangedColumn& column, bool is_new) {
  if (is_new) return StrCat(column.name(), " ", column.after());
  return StrCat(column.name(), " ", column.before(), " -> ", column.after());
}

// Columns that say when, or how often: the story has times of its own.
bool IsBookkeeping(const std::string& column) {
  return column == "at" || column == "version" || absl::EndsWith(column, "_at");
}

// Of a row that is new without its key, which stands before it. Empty: only bookkeeping.
std::string RowText(const settle::ChangedRow& row) {
  std::vector<std::string> columns;
  for (const settle::ChangedColumn& column : row.column()) {
    if (row.is_gone() || IsBookkeeping(column.name())) continue;
    if (row.is_new() && column.after() == row.key()) continue;
    columns.push_back(ColumnText(column, row.is_new()));
  }
  if (columns.empty() && !row.is_new() && !row.is_gone()) return "";
  return StrCat(row.table(), " ", row.key(), row.is_new() ? " is new" : "",
                row.is_gone() ? " is gone" : "", columns.empty() ? "" : ": ",
                absl::StrJoin(columns, ", "));
}

std::string Repeated(const StoryEvent& event) {
  if (event.again() == 0) return "";
  return StrCat("   (and ", event.again(), " times more, until ", At(event.again_nanos()), ")");
}

std::string MessageText(const StoryEvent& event) {
  return StrCat(event.method(), " ", event.key());
}

// Who does what, without the time.
std::vector<std::string> Lines(const StoryEvent& event) {
  const std::string message = MessageText(event);
  const std::string fields = event.text().empty() ? "" : StrCat("  ", event.text());
  switch (event.kind()) {
    case StoryEvent::SENT:
      return {StrCat(event.node(), " asks ", event.peer(), ": ", message,
                     " - which does not arrive soon", fields)};
    case StoryEvent::DELIVERED:
      return {StrCat(event.peer(), " asks ", event.node(), ": ", message, fields)};
    case StoryEvent::ANSWERED:
      return {
          StrCat(event.node(), " answers ", event.peer(), ": ", message, fields, Repeated(event))};
    case StoryEvent::RETURNED:
      return {
          StrCat(event.node(), " hears the late answer of ", event.peer(), ": ", message, fields)};
    case StoryEvent::REFUSED:
      return {StrCat(event.node(), " is refused by ", event.peer(), ": ", message)};
    case StoryEvent::TIMED_OUT:
      return {
          StrCat(event.node(), " has waited for ", event.peer(), " and knows nothing: ", message)};
    case StoryEvent::COMMIT: {
      std::vector<std::string> lines;
      const std::string where = StrCat(
          event.node(), event.peer().empty() ? "" : StrCat(" at ", event.peer()), " commits: ");
      for (const settle::ChangedRow& row : event.change()) {
        const std::string text = RowText(row);
        if (text.empty()) continue;
        lines.push_back(StrCat(lines.empty() ? where : std::string(where.size(), ' '), text));
      }
      return lines;
    }
    case StoryEvent::FAULT:
      return {StrCat("FAULT: ", event.text())};
    case StoryEvent::OUTCOME:
      return {event.text()};
    case StoryEvent::CRASH:
      return {StrCat(event.node(), " dies")};
    case StoryEvent::BOOT:
      return {StrCat(event.node(), " boots again")};
    case StoryEvent::HEAL:
      return {"the faults are over"};
    case StoryEvent::VIOLATION:
      return {StrCat("VIOLATED ", event.text())};
    default:
      return {};
  }
}

std::string DifferenceText(const settle::Difference& difference) {
  return StrCat(difference.database(), ".", difference.table(), " ", difference.key(),
                difference.column().empty() ? "" : StrCat(" ", difference.column()));
}

constexpr size_t kMostEndings = 6;

std::string EndsText(const settle::Counterfactual& without) {
  std::vector<std::string> ends;
  for (const settle::Difference& end : without.ends()) {
    if (IsBookkeeping(end.column())) continue;
    ends.push_back(StrCat(DifferenceText(end), " ends ", end.there(), ", not ", end.here()));
  }
  const size_t more = ends.size() > kMostEndings ? ends.size() - kMostEndings : 0;
  ends.resize(ends.size() - more);
  return StrCat(absl::StrJoin(ends, "; "), more == 0 ? "" : StrCat("; and ", more, " more"));
}

std::string VerdictText(const settle::Counterfactual& without) {
  if (without.still_broken()) return "still violated";
  if (!without.instead().empty()) return StrCat("another promise breaks: ", without.instead());
  return without.exercised() ? "held" : "not put to the test";
}

std::string Title(const settle::Explanation& explanation) {
  return StrCat(explanation.check(), ": ", explanation.what());
}

std::string FirstText(const settle::Explanation& explanation) {
  const settle::Difference& first = explanation.first();
  return StrCat("at ", At(first.at_nanos()), " ", DifferenceText(first), " is ", first.here(),
                ", there ", first.there());
}

}  // namespace

std::string ExplanationText(const settle::Explanation& explanation, bool color) {
  const char* const red = color ? "\033[31m" : "";
  const char* const plain = color ? "\033[0m" : "";
  std::string text = StrCat(red, Title(explanation), plain, "\n");
  if (!explanation.claim().empty()) absl::StrAppend(&text, "  \"", explanation.claim(), "\"\n");
  absl::StrAppend(&text, "\nthe story\n");
  for (const StoryEvent& event : explanation.event()) {
    const bool stands_out =
        event.kind() == StoryEvent::FAULT || event.kind() == StoryEvent::VIOLATION;
    std::string at = At(event.at_nanos());
    for (const std::string& line : Lines(event)) {
      absl::StrAppend(&text, absl::StrFormat("%12s  ", at), stands_out ? red : "", Cut(line),
                      stands_out ? plain : "", "\n");
      at.clear();
    }
  }
  if (explanation.left_out_here() > 0) {
    absl::StrAppend(&text, "              ", Counted(explanation.left_out_here(), "event"),
                    " before and after that are left out\n");
  }
  if (explanation.left_out() > 0) {
    absl::StrAppend(&text, "              ... and ", Counted(explanation.left_out(), "event"),
                    " more: shrink it first\n");
  }
  if (explanation.without_size() == 0) absl::StrAppend(&text, "\n", kNeedsNothing, "\n");
  if (explanation.without_size() > 0) absl::StrAppend(&text, "\nwithout each of them\n");
  for (const settle::Counterfactual& without : explanation.without()) {
    absl::StrAppend(&text, "  without: ", without.without(), "\n    ", VerdictText(without), "\n");
    const std::string ends = EndsText(without);
    if (!ends.empty()) absl::StrAppend(&text, "    ", ends, "\n");
  }
  if (!explanation.nearest().empty()) {
    absl::StrAppend(&text, "\nwhere it parts from the run without: ", explanation.nearest(), "\n  ",
                    FirstText(explanation), "\n");
  }
  return text;
}

std::string ExplanationMarkdown(const settle::Explanation& explanation) {
  std::string text = StrCat("# ", Title(explanation), "\n\n");
  if (!explanation.claim().empty()) absl::StrAppend(&text, "> ", explanation.claim(), "\n\n");
  absl::StrAppend(&text, "Scenario `", explanation.scenario(), "`, seed ", explanation.seed(),
                  ", build ", explanation.build(), ".\n\n## The story\n\n| time | |\n|---:|---|\n");
  for (const StoryEvent& event : explanation.event()) {
    const bool stands_out =
        event.kind() == StoryEvent::FAULT || event.kind() == StoryEvent::VIOLATION;
    const char* const bold = stands_out ? "**" : "";
    std::string at = At(event.at_nanos());
    for (const std::string& line : Lines(event)) {
      absl::StrAppend(&text, "| ", at, " | ", bold, absl::StrReplaceAll(line, {{"|", "\\|"}}), bold,
                      " |\n");
      at.clear();
    }
  }
  absl::StrAppend(&text,
                  explanation.without_size() == 0
                      ? StrCat("\n", kNeedsNothing, "\n")
                      : "\n## Without each of them\n\n| without | then | |\n|---|---|---|\n");
  for (const settle::Counterfactual& without : explanation.without()) {
    absl::StrAppend(&text, "| ", without.without(), " | ", VerdictText(without), " | ",
                    EndsText(without), " |\n");
  }
  if (!explanation.nearest().empty()) {
    absl::StrAppend(&text, "\n## Where it parts from the nearest run\n\nFrom the run without ",
                    explanation.nearest(), ": ", FirstText(explanation), ".\n");
  }
  return text;
}

namespace {

// As they are drawn: from the left, in the order in which they appear.
std::vector<std::string> Participants(const settle::Explanation& explanation) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    const bool known = std::find(names.begin(), names.end(), name) != names.end();
    if (!name.empty() && !known) names.push_back(name);
  };
  for (const StoryEvent& event : explanation.event()) {
    const bool asked = event.kind() == StoryEvent::DELIVERED;
    add(asked ? event.peer() : event.node());
    if (asked || event.kind() == StoryEvent::SENT) add(asked ? event.node() : event.peer());
  }
  return names;
}

}  // namespace

std::string ExplanationMermaid(const settle::Explanation& explanation) {
  const auto safe = [](const std::string& words) {
    return absl::StrReplaceAll(Cut(words, 60), {{";", ","}, {"#", "no. "}, {":", " -"}});
  };
  std::string text = "sequenceDiagram\n";
  const std::vector<std::string> participants = Participants(explanation);
  for (const std::string& name : participants) {
    absl::StrAppend(&text, "  participant ", name, "\n");
  }
  // Of no participant alone.
  const auto over_all = [&](const std::string& words) {
    if (participants.empty()) return;
    absl::StrAppend(&text, "  Note over ", participants.front());
    if (participants.size() > 1) absl::StrAppend(&text, ",", participants.back());
    absl::StrAppend(&text, ": ", words, "\n");
  };
  for (const StoryEvent& event : explanation.event()) {
    const std::string message = safe(MessageText(event));
    switch (event.kind()) {
      case StoryEvent::SENT:
        absl::StrAppend(&text, "  ", event.node(), "-x", event.peer(), ": ", message, "\n");
        break;
      case StoryEvent::DELIVERED:
        absl::StrAppend(&text, "  ", event.peer(), "->>", event.node(), ": ", message, "\n");
        break;
      case StoryEvent::ANSWERED:
        absl::StrAppend(&text, "  ", event.node(), "-->>", event.peer(), ": ", safe(event.text()),
                        event.again() > 0 ? absl::StrCat(" (", event.again() + 1, " times)") : "",
                        " \n");
        break;
      case StoryEvent::RETURNED:
        absl::StrAppend(&text, "  Note over ", event.node(), ": hears it late\n");
        break;
      case StoryEvent::REFUSED:
        absl::StrAppend(&text, "  Note over ", event.node(), ": is refused\n");
        break;
      case StoryEvent::TIMED_OUT:
        absl::StrAppend(&text, "  Note over ", event.node(), ": timeout, knows nothing\n");
        break;
      case StoryEvent::COMMIT:
        for (const settle::ChangedRow& row : event.change()) {
          if (RowText(row).empty()) continue;
          absl::StrAppend(&text, "  Note right of ", event.node(), ": ", safe(RowText(row)), "\n");
        }
        break;
      case StoryEvent::CRASH:
        absl::StrAppend(&text, "  Note over ", event.node(), ": dies\n");
        break;
      case StoryEvent::BOOT:
        absl::StrAppend(&text, "  Note over ", event.node(), ": boots again\n");
        break;
      case StoryEvent::FAULT:
        over_all(absl::StrCat("FAULT ", safe(event.text())));
        break;
      case StoryEvent::OUTCOME:
        over_all(safe(event.text()));
        break;
      case StoryEvent::VIOLATION:
        over_all(absl::StrCat("VIOLATED ", safe(event.text())));
        break;
      default:
        break;  // What says nothing to a reader of the picture.
    }
  }
  return text;
}

}  // namespace reports
