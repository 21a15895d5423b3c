// The values of a column move along declared transitions only.
//
// A row appears with one of the initial values, moves along an allowed edge or
// stays, and never leaves a terminal value. "INIT->*" allows every move from there.
// Two moves in one transaction are seen as two. Counts the moves, but not those that
// a "*" allows, unless they end in a terminal value.

#ifndef SCENARIOS_CHECKS_STATE_MACHINE_H_
#define SCENARIOS_CHECKS_STATE_MACHINE_H_

#include <set>
#include <string>
#include <utility>

#include "absl/types/optional.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

// "PROCESSING->SUCCESS" as its two ends; nothing if it is not spelled so.
absl::optional<std::pair<std::string, std::string>> ParseTransition(absl::string_view text);

class StateMachine final : public TableCheck {
 public:
  explicit StateMachine(const settle::StateMachine& text);

 private:
  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override;

  const std::string column_;
  std::set<std::string> initial_;  // empty: any
  std::set<std::pair<std::string, std::string>> allowed_;
  std::set<std::string> terminal_;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_STATE_MACHINE_H_
