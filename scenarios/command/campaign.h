// Campaign: one scenario under many seeds, with what is kept of its failures.
//
// The first run, and each failure from its repro file, are repeated in a fresh
// process; the digests must be equal. After an interrupt nothing is repeated any more:
// what has ended is kept as it is, within a second or two.

#ifndef SCENARIOS_COMMAND_CAMPAIGN_H_
#define SCENARIOS_COMMAND_CAMPAIGN_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "reports/result.pb.h"
#include "scenarios/command/seeds.h"
#include "scenarios/command/tally.h"
#include "scenarios/command/target.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace scenarios {

enum class KeepTraces { kOnFailure, kAlways, kNever };

struct CampaignOptions {
  Seeds seeds;
  uint64_t min_seeds = 1;
  Overrides overrides;
  int jobs = 1;            // processes that run seeds; the result is the same for any number
  bool fail_fast = false;  // stop when nothing can change the verdict any more
  KeepTraces traces = KeepTraces::kOnFailure;
  std::string directory;         // where what result_files.h names goes; it exists
  bool only_unexpected = false;  // keep nothing of what ended as expected

  // Called after each run.
  std::function<void(const settle::RunResult&)> after_run;

  // Why the campaign is to end now, such as "then the command was interrupted"; empty:
  // it is not. Asked between runs and inside them: a run in progress is dropped.
  std::function<std::string()> why_stop;
};

struct CampaignOutcome {
  settle::CampaignResult result;
  absl::Status environment;    // why not everything could be kept or repeated
  std::string nondeterminism;  // what was found out about it; empty: none was met
};

CampaignOutcome RunCampaign(const LoadedScenario& scenario, Runner& runner,
                            const CampaignOptions& options);

// What is known of a campaign before its first run.
settle::CampaignResult Begun(const LoadedScenario& scenario, const CampaignOptions& options);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_CAMPAIGN_H_
