// What kind of text a file is. A folder has scenarios, the plans and checks that
// they include, and repro files side by side; whoever names the wrong one is told
// what it is instead of which of its fields are unknown.

#ifndef SCENARIOS_COMMAND_TEXT_KIND_H_
#define SCENARIOS_COMMAND_TEXT_KIND_H_

#include <string>

#include "faults/source_text.h"

namespace scenarios {

enum class TextKind { kScenario, kChecks, kFaultPlan, kRepro };

// Adds to `problems`, and returns false, if `path` is clearly a text of another
// kind than `wanted`, which is a scenario or a repro. A text with errors is of the
// kind that its "# proto-message:" line names.
bool IsOfKind(TextKind wanted, const std::string& path, faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_TEXT_KIND_H_
