#include "scenarios/command/fuzz_worker.h"

#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "faults/pins.h"
#include "scenarios/command/divergence.h"
#include "scenarios/command/failure.h"
#include "scenarios/command/fuzz.pb.h"
#include "scenarios/command/interrupt.h"
#include "scenarios/repro.h"
#include "scenarios/search/coverage.h"
#include "scenarios/search/guided.h"
#include "scenarios/search/guided_state.h"
#include "scenarios/search/shrink.h"
#include "scenarios/search/signature.h"
#include "sim/core/check.h"

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

std::string FuzzWorker::Run(uint32_t task, uint64_t seed, const std::string& input) {
  const bool small = task >= prospects_.size();
  if (small) task -= static_cast<uint32_t>(prospects_.size());
  if (runners_[task] == nullptr) runners_[task] = NewRunner(prospects_[task].scenario());
  const settle::SeedReport report = small               ? MakeSmall(task, input)
                                    : options_.guided() ? RunGuided(task, input)
                                                        : RunSeed(task, seed);
  return report.SerializeAsString();
}

settle::SeedReport FuzzWorker::RunSeed(uint32_t task, uint64_t seed) {
  const LoadedScenario& scenario = prospects_[task].scenario();
  NowRunning(scenario.path(), seed);
  RunOptions options;
  options.seed = seed;
  options.swarm = options_.swarm();
  options.priorities = PrioritiesOf(options_.ties);
  settle::SeedReport report;
  *report.mutable_run() = runners_[task]->Run(options);
  Trim(*report.mutable_run());
  // Otherwise no other process is asked for: it would run the seed as anybody does.
  const bool guarded =
      options_.plain() && options_.guard > 0 && (seed - options_.base_seed) % options_.guard == 0;
  if (guarded) RepeatAfresh(scenario.path(), report);
  return report;
}

settle::SeedReport FuzzWorker::RunGuided(uint32_t task, const std::string& input) {
  const LoadedScenario& scenario = prospects_[task].scenario();
  settle::GuidedPlan plan;
  SIM_CHECK(plan.ParseFromString(input)) << "the plan of a guided run";
  NowRunning(scenario.path(), plan.seed());
  GuidedRun planned;
  planned.seed = plan.seed();
  planned.swarm = plan.swarm();
  planned.pins = ToPins(plan.pin());
  RunOptions options = planned.Options();
  Coverage coverage(scenario, planned.seed);
  coverage.Watch(options);
  settle::SeedReport report;
  settle::RunResult& run = *report.mutable_run();
  run = runners_[task]->Run(options);
  // Of its own pins the search wants to know which ones struck.
  const std::vector<sim::Pin> fired = ToPins(run.fired());
  for (const sim::Pin& pin : planned.pins) {
    if (absl::c_linear_search(fired, pin)) *report.add_struck() = faults::PinProto(pin);
  }
  const Covered covered = coverage.covered();
  report.mutable_feature()->Add(covered.features.begin(), covered.features.end());
  *report.mutable_alternative() = ToProto(covered.alternatives);
  Trim(run);
  return report;
}

// From its repro, not its seed: the seed alone may not show it.
settle::SeedReport FuzzWorker::MakeSmall(uint32_t task, const std::string& input) {
  const LoadedScenario& scenario = prospects_[task].scenario();
  settle::Failure failure;
  SIM_CHECK(failure.ParseFromString(input)) << "a failure to be made small";
  const settle::Repro& repro = failure.repro();
  NowRunning(scenario.path(), repro.seed());
  RunOptions options;
  TakeFaults(repro, options);
  const Shrunk shrunk = Shrink(*runners_[task], options, scenario.world().All(),
                               {repro.check(), repro.key()}, kShrinkRuns);
  settle::SeedReport report;
  if (shrunk.found) *report.mutable_small() = SmallOf(failure, shrunk);
  return report;
}

}  // namespace scenarios
