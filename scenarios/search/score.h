// The quirk score: how soon each way of searching finds a bug that was planted, and how
// small the failure becomes.
//
// A quirk is found when a check that its scenario names is violated. Every search may make
// the same number of runs and starts from as many different seeds; what it found is shrunk,
// each time, not the best one. What a quirk does without its trigger is in silence.h.

#ifndef SCENARIOS_SEARCH_SCORE_H_
#define SCENARIOS_SEARCH_SCORE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace scenarios {

enum class Search {
  kRandom,   // the scenario's rules, as they are written
  kSwarm,    // the same, with families of faults on and off by seed
  kExplore,  // every single fault of a calm run
  kGuided,   // mutations of the runs that came to something new
};
inline constexpr Search kSearches[] = {Search::kRandom, Search::kSwarm, Search::kExplore,
                                       Search::kGuided};
std::string NameOf(Search search);

// One attempt of one search.
struct Attempt {
  bool found = false;
  uint64_t runs = 0;  // to the first detection, or all
  std::string check;  // that objected
  int faults = 0;     // of the failure when it is small
  int operations = 0;
  int shrink_runs = 0;
  int64_t shrink_nanos = 0;  // by the stopwatch that Try() was given
};

using Stopwatch = std::function<int64_t()>;

struct Effort {
  uint64_t most_runs = 1000;
  int shrink_runs = 300;  // with each failure; 0: it stays as it was found
};

// The `number`-th attempt, from 0. `stopwatch` tells how long shrinking takes, and decides
// nothing.
Attempt Try(const LoadedScenario& scenario, Runner& runner, Search search, uint64_t number,
            const Effort& effort, const Stopwatch& stopwatch);

// What the attempts of one search at one quirk come to.
struct Score {
  int found = 0;
  int attempts = 0;
  // Of all attempts; one that found nothing counts with all its runs. The lower of two.
  uint64_t median_runs = 0;
  std::vector<std::string> checks;
  int fewest_faults = 0;
  int worst_faults = 0;
  int worst_operations = 0;
  int small = 0;  // found, and at most 3 faults and 2 operations
};
Score ScoreOf(const std::vector<Attempt>& attempts);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_SCORE_H_
