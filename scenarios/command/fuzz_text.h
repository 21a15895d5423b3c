// What `settle fuzz` says: each new kind of failure when it is met, and at the end what
// every scenario came to.

#ifndef SCENARIOS_COMMAND_FUZZ_TEXT_H_
#define SCENARIOS_COMMAND_FUZZ_TEXT_H_

#include "scenarios/command/command.h"
#include "scenarios/command/prospect.h"

namespace scenarios {

// As `settle run` says it: the finding, its faults, its repro file, lines to paste.
void SayFailure(const Prospect& prospect, const FailureKind& kind, Session& session);

// One scenario at the end. Returns what the command ends with because of it.
ExitCode SayProspect(const Prospect& prospect, Session& session);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_FUZZ_TEXT_H_
