#include "scenarios/expectation_text.h"

#include <algorithm>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "scenarios/names.h"

namespace scenarios {
namespace {

using absl::StrCat;
using faults::Where;

void ReadBudget(const Where& where, settle::Budget& budget, faults::Diagnostics& problems) {
  if (budget.has_seeds() && budget.seeds() == 0) {
    problems.push_back(where.Field("seeds").Error("0 seeds show nothing"));
    return;
  }
  if (budget.has_min_seeds() && budget.min_seeds() == 0) {
    problems.push_back(where.Field("min_seeds").Error("0 seeds show nothing; 1 is the least"));
    return;
  }
  if (!budget.has_seeds()) budget.set_seeds(std::max(kDefaultSeeds, budget.min_seeds()));
  if (budget.min_seeds() > budget.seeds()) {
    problems.push_back(where.Field("min_seeds")
                           .Error(StrCat("min_seeds: ", budget.min_seeds(),
                                         " is more than seeds: ", budget.seeds())));
  }
  if (!budget.has_min_seeds()) budget.set_min_seeds(1);
}

}  // namespace

void ReadExpectation(const std::vector<CheckInText>& checks, const Where& where,
                     settle::Scenario& text, faults::Diagnostics& problems) {
  if (checks.empty()) {
    problems.push_back(where.Error("the scenario watches no promise; add check { name: \"...\" }"));
  }
  if (text.expect() == settle::VERDICT_UNSPECIFIED) text.set_expect(settle::HELD);
  if (text.expect() == settle::VIOLATED && text.violated().empty()) {
    problems.push_back(where.Field("expect").Error(
        "which promise is broken? add violated: \"...\" with the name of a check"));
  }
  if (text.expect() != settle::VIOLATED && !text.violated().empty()) {
    problems.push_back(where.Field("violated").Error("violated goes with expect: VIOLATED only"));
  }
  std::vector<std::string> names;
  for (const CheckInText& check : checks) names.push_back(check.text.name());
  for (int i = 0; i < text.violated_size(); ++i) {
    if (absl::c_linear_search(names, text.violated(i))) continue;
    problems.push_back(where.Field("violated", i)
                           .Error(StrCat("the scenario has no check \"", text.violated(i), "\"",
                                         Instead(text.violated(i), names))));
  }
  ReadBudget(where.Field("budget"), *text.mutable_budget(), problems);
}

}  // namespace scenarios
