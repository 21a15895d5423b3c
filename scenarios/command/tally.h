// Tally: what many runs of one scenario come to.
//
// Verdicts of a campaign: VIOLATED if any run violated a check; else INCONCLUSIVE
// if any run was, if not all seeds ran or fewer than the minimum; else
// NOT_EXERCISED if a check was exercised in no run, or a rule that must match
// never did; else HELD. A single run may leave a check unexercised.
//
// Failures are told apart by their signatures. Of each the run with the fewest faults is
// kept, of equals the first.

#ifndef SCENARIOS_COMMAND_TALLY_H_
#define SCENARIOS_COMMAND_TALLY_H_

#include <map>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "reports/result.pb.h"
#include "scenarios/command/distributions.h"
#include "scenarios/command/exit_code.h"

namespace scenarios {

// Adds the time that `run` has simulated. It may be centuries: more than 64 bits of nanoseconds
// can say counts as the most that they can.
void AddSimulated(const settle::RunResult& run, settle::CampaignResult& total);

class Tally {
 public:
  // `begun` holds what is known before the first run: the scenario, the seeds
  // asked for, their minimum, what is expected, the rules of the plan in order.
  // `overrides` is what failures repeat of the command line.
  Tally(settle::CampaignResult begun, settle::Repro overrides);

  void Add(const settle::RunResult& run);

  // Whether what is expected to be violated has been: more seeds add nothing.
  bool Decided() const;

  // The totals so far, with verdict. `cut_short` says why not all seeds ran.
  settle::CampaignResult Total(absl::string_view cut_short) const;

 private:
  void AddChecks(const settle::RunResult& run);
  void AddSteps(const settle::RunResult& run);
  void AddFindings(const settle::RunResult& run);

  settle::CampaignResult total_;
  const settle::Repro overrides_;
  Distributions distributions_;
  std::map<std::string, int> checks_;                            // position in total_
  std::map<std::string, int> metrics_;                           // position in total_
  std::map<std::pair<std::string, std::string>, int> failures_;  // by check and signature
};

ExitCode ExitCodeOf(const settle::CampaignResult& campaign);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_TALLY_H_
