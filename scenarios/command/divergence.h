// Divergence: one run that had two traces. Every result of a build in which that
// can happen is worthless, so it is looked for all the time: the first run of
// each scenario and each failure are repeated in a fresh process.

#ifndef SCENARIOS_COMMAND_DIVERGENCE_H_
#define SCENARIOS_COMMAND_DIVERGENCE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "reports/result.pb.h"
#include "scenarios/command/child.h"
#include "scenarios/run.h"
#include "sim/trace/trace.h"

namespace scenarios {

// A whole trace as text, one record a line.
absl::Status WriteTrace(const sim::Trace& trace, const std::string& path);

// Something that repeats one run; it records the trace whole into `trace_file`,
// unless that is empty.
using Repeat = std::function<absl::StatusOr<settle::RunResult>(const std::string& trace_file)>;

// In a fresh process. `words` are a target and its overrides. Cancelled: this process
// was interrupted. DeadlineExceeded: it took longer than `patience`.
Repeat InFreshProcess(std::vector<std::string> words, Addresses addresses,
                      absl::Duration patience = absl::InfiniteDuration());

// In this process, where others have run before. `runner` must outlive it. Cancelled:
// the run was stopped, as its options say.
Repeat InThisProcess(Runner& runner, RunOptions options);

// Unavailable if they are runs of two texts: somebody has edited the scenario at
// `path`, or a file that it includes, between them. Digests prove nothing then.
absl::Status SameText(const settle::RunResult& one, const settle::RunResult& other,
                      absl::string_view path);

struct Divergence {
  uint64_t one = 0;  // digests
  uint64_t other = 0;
  std::string first;  // the first differing records, in a few lines

  std::string ToString() const;
};

// How the lines of two trace files differ first; "" if they do not.
absl::StatusOr<std::string> FirstDifference(const std::string& one, const std::string& other);

// Records a run whose digests were not equal, twice, and finds where its traces
// part.
absl::StatusOr<Divergence> Locate(const Repeat& one, const Repeat& other);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_DIVERGENCE_H_
