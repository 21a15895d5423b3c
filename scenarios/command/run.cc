// `settle run`: scenarios under many seeds.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/text.h"
#include "reports/words.h"
#include "scenarios/command/campaign.h"
#include "scenarios/command/command.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/progress.h"
#include "scenarios/command/test_environment.h"
#include "scenarios/command/user_path.h"
#include "scenarios/command/workers.h"

namespace scenarios {
namespace {

using absl::StrCat;

struct Request {
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

class Run {
 public:
  Run(Session& session, const Request& request) : session_(session), request_(request) {}

  ExitCode Perform() {
    if (session_.bazel_test) {
      absl::StatusOr<TestEnvironment> test =
          ReadTestEnvironment([](const char* name) { return std::getenv(name); });
      if (!test.ok()) return session_.Refuse(test.status());
      test_ = *std::move(test);
      test_->AcknowledgeShards();
    }
    if (const ExitCode code = Prepare(); code != kExitOk) return code;
    ExitCode code = kExitOk;
    for (Job& job : jobs_) {
      code = Worse(code, RunOne(job));
      if (Interrupted() != kExitOk || code == kExitEnvironment) break;
      if (request_.fail_fast && code != kExitOk) break;
    }
    code = Worse(code, Interrupted());
    if (test_.has_value() && !test_->junit.empty()) code = Worse(code, WriteJunit());
    Summarise(code);
    return code;
  }

 private:
  // Nothing runs unless every text is right and every folder can be written.
  ExitCode Prepare() {
    const auto files = FindScenarios(request_.paths);
    if (!files.ok()) return session_.Refuse(files.status());
    if (files->empty()) {
      session_.console.Complain(
          "nothing to run: no scenario there; a scenario says so in its "
          "first lines: # proto-message: settle.Scenario");
      return kExitNothingRan;
    }
    ExitCode code = kExitOk;
    for (const std::string& file : *files) {
      auto scenario = LoadWith(file, request_.overrides.set, session_.catalogue);
      const ExitCode refused =
          scenario.ok() ? AddJob(*std::move(scenario)) : session_.Refuse(scenario.status());
      code = Worse(code, refused);
    }
    if (code != kExitOk) return code;
    KeepResultsWhenInterrupted();  // Before there is a folder that looks like results.
    for (const Job& job : jobs_) {
      if (absl::Status status = reports::MakeWritableDirectory(job.options.directory);
          !status.ok()) {
        session_.console.Complain(StrCat("nothing was run: results cannot be kept in ",
                                         status.message(), "; choose another folder by --out=DIR"));
        return kExitEnvironment;
      }
    }
    return kExitOk;
  }

  ExitCode AddJob(std::unique_ptr<LoadedScenario> scenario) {
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
    options.traces = request_.trace == "always"  ? KeepTraces::kAlways
                     : request_.trace == "never" ? KeepTraces::kNever
                                                 : KeepTraces::kOnFailure;
    if (test_.has_value()) {
      options.seeds = test_->Share(options.seeds);
      options.min_seeds = test_->Scaled(options.min_seeds);
      options.only_unexpected = true;
    }
    options.directory = DirectoryOf(*scenario);
    if (options.seeds.count() == 0) {
      session_.console.Complain(StrCat("nothing to run: ", scenario->path(), " has no seeds"));
      return kExitNothingRan;
    }
    job.scenario = std::move(scenario);
    jobs_.push_back(std::move(job));
    return kExitOk;
  }

  // Two scenarios of one name are told apart by their folders.
  std::string DirectoryOf(const LoadedScenario& scenario) {
    if (test_.has_value() && !test_->outputs.empty()) return test_->outputs;
    std::string name = scenario.name();
    const std::filesystem::path folder = std::filesystem::path(scenario.path()).parent_path();
    if (!names_.insert(name).second) name = StrCat(folder.filename().string(), "-", name);
    return StrCat(request_.out, "/", name);
  }

  ExitCode RunOne(Job& job) {
    const LoadedScenario& scenario = *job.scenario;
    const std::unique_ptr<Runner> runner = NewRunner(scenario);
    CampaignOutcome outcome;
    int64_t wall_nanos = 0;
    {
      Progress progress(session_.console, scenario.name(), job.options.seeds.count());
      job.options.after_run = [&](const settle::RunResult& run) {
        progress.Ran(run);
        return WhyStop();
      };
      outcome = RunCampaign(scenario, *runner, job.options);
      wall_nanos = progress.elapsed_nanos();
    }
    Print(outcome, scenario.path(), job.options.directory, wall_nanos);
    ExitCode code = ExitCodeOf(outcome.result);
    if (!outcome.nondeterminism.empty()) code = Worse(code, SayNondeterminism(outcome, scenario));
    if (!outcome.environment.ok()) code = Worse(code, SayEnvironment(outcome, job.options));
    results_.push_back(std::move(outcome.result));
    return code;
  }

  std::string WhyStop() const {
    if (Interrupted() != kExitOk) return "then the command was interrupted";
    if (!test_.has_value() || test_->timeout_nanos == 0) return "";
    const int64_t elapsed =
        std::chrono::nanoseconds(std::chrono::steady_clock::now() - session_.started).count();
    return elapsed / 85 < test_->timeout_nanos / 100 ? ""
                                                     : "then the time limit of the test was near";
  }

