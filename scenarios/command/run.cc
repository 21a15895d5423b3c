// `settle run`: scenarios under many seeds.

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "reports/atomic_file.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/words.h"
#include "scenarios/command/announcement.h"
#include "scenarios/command/campaign.h"
#include "scenarios/command/command.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/job.h"
#include "scenarios/command/progress.h"
#include "scenarios/command/result_files.h"
#include "scenarios/command/test_environment.h"

namespace scenarios {
namespace {

using absl::StrCat;

class Run {
 public:
  Run(Session& session, const RunRequest& request) : session_(session), request_(request) {}

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
    if (const ExitCode code = PlanJobs(request_, test_, session_, jobs_); code != kExitOk) {
      return code;
    }
    KeepResultsWhenInterrupted();  // Before there is a folder that looks like results.
    for (const Job& job : jobs_) {
      const absl::Status status = reports::MakeWritableDirectory(job.options.directory);
      if (status.ok()) continue;
      session_.console.Complain(StrCat("nothing was run: results cannot be kept in ",
                                       status.message(), "; choose another folder by --out=DIR"));
      return kExitEnvironment;
    }
    return kExitOk;
  }

  ExitCode RunOne(Job& job) {
    // Not before its turn: whoever interrupts keeps what has no successor. Bazel's
    // folder is empty, and may be shared.
    if (!test_.has_value()) {
      const absl::Status removed = RemoveOlderResults(job.options.directory);
      if (!removed.ok()) return session_.Refuse(removed);
    }
    const std::unique_ptr<Runner> runner = NewRunner(*job.scenario);
    CampaignOutcome outcome;
    Circumstances circumstances{test_, /*one_of_many=*/jobs_.size() > 1};
    {
      Progress progress(session_.console, job.scenario->name(), job.options.seeds.count());
      job.options.after_run = [&progress](const settle::RunResult& run) { progress.Ran(run); };
      job.options.why_stop = [this] { return WhyStop(); };
      outcome = RunCampaign(*job.scenario, *runner, job.options);
      circumstances.wall_nanos = progress.elapsed_nanos();
    }
    const ExitCode code = Announce(outcome, job, circumstances, session_);
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
                                       test_.has_value() ? "" : StrCat(" in ", request_.out),
                                       "; those of the last scenario were not repeated to confirm "
                                       "them"));
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
  const RunRequest& request_;
  std::optional<TestEnvironment> test_;
  std::vector<Job> jobs_;
  std::vector<settle::CampaignResult> results_;
};

}  // namespace

void AddRun(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("run", "Run scenarios under many seeds");
  auto request = std::make_shared<RunRequest>();
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
  command
      ->add_option("--out", request->out,
                   "Where results are kept, each scenario's in a folder of its name, from which "
                   "those of an earlier run are removed (default: out)")
      ->type_name("DIR");
  command->callback([&session, request] {
    session.chosen = [&session, request] { return Run(session, *request).Perform(); };
  });
}

}  // namespace scenarios
