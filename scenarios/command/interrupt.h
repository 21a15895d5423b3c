// Signals: while a campaign runs, an interrupt is a flag that is looked at again and
// again, also inside a run, so that results are kept. Whoever presses Ctrl-C twice
// loses none of them: only a signal that comes some seconds after the first ends the
// process at once. Before that, and where there are no results to keep, the first one
// does. An abort of the simulator says what was running and exits with 70.

#ifndef SCENARIOS_COMMAND_INTERRUPT_H_
#define SCENARIOS_COMMAND_INTERRUPT_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "scenarios/command/exit_code.h"

namespace scenarios {

// For the whole process. Also ignores SIGXFSZ and SIGPIPE: a file or pipe that
// takes no more is an error of the write.
void InstallSignalHandlers();

// From here on somebody looks at Interrupted() again and again.
void KeepResultsWhenInterrupted();

// kExitOk, kExitInterrupted or kExitTerminated.
ExitCode Interrupted();

// What an abort will name: the scenario as it was given, and the seed.
void NowRunning(absl::string_view scenario, uint64_t seed);

// The same where the seed alone does not repeat the run, and somebody else names its faults.
void NowExploring(absl::string_view scenario, uint64_t seed);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_INTERRUPT_H_