  void Print(const CampaignOutcome& outcome, const std::string& path, const std::string& directory,
             int64_t wall_nanos) {
    reports::TextStyle style;
    style.color = session_.console.Colored();
    style.wall_nanos = wall_nanos;
    if (session_.console.quiet) {
      style.detail = reports::Detail::kHeader;
    } else if (session_.console.verbose) {
      style.max_faults = style.max_pins = 1000;
    } else if (jobs_.size() > 1) {
      style.detail = reports::Detail::kBrief;
    }
    if (test_.has_value()) {
      const std::string folder = StrCat("out/", outcome.result.scenario());
      style.again = StrCat("unzip -qo ", test_->outputs_zip, " -d ", folder, " && ", ThisTarget(),
                           " replay ");
      style.directory = folder + "/";
      style.kept_in = test_->outputs_zip;
    } else {
      style.again = StrCat(ThisCommand(session_.program), " replay ");
      style.directory = FromRoot(directory) + "/";
    }
    style.by_seed = StrCat(test_.has_value() ? ThisTarget() : ThisCommand(session_.program),
                           " replay ", FromRoot(path), "@");
    for (const std::string& flag : request_.overrides.Arguments()) {
      absl::StrAppend(&style.flags, " ", flag);
    }
    session_.console.Print(reports::CampaignText(outcome.result, style));

    settle::CampaignResult line = outcome.result;
    for (settle::Failure& failure : *line.mutable_failure()) {
      for (std::string* file : {failure.mutable_repro_file(), failure.mutable_trace_file()}) {
        if (!file->empty()) file->insert(0, style.directory);
      }
    }
    session_.console.PrintJson(reports::JsonLine("campaign", line));
  }

  ExitCode SayNondeterminism(const CampaignOutcome& outcome, const LoadedScenario& scenario) {
    session_.console.Print(
        StrCat("NONDETERMINISM  ", outcome.nondeterminism,
               "  No result of this build can be relied on. Look for an unordered container that "
               "is iterated, an address that is compared, state that outlives a run.\n"
               "    again:   ",
               ThisCommand(session_.program), " doctor ", FromRoot(scenario.path()), "\n\n"));
    session_.console.PrintJson(reports::JsonLine(
        "nondeterminism", {{"path", scenario.path()}, {"text", outcome.nondeterminism}}));
    return kExitNondeterminism;
  }

  ExitCode SayEnvironment(const CampaignOutcome& outcome, const CampaignOptions& options) {
    session_.console.Complain(outcome.environment.message());
    session_.console.Complain(StrCat("results so far are kept in ", options.directory));
    return absl::IsInternal(outcome.environment) ? kExitInternal : kExitEnvironment;
  }

  ExitCode WriteJunit() {
    const absl::Status status = reports::WriteAtomically(test_->junit, reports::JunitXml(results_));
    return status.ok() ? kExitOk : session_.Refuse(status);
  }

  void Summarise(ExitCode code) {
    size_t expected = 0;
    for (const settle::CampaignResult& result : results_) expected += result.as_expected() ? 1 : 0;
    const size_t skipped = jobs_.size() - results_.size();
    if (Interrupted() != kExitOk) {
      session_.console.Complain(StrCat("interrupted; results so far are kept",
                                       test_.has_value() ? "" : StrCat(" in ", request_.out)));
    }
    if (jobs_.size() > 1 || code != kExitOk) {
      session_.console.Print(StrCat(
          reports::Counted(jobs_.size(), "scenario"), ": ", expected, " as expected",
          results_.size() > expected ? StrCat(", ", results_.size() - expected, " not") : "",
          skipped > 0 ? StrCat(", ", skipped, " not run") : "", "   exit ", int{code}, "\n"));
    }
    session_.console.PrintJson(reports::JsonLine("summary", {{"scenarios", jobs_.size()},
                                                             {"as_expected", expected},
                                                             {"not_run", skipped},
                                                             {"exit", int{code}}}));
  }

  Session& session_;
  const Request& request_;
  std::optional<TestEnvironment> test_;
  std::vector<Job> jobs_;
  std::set<std::string> names_;
  std::vector<settle::CampaignResult> results_;
};

}  // namespace

void AddRun(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("run", "Run scenarios under many seeds");
  auto request = std::make_shared<Request>();
  command->add_option("SCENARIO", request->paths, "Scenarios, or folders of them")->required();
  auto* seeds = command->add_option("--seeds", request->seeds,
                                    "Seeds, instead of the scenario's budget: 1..500");
  seeds->type_name("A..B");
  command->add_option("--seed", request->seeds, "One seed")->type_name("N")->excludes(seeds);
  AddOverrides(*command, request->overrides);
  command->add_option("--jobs", request->jobs, "Processes (default: one for each processor)")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  command->add_flag("--fail-fast", request->fail_fast, "Stop at the first unexpected verdict");
  command->add_option("--trace", request->trace, "Keep traces: on-failure, always or never")
      ->check(CLI::IsMember({"on-failure", "always", "never"}))
      ->type_name("WHEN");
  command->add_option("--out", request->out, "Where results are kept (default: out)")
      ->type_name("DIR");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Run(session, *request).Perform(); };
  });
}

}  // namespace scenarios
