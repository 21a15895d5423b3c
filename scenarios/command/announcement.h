// Announcement: what `settle run` says about a campaign that has ended: its block of
// text, its JSON line, and whatever makes its results doubtful or incomplete.

#ifndef SCENARIOS_COMMAND_ANNOUNCEMENT_H_
#define SCENARIOS_COMMAND_ANNOUNCEMENT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/command/campaign.h"
#include "scenarios/command/job.h"
#include "scenarios/command/test_environment.h"

namespace scenarios {

struct Circumstances {
  const std::optional<TestEnvironment>& test;
  bool one_of_many = false;  // then what ended as expected is told in brief
  int64_t wall_nanos = 0;
};

// Says all of it, and returns what the command is to end with because of it.
ExitCode Announce(const CampaignOutcome& outcome, const Job& job,
                  const Circumstances& circumstances, Session& session);

// That one run of the scenario at `path` had two traces. `what` says which, with lines.
ExitCode SayNondeterminism(const std::string& what, const std::string& path, Session& session);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_ANNOUNCEMENT_H_
