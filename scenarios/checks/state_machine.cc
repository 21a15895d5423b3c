#include "scenarios/checks/state_machine.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sim/core/check.h"
#include "sim/storage/value.h"

namespace scenarios {

absl::optional<std::pair<std::string, std::string>> ParseTransition(absl::string_view text) {
  const std::vector<absl::string_view> ends = absl::StrSplit(text, "->");
  if (ends.size() != 2) return absl::nullopt;
  const absl::string_view from = absl::StripAsciiWhitespace(ends[0]);
  const absl::string_view to = absl::StripAsciiWhitespace(ends[1]);
  if (from.empty() || to.empty()) return absl::nullopt;
  return std::pair<std::string, std::string>(from, to);
}

StateMachine::StateMachine(const settle::StateMachine& text)
    : TableCheck(text.node(), text.table()),
      column_(text.column()),
      initial_(text.initial().begin(), text.initial().end()),
      terminal_(text.terminal().begin(), text.terminal().end()) {
  for (const std::string& allowed : text.allow()) {
    const auto transition = ParseTransition(allowed);
    SIM_CHECK(transition.has_value()) << allowed << " is not FROM->TO";
    allowed_.insert(*transition);
  }
}

void StateMachine::OnChange(const sim::Commit& commit, const sim::RowChange& change) {
  if (change.kind == sim::ChangeKind::kDelete) return;
  const std::string after = sim::ToText(After(change, column_));

  if (change.kind == sim::ChangeKind::kInsert) {
    if (!initial_.empty() && initial_.count(after) == 0) {
      Violate(BusinessKey(change), absl::StrCat(table(), " ", change.Key(), " began as ", after),
              commit.at, commit.cause);
    }
    return;
  }

  const std::string before = sim::ToText(Before(change, column_));
  if (before == after) return;
  const bool whatever = allowed_.count({before, "*"}) > 0;
  if (!whatever || terminal_.count(after) > 0) Exercise();
  if (terminal_.count(before) > 0) {
    Violate(BusinessKey(change),
            absl::StrCat(table(), " ", change.Key(), " left ", before, ", which is terminal, for ",
                         after),
            commit.at, commit.cause);
  } else if (!whatever && allowed_.count({before, after}) == 0) {
    Violate(BusinessKey(change),
            absl::StrCat(table(), " ", change.Key(), " went from ", before, " to ", after),
            commit.at, commit.cause);
  }
}

}  // namespace scenarios
