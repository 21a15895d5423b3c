// The names of what a campaign keeps in its folder:
//
//   result.json                      all that was found, for programs
//   report.txt                       the same for people, as the command prints it
//   CHECK-SIGNATURE.repro.textproto  one failure of each kind, to be replayed
//   CHECK-SIGNATURE.trace.txt        every event of that run
//   seed-N.trace.txt                 the same of any run, if all traces are kept

#ifndef SCENARIOS_COMMAND_RESULT_FILES_H_
#define SCENARIOS_COMMAND_RESULT_FILES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "reports/result.pb.h"

namespace scenarios {

inline constexpr char kResultFile[] = "result.json";
inline constexpr char kReportFile[] = "report.txt";

// "CHECK-SIGNATURE", to which the endings are added.
std::string FailureFile(const settle::Failure& failure);
inline constexpr char kReproEnding[] = ".repro.textproto";
inline constexpr char kTraceEnding[] = ".trace.txt";

std::string SeedTraceFile(uint64_t seed);

// Whether a campaign has written a file of that name, or has begun to.
bool IsResultFile(absl::string_view name);

// So that no failure of an earlier run lies beside the results of this one. Removes
// what IsResultFile, and nothing else. Unavailable, with the path and the reason.
absl::Status RemoveOlderResults(const std::string& directory);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_RESULT_FILES_H_
