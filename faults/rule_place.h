// Where a rule strikes: its place, as the text says it.

#ifndef FAULTS_RULE_PLACE_H_
#define FAULTS_RULE_PLACE_H_

#include "faults/fault.pb.h"
#include "faults/plan.h"
#include "faults/source_text.h"

namespace faults {

// Fills in the place of `rule` and the names in it. `where` is that of the rule.
void CompilePlace(const settle::Rule& text, const Where& where, Rule& rule, Diagnostics& problems);

}  // namespace faults

#endif  // FAULTS_RULE_PLACE_H_
