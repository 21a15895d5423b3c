#include "scenarios/search/score.h"

#include <algorithm>
#include <optional>

#include "absl/algorithm/container.h"
#include "scenarios/repro.h"
#include "scenarios/search/coverage.h"
#include "scenarios/search/explore.h"
#include "scenarios/search/guided.h"
#include "scenarios/search/shrink.h"

namespace scenarios {
namespace {

// Far apart, so that attempts share no seed.
constexpr uint64_t kBetweenAttempts = 1'000'000;

// The finding that the scenario waits for, or null.
const settle::FindingResult* Awaited(const LoadedScenario& scenario, const settle::RunResult& run) {
  for (const settle::FindingResult& finding : run.finding()) {
    if (absl::c_linear_search(scenario.text().violated(), finding.check())) return &finding;
  }
  return nullptr;
}

// One attempt: its runs are counted, and what they find is shrunk.
class Trial {
 public:
  Trial(const LoadedScenario& scenario, Runner& runner, uint64_t number, const Effort& effort,
        const Stopwatch& stopwatch)
      : scenario_(scenario),
        runner_(runner),
        number_(number),
        effort_(effort),
        stopwatch_(stopwatch) {}

  Attempt Seeds(bool swarm) {
    RunOptions run;
    run.swarm = swarm;
    while (attempt_.runs < effort_.most_runs && !attempt_.found) {
      run.seed = first_seed() + attempt_.runs++;
      Found(run, runner_.Run(run));
    }
    return attempt_;
  }

  Attempt Explore() {
    ExploreOptions options;
    options.run.seed = number_ + 1;
    options.most_runs = effort_.most_runs;
    std::optional<settle::RunResult> found;
    options.broken = [&](const settle::RunResult& result) {
      if (Awaited(scenario_, result) == nullptr) return true;
      found = result;
      return false;
    };
    const Explored explored = scenarios::Explore(runner_, scenario_.plan(), RunOneByOne, options);
    RunOptions run;
    run.seed = options.run.seed;
    if (explored.ended.ok()) {
      attempt_.runs = explored.runs;
    } else {
      // Already the calm run breaks a promise, or ends nowhere.
      attempt_.runs = 1;
      run.chaos = false;
      found = runner_.Run(run);
    }
    if (!found.has_value()) return attempt_;
    run.pins = ToPins(found->fired());
    Found(run, *found);
    return attempt_;
  }

  Attempt Guide() {
    Guided guided(scenario_.plan(), first_seed());
    while (attempt_.runs < effort_.most_runs && !attempt_.found) {
      const GuidedRun next = guided.Next();
      Coverage coverage(scenario_, next.seed);
      RunOptions run = next.Options();
      coverage.Watch(run);
      const settle::RunResult result = runner_.Run(run);
      ++attempt_.runs;
      guided.Learn(next, ToPins(result.fired()), coverage.covered());
      // What fired is all that struck, whoever asked for it.
      run = RunOptions();
      run.seed = next.seed;
      run.pins = ToPins(result.fired());
      Found(run, result);
    }
    return attempt_;
  }

 private:
  uint64_t first_seed() const { return number_ * kBetweenAttempts + 1; }

  void Found(const RunOptions& run, const settle::RunResult& result) {
    const settle::FindingResult* const finding = Awaited(scenario_, result);
    if (finding == nullptr) return;
    attempt_.found = true;
    attempt_.check = finding->check();
    attempt_.faults = Faults(result);
    attempt_.operations = Count(scenario_.world().All());
    if (effort_.shrink_runs == 0) return;
    const int64_t began = stopwatch_();
    const Shrunk shrunk = Shrink(runner_, run, scenario_.world().All(),
                                 {finding->check(), finding->key()}, effort_.shrink_runs);
    attempt_.shrink_nanos = stopwatch_() - began;
    attempt_.faults = Faults(shrunk.result);
    attempt_.operations = Count(*shrunk.run.only);
    attempt_.shrink_runs = shrunk.runs;
  }

  const LoadedScenario& scenario_;
  Runner& runner_;
  const uint64_t number_;
  const Effort& effort_;
  const Stopwatch& stopwatch_;
  Attempt attempt_;
};

}  // namespace

std::string NameOf(Search search) {
  switch (search) {
    case Search::kRandom:
      return "random";
    case Search::kSwarm:
      return "swarm";
    case Search::kExplore:
      return "explore";
    case Search::kGuided:
      return "guided";
  }
  return "";
}

Attempt Try(const LoadedScenario& scenario, Runner& runner, Search search, uint64_t number,
            const Effort& effort, const Stopwatch& stopwatch) {
  Trial trial(scenario, runner, number, effort, stopwatch);
  switch (search) {
    case Search::kRandom:
      return trial.Seeds(/*swarm=*/false);
    case Search::kSwarm:
      return trial.Seeds(/*swarm=*/true);
    case Search::kExplore:
      return trial.Explore();
    case Search::kGuided:
      return trial.Guide();
  }
  return {};
}

Score ScoreOf(const std::vector<Attempt>& attempts) {
  Score score;
  std::vector<uint64_t> runs;
  for (const Attempt& attempt : attempts) {
    ++score.attempts;
    runs.push_back(attempt.runs);
    if (!attempt.found) continue;
    if (score.found++ == 0) score.fewest_faults = attempt.faults;
    score.fewest_faults = std::min(score.fewest_faults, attempt.faults);
    if (!absl::c_linear_search(score.checks, attempt.check)) score.checks.push_back(attempt.check);
    score.worst_faults = std::max(score.worst_faults, attempt.faults);
    score.worst_operations = std::max(score.worst_operations, attempt.operations);
    if (attempt.faults <= 3 && attempt.operations <= 2) ++score.small;
  }
  absl::c_stable_sort(runs);
  if (!runs.empty()) score.median_runs = runs[(runs.size() - 1) / 2];
  return score;
}

}  // namespace scenarios
