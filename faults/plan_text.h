// The rules and pins of a plan together with those of the plans that it
// includes, each with the place in its own file.

#ifndef FAULTS_PLAN_TEXT_H_
#define FAULTS_PLAN_TEXT_H_

#include <string>
#include <vector>

#include "faults/fault.pb.h"
#include "faults/source_text.h"

namespace faults {

struct RuleText {
  settle::Rule rule;
  Where where;
  bool included = false;  // It stands in an included file.
};

struct PinInText {
  settle::Pin pin;
  Where where;
  bool included = false;
};

struct PlanText {
  std::vector<RuleText> rules;
  std::vector<PinInText> pins;
};

// Gathers a plan that stands at `where`. Its own rules come before those that it
// includes: where two want the same message, the one written nearest wins. Files
// are looked up relative to the including file; one that is included twice
// counts once, and one that includes itself is an error. Errors in an included
// file carry that file's name.
PlanText GatherPlan(const settle::FaultPlan& plan, const Where& where, Diagnostics& problems);

// The same for a message with the fields include, rule and pin of a FaultPlan,
// such as a scenario's chaos.
template <typename Block>
PlanText GatherPlan(const Block& block, const Where& where, Diagnostics& problems) {
  settle::FaultPlan plan;
  *plan.mutable_include() = block.include();
  *plan.mutable_rule() = block.rule();
  *plan.mutable_pin() = block.pin();
  return GatherPlan(plan, where, problems);
}

// Reads a file that holds a FaultPlan, and gathers it.
PlanText ReadPlan(const std::string& path, Diagnostics& problems);

}  // namespace faults

#endif  // FAULTS_PLAN_TEXT_H_
