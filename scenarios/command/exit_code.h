// How the command ends, for scripts. `settle --help` prints this table.
//
// 0 is said only by a command that has done what was asked and found what was expected.
// Whatever leaves that open has a code of its own: unknown is not failed, nor held.

#ifndef SCENARIOS_COMMAND_EXIT_CODE_H_
#define SCENARIOS_COMMAND_EXIT_CODE_H_

namespace scenarios {

enum ExitCode {
  kExitOk = 0,              // every scenario ended as its `expect` says
  kExitUnexpected = 1,      // at least one did not; replay: the failure is there, and see --expect
  kExitUsage = 2,           // unknown flag, malformed text; nothing was run
  kExitEnvironment = 3,     // cannot read or write; results so far are kept
  kExitNothingRan = 4,      // no scenario found, no seed asked for
  kExitInconclusive = 5,    // inconclusive or not exercised; replay: not the run that was recorded,
                            // and the failure is not in it, which does not mean that it has gone
  kExitNondeterminism = 6,  // one run had two traces
  kExitInternal = 70,       // a check of the simulator itself failed
  kExitInterrupted = 130,   // SIGINT; results so far are kept
  kExitTerminated = 143,    // SIGTERM; the same
};

// What several scenarios end with: what makes the other results worthless comes
// first, what says least about the system comes last.
constexpr ExitCode Worse(ExitCode a, ExitCode b) {
  constexpr ExitCode kOrder[] = {kExitInternal,    kExitNondeterminism, kExitEnvironment,
                                 kExitInterrupted, kExitTerminated,     kExitUsage,
                                 kExitUnexpected,  kExitInconclusive,   kExitNothingRan};
  for (const ExitCode code : kOrder) {
    if (a == code || b == code) return code;
  }
  return kExitOk;
}

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_EXIT_CODE_H_
