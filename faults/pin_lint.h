// Whether the scenario's own pins can strike: what is theirs beyond the names in
// their point, which lint.h reads as it reads those of rules.

#ifndef FAULTS_PIN_LINT_H_
#define FAULTS_PIN_LINT_H_

#include "faults/lint.h"
#include "faults/plan.h"
#include "faults/source_text.h"

namespace faults {

// What is wrong with a pin whose nodes and methods exist: its task, step, method
// that overtakes or value of an outcome is none of that node, or the node has
// nothing that could be struck so. Added to `found`.
void LintPin(const Vocabulary& world, const sim::Pin& pin, const Where& where, Diagnostics& found);

// Two pins at one point and occurrence, of which only one can be the choice there:
// an error at the later of them, if it is not included.
void LintPairs(const Plan& plan, Diagnostics& problems);

}  // namespace faults

#endif  // FAULTS_PIN_LINT_H_
