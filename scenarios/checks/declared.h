// Declared checks: promises about tables that a scenario states without code.
//
//   check { name: "double_entry" catalogue: "M2" claim: "..."
//           append_only { node: "b" table: "posting" } }
//
// Each kind has a file of its own in this folder: state_machine, append_only,
// conserved, never_negative, unique, sql_check.

#ifndef SCENARIOS_CHECKS_DECLARED_H_
#define SCENARIOS_CHECKS_DECLARED_H_

#include <memory>
#include <set>
#include <string>

#include "faults/source_text.h"
#include "scenarios/check.h"
#include "scenarios/checks/mirror.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

// Whether `text` declares a check; if not, it names one of the catalogue.
bool IsDeclared(const settle::CheckText& text);

// Whether a declared check makes sense in the world of `mirror`: its node, table
// and columns exist, its SQL can be prepared, its claim is stated. What is wrong
// is added to `problems`, with the nearest name that exists.
void LintDeclared(const settle::CheckText& text, const faults::Where& where, Mirror& mirror,
                  faults::Diagnostics& problems);

// The nodes whose databases a declared check reads. If one is damaged, the check
// is not judged. `text` has passed LintDeclared.
std::set<std::string> NodesRead(const settle::CheckText& text, Mirror& mirror);

// A fresh check, for one run. `text` has passed LintDeclared.
std::unique_ptr<Check> MakeDeclared(const settle::CheckText& text, Mirror& mirror);

// What a declared check counts as exercised, in a few words.
std::string Counts(const settle::CheckText& text);

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_DECLARED_H_
