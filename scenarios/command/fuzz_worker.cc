#include "scenarios/command/fuzz_worker.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/failure.h"
#include "scenarios/command/fuzz.pb.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/command/target.h"
#include "scenarios/search/shrink.h"
#include "scenarios/search/signature.h"

namespace scenarios {
namespace {

constexpr int kShrinkRuns = 300;

// What a search does not look at would only be carried from process to process.
void Trim(settle::RunResult& run) {
  run.clear_scenario();
  run.clear_rule_matched();
  run.clear_rule_fired();
  run.clear_pin_reached();
  run.clear_metric();
  run.clear_samples();
  run.clear_step();
  run.clear_going_on();
  for (settle::CheckResult& check : *run.mutable_check()) {
    settle::CheckResult counts;
    counts.set_exercised(check.exercised());
    counts.set_findings(check.findings());
    check.Swap(&counts);
  }
  if (run.finding().empty()) run.clear_fired();
  // One of each kind.
  std::set<std::string> signatures;
  int kept = 0;
  for (int i = 0; i < run.finding_size(); ++i) {
    if (!signatures.insert(Signature(run.finding(i))).second) continue;
    run.mutable_finding()->SwapElements(i, kept++);
  }
  run.mutable_finding()->DeleteSubrange(kept, run.finding_size() - kept);
}

// The same seed in a fresh process.
void RepeatAfresh(const std::string& path, settle::SeedReport& report) {
  const settle::RunResult& run = report.run();
  const auto again = InFreshProcess({absl::StrCat(path, "@", run.seed())},
                                    Addresses::kAsConfigured)(/*trace_file=*/"");
  absl::Status status = again.status();
  if (status.ok()) status = SameText(run, *again, path);
  if (!status.ok()) {
    report.set_not_repeated(std::string(status.message()));
    return;
  }
  report.set_repeated(true);
  report.set_again(again->digest());
}

}  // namespace

std::string FuzzWorker::MakeSmall(uint32_t task, uint64_t seed) {
  const LoadedScenario& scenario = prospects_[task].scenario();
  RunOptions options;
  options.seed = seed;
  settle::RunResult run = runners_[task]->Run(options);
  Trim(run);
  settle::SeedReport report;
  for (const settle::FindingResult& finding : run.finding()) {
    const settle::Failure failure = FailureOf(run, finding, Overrides().Recorded(scenario.path()));
    const Shrunk shrunk = Shrink(*runners_[task], options, scenario.world().All(),
                                 {finding.check(), finding.key()}, kShrinkRuns);
    if (shrunk.found) *report.add_small() = SmallOf(failure, shrunk);
  }
  return report.SerializeAsString();
}

std::string FuzzWorker::Run(uint32_t task, uint64_t seed) {
  const bool small = task >= prospects_.size();
  if (small) task -= static_cast<uint32_t>(prospects_.size());
  const LoadedScenario& scenario = prospects_[task].scenario();
  NowRunning(scenario.path(), seed);
  if (runners_[task] == nullptr) runners_[task] = NewRunner(scenario);
  if (small) return MakeSmall(task, seed);
  RunOptions options;
  options.seed = seed;
  settle::SeedReport report;
  *report.mutable_run() = runners_[task]->Run(options);
  Trim(*report.mutable_run());
  const bool guarded = options_.guard > 0 && (seed - options_.base_seed) % options_.guard == 0;
  if (guarded) RepeatAfresh(scenario.path(), report);
  return report.SerializeAsString();
}

}  // namespace scenarios
