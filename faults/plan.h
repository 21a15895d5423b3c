// A plan made ready: every rule checked, its times in nanoseconds, its amounts
// cut down to a few alternatives.

#ifndef FAULTS_PLAN_H_
#define FAULTS_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "faults/plan_text.h"
#include "faults/source_text.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"
#include "sim/core/time.h"

namespace faults {

struct Rule {
  // The places that it matches; an empty name and leg kNone match any.
  sim::PlaceKind place = sim::PlaceKind::kMessage;
  sim::Leg leg = sim::Leg::kNone;
  bool both_ways = false;  // kLink
  std::string node;        // As in sim::Place: the caller, the sender, the node.
  std::string peer;        // The callee, the receiver.
  std::string method;      // The method, task, step or outcome.
  std::string key;
  uint64_t nth = 0;  // This occurrence only; 0 = each.

  // What happens there.
  sim::ChoiceKind fault = sim::ChoiceKind::kNone;
  sim::DiskFate disk = sim::DiskFate::kEach;
  std::string by;                // kOvertaken
  std::vector<int64_t> amounts;  // The alternatives, never none; ascending.
  sim::Nanos lasts = 0;          // kSlowPair

  // How often, and when: from <= now < to.
  uint64_t one_in = 1;
  uint64_t at_most = 0;  // 0 = no limit
  sim::Nanos from = 0;
  sim::Nanos to = sim::kForever;
  bool must_match = false;

  Where where;
  bool included = false;
  // Why this world has no place for it; empty = it applies. Set by Lint.
  std::string does_not_apply;
};

struct PlannedPin {
  sim::Pin pin;
  Where where;
  bool included = false;
  std::string does_not_apply;  // As of a rule.
};

struct Plan {
  std::vector<Rule> rules;
  std::vector<PlannedPin> pins;
  // Whether each seed draws which families of faults are on, and how often they
  // strike. A script, whose every fault is meant, says false.
  bool swarm = true;
};

// Whether `rule` speaks about `place`, whatever the time.
bool Matches(const Rule& rule, const sim::Place& place, uint64_t occurrence);

// Checks and translates. A rule or pin with errors is left out; the errors say
// what would be right, at the line of the field that is wrong.
Plan CompilePlan(const PlanText& text, Diagnostics& problems);

// Rules off, pins on: the plan that replays a run.
Plan Pinned(absl::Span<const sim::Pin> pins);

}  // namespace faults

#endif  // FAULTS_PLAN_H_
