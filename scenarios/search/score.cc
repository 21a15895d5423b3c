#include "scenarios/search/score.h"

#include <algorithm>
#include <optional>

#include "absl/algorithm/container.h"
#include "scenarios/repro.h"
#include "scenarios/search/explore.h"
#include "scenarios/search/shrink.h"

namespace scenarios {
namespace {

constexpr int kShrinkRuns = 300;

// Far apart, so that attempts share no seed.
constexpr uint64_t kBetweenAttempts = 1'000'000;

// The finding that the scenario waits for, or null.
const settle::FindingResult* Awaited(const LoadedScenario& scenario, const settle::RunResult& run) {
  for (const settle::FindingResult& finding : run.finding()) {
    if (absl::c_linear_search(scenario.text().violated(), finding.check())) return &finding;
  }
  return nullptr;
}

void ShrinkIt(const LoadedScenario& scenario, Runner& runner, const RunOptions& run,
              const settle::FindingResult& finding, const Stopwatch& stopwatch, Attempt& attempt) {
  attempt.found = true;
  attempt.check = finding.check();
  const int64_t began = stopwatch();
  const Shrunk shrunk =
      Shrink(runner, run, scenario.world().All(), {finding.check(), finding.key()}, kShrinkRuns);
  attempt.shrink_nanos = stopwatch() - began;
  attempt.faults = Faults(shrunk.result);
  attempt.operations = Count(*shrunk.run.only);
  attempt.shrink_runs = shrunk.runs;
}

Attempt TrySeeds(const LoadedScenario& scenario, Runner& runner, bool swarm, uint64_t number,
                 uint64_t most_runs, const Stopwatch& stopwatch) {
  Attempt attempt;
  RunOptions run;
  run.swarm = swarm;
  for (uint64_t n = 1; n <= most_runs; ++n) {
    run.seed = number * kBetweenAttempts + n;
    const settle::RunResult result = runner.Run(run);
    attempt.runs = n;
    if (const settle::FindingResult* finding = Awaited(scenario, result)) {
      ShrinkIt(scenario, runner, run, *finding, stopwatch, attempt);
      break;
    }
  }
  return attempt;
}

Attempt TryExplore(const LoadedScenario& scenario, Runner& runner, uint64_t number,
                   uint64_t most_runs, const Stopwatch& stopwatch) {
  Attempt attempt;
  ExploreOptions options;
  options.run.seed = number + 1;
  options.most_runs = most_runs;
  std::optional<settle::RunResult> found;
  options.broken = [&](const settle::RunResult& result) {
    if (Awaited(scenario, result) == nullptr) return true;
    found = result;
    return false;
  };
  const absl::StatusOr<Explored> explored = Explore(runner, scenario.plan(), RunOneByOne, options);
  RunOptions run;
  run.seed = options.run.seed;
  if (explored.ok()) {
    attempt.runs = explored->runs;
  } else {
    // Already the calm run breaks a promise.
    attempt.runs = 1;
    run.chaos = false;
    found = runner.Run(run);
    if (Awaited(scenario, *found) == nullptr) return attempt;
  }
  if (!found.has_value()) return attempt;
  run.pins = ToPins(found->fired());
  ShrinkIt(scenario, runner, run, *Awaited(scenario, *found), stopwatch, attempt);
  return attempt;
}

}  // namespace

std::string NameOf(Search search) {
  switch (search) {
    case Search::kRandom:
      return "random";
    case Search::kSwarm:
      return "swarm";
    case Search::kExplore:
      return "explore";
  }
  return "";
}

Attempt Try(const LoadedScenario& scenario, Runner& runner, Search search, uint64_t number,
            uint64_t most_runs, const Stopwatch& stopwatch) {
  if (search == Search::kExplore) return TryExplore(scenario, runner, number, most_runs, stopwatch);
  return TrySeeds(scenario, runner, search == Search::kSwarm, number, most_runs, stopwatch);
}

Score ScoreOf(const std::vector<Attempt>& attempts) {
  Score score;
  std::vector<uint64_t> runs;
  for (const Attempt& attempt : attempts) {
    ++score.attempts;
    runs.push_back(attempt.runs);
    if (!attempt.found) continue;
    ++score.found;
    if (!absl::c_linear_search(score.checks, attempt.check)) score.checks.push_back(attempt.check);
    score.worst_faults = std::max(score.worst_faults, attempt.faults);
    score.worst_operations = std::max(score.worst_operations, attempt.operations);
    if (attempt.faults <= 3 && attempt.operations <= 2) ++score.small;
  }
  absl::c_stable_sort(runs);
  if (!runs.empty()) score.median_runs = runs[(runs.size() - 1) / 2];
  return score;
}

Silence WithoutTrigger(const LoadedScenario& scenario, Runner& runner, uint64_t seeds) {
  RunOptions run;
  run.chaos = false;
  run.clients = 1;
  for (run.seed = 1; run.seed <= seeds; ++run.seed) {
    const settle::RunResult result = runner.Run(run);
    if (const settle::FindingResult* finding = Awaited(scenario, result)) {
      return {false, finding->check()};
    }
  }
  return {};
}

}  // namespace scenarios
