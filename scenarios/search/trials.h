// Trials: the smallest run so far in which the same promise breaks for the same business
// key, and the budget of runs in which a smaller one is looked for.

#ifndef SCENARIOS_SEARCH_TRIALS_H_
#define SCENARIOS_SEARCH_TRIALS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "scenarios/search/lineage.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"

namespace scenarios {

using Pins = std::vector<sim::Pin>;

// The failure that stays in sight.
struct Wanted {
  std::string check;
  std::string key;  // the business key at fault

  // The finding of `run` that is this failure, or null.
  const settle::FindingResult* In(const settle::RunResult& run) const;
};

// Of one kind of fault at one kind of place.
using Family = std::pair<sim::PlaceKind, sim::ChoiceKind>;
Family FamilyOf(const sim::Pin& pin);

// How business ends is no fault.
inline bool IsFault(const sim::Pin& pin) { return pin.kind != sim::ChoiceKind::kOutcome; }

class Trials {
 public:
  Trials(Runner& runner, const Wanted& wanted, int most_runs)
      : runner_(runner), wanted_(wanted), most_runs_(most_runs) {}

  // Makes the run. If it breaks the promise it is the smallest from now on, with the pins
  // that fired; false also when the budget is spent. What was tried in vain costs nothing
  // if it is tried again.
  bool Try(RunOptions run);
  bool TryPins(Pins pins);
  bool TryOperations(const std::vector<Operation>& operations);

  // Makes a run for what can be seen on the way; false if the budget is spent.
  bool Look(const RunOptions& run);

  // Does `work` in at most so many runs.
  template <typename Work>
  void Within(int runs, Work work) {
    const int most = most_runs_;
    most_runs_ = std::min(most_runs_, runs_ + runs);
    work();
    most_runs_ = most;
  }

  // The smallest, once there is one: its pins and operations are set.
  const RunOptions& smallest() const { return smallest_; }
  const settle::RunResult& result() const { return result_; }
  std::vector<Operation> operations() const { return ToList(*smallest_.only); }
  const Pins& pins() const { return *smallest_.pins; }
  Pins outcomes() const;
  size_t faults() const;
  size_t size() const { return pins().size() + operations().size(); }

  int runs() const { return runs_; }
  int left() const { return most_runs_ - runs_; }
  bool spent() const;
  const Wanted& wanted() const { return wanted_; }
  Runner& runner() { return runner_; }

 private:
  Runner& runner_;
  const Wanted& wanted_;
  int most_runs_;
  int runs_ = 0;
  std::set<uint64_t> in_vain_;  // hashes of what was tried
  RunOptions smallest_;
  settle::RunResult result_;
};

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_TRIALS_H_
