// Jobs: what `settle run` is going to do. One campaign for each scenario that was
// named, with its seeds and a folder of its own for what is found.

#ifndef SCENARIOS_COMMAND_JOB_H_
#define SCENARIOS_COMMAND_JOB_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/command/campaign.h"
#include "scenarios/command/command.h"
#include "scenarios/command/test_environment.h"

namespace scenarios {

// The command line of `settle run`.
struct RunRequest {
  std::vector<std::string> paths;
  std::string seeds;  // empty: the budget's
  Overrides overrides;
  int jobs = 0;  // 0: as many as there are processors
  bool fail_fast = false;
  std::string trace = "on-failure";
  std::string out = "out";
};

struct Job {
  std::unique_ptr<LoadedScenario> scenario;
  CampaignOptions options;
};

// Fills `jobs`, in the order in which the scenarios were named. Anything but kExitOk:
// nothing is to run, and the console has said why - a text is malformed, there are no
// scenarios or no seeds. `test`, if there is one, decides on seeds and folder.
ExitCode PlanJobs(const RunRequest& request, const std::optional<TestEnvironment>& test,
                  Session& session, std::vector<Job>& jobs);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_JOB_H_
