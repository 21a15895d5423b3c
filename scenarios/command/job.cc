#include "scenarios/command/job.h"

#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scenarios/command/user_path.h"
#include "scenarios/command/workers.h"

namespace scenarios {
namespace {

using absl::StrCat;

KeepTraces TracesOf(const std::string& when) {
  if (when == "always") return KeepTraces::kAlways;
  return when == "never" ? KeepTraces::kNever : KeepTraces::kOnFailure;
}

class Planner {
 public:
  Planner(const RunRequest& request, const std::optional<TestEnvironment>& test, Session& session,
          std::vector<Job>& jobs)
      : request_(request), test_(test), session_(session), jobs_(jobs) {}

  ExitCode Add(std::unique_ptr<LoadedScenario> scenario) {
    const settle::Budget& budget = scenario->text().budget();
    Job job;
    CampaignOptions& options = job.options;
    options.seeds = {1, budget.seeds(), 1};
    options.min_seeds = budget.min_seeds();
    if (!request_.seeds.empty()) {
      const absl::StatusOr<Seeds> asked = ParseSeeds(request_.seeds);
      if (!asked.ok()) return session_.Refuse(asked.status());
      options.seeds = *asked;
    }
    options.overrides = request_.overrides;
    options.jobs = request_.jobs > 0 ? request_.jobs : test_.has_value() ? 1 : Processors();
    options.fail_fast = request_.fail_fast;
    options.traces = TracesOf(request_.trace);
    if (test_.has_value()) {
      TestEnvironment environment = *test_;
      // What breaks in one seed of thirty needs the seeds that its budget gives it.
      if (scenario->text().expect() == settle::VIOLATED) environment.divisor = 1;
      options.seeds = environment.Share(options.seeds);
      options.min_seeds = environment.Scaled(options.min_seeds);
      options.only_unexpected = true;
    }
    if (options.seeds.count() == 0) {
      session_.console.Complain(StrCat("nothing to run: ", scenario->path(), " has no seeds"));
      return kExitNothingRan;
    }
    options.directory = DirectoryOf(*scenario);
    job.scenario = std::move(scenario);
    jobs_.push_back(std::move(job));
    return kExitOk;
  }

 private:
  // Scenarios of one name are told apart by their folders, and if that does not help
  // by numbers.
  std::string DirectoryOf(const LoadedScenario& scenario) {
    if (test_.has_value() && !test_->outputs.empty()) return test_->outputs;
    const std::filesystem::path folder = std::filesystem::path(scenario.path()).parent_path();
    std::string name = scenario.name();
    if (!names_.insert(name).second) {
      const std::string longer =
          folder.filename().empty() ? name : StrCat(folder.filename().string(), "-", name);
      name = longer;
      for (int i = 2; !names_.insert(name).second; ++i) name = StrCat(longer, "-", i);
    }
    return StrCat(request_.out, "/", name);
  }

  const RunRequest& request_;
  const std::optional<TestEnvironment>& test_;
  Session& session_;
  std::vector<Job>& jobs_;
  std::set<std::string> names_;  // of folders
};

}  // namespace

ExitCode PlanJobs(const RunRequest& request, const std::optional<TestEnvironment>& test,
                  Session& session, std::vector<Job>& jobs) {
  const auto files = FindScenarios(request.paths);
  if (!files.ok()) return session.Refuse(files.status());
  if (files->empty()) {
    session.console.Complain(
        "nothing to run: no scenario there; a scenario says so in its "
        "first lines: # proto-message: settle.Scenario");
    return kExitNothingRan;
  }
  Planner planner(request, test, session, jobs);
  ExitCode code = kExitOk;
  for (const std::string& file : *files) {
    auto scenario = LoadWith(file, request.overrides, session.catalogue);
    const ExitCode refused =
        scenario.ok() ? planner.Add(*std::move(scenario)) : session.Refuse(scenario.status());
    code = Worse(code, refused);
  }
  return code;
}

}  // namespace scenarios
