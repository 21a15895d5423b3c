#include "scenarios/search/shrink.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "faults/pins.h"
#include "scenarios/search/fewer_faults.h"
#include "scenarios/search/fewer_operations.h"
#include "scenarios/search/lineage.h"
#include "scenarios/search/plainer.h"

namespace scenarios {
namespace {

// What a reader takes in at a glance. A failure that large is looked for no further.
constexpr size_t kFewFaults = 3;
constexpr size_t kFewOperations = 2;

// Runs of a search whose end nobody can foresee.
constexpr int kMostRunsOfAWay = 100;

class Shrinker {
 public:
  Shrinker(Runner& runner, const Wanted& wanted, int most_runs)
      : trials_(runner, wanted, most_runs), lineage_(wanted.key) {}

  Shrunk Shrink(RunOptions run, const Operations& all) {
    if (!run.only.has_value()) run.only = all;
    shrunk_.operations_before = Count(*run.only);
    shrunk_.run = run;
    run.observer = &lineage_;
    shrunk_.found = trials_.Try(std::move(run));
    if (shrunk_.found) {
      shrunk_.unreached = trials_.result().unreached();
      shrunk_.faults_before = Faults(trials_.result());
      MakeSmall();
      shrunk_.run = trials_.smallest();
      shrunk_.result = trials_.result();
    }
    shrunk_.runs = trials_.runs();
    return std::move(shrunk_);
  }

 private:
  void MakeSmall() {
    Pass("no faults", LeaveOutAll);
    Begin();
    Pass("lineage", [this](Trials& trials) { KeepToLineage(trials, lineage_); });
    if (!HasFewOperations()) {
      TryAnotherWay();
      Pass("after the violation", Truncate);
      // Few operations make runs short, and most faults strike others.
      Pass("operations", LeaveOutOperations, kMostRunsOfAWay);
    }
    LeaveOut();
    if (!IsFew()) {
      TryAnotherWay();
      LeaveOut();
    }
    shrunk_.least = !trials_.spent();
    Pass("idle clients", SendIdleClientsHome);
    Pass("instances", LeaveOutInstances);
    Pass("calm messages", Calm);
    Pass("own pace", LetBegin);
    Pass("delays", Shorten);
    Pass("amounts", RoundAmounts);
  }

  // To the same failure: the operations of the key at fault with some single fault; of a
  // key that is no operation's, two that meet there.
  void TryAnotherWay() {
    const std::vector<Operation> own = lineage_.Own();
    if (own.empty() || own.size() > kFewOperations) {
      Pass(
          "two that meet", [this](Trials& trials) { LetTwoMeet(trials, lineage_); },
          kMostRunsOfAWay);
    } else {
      Pass("begun anew", [&own](Trials& trials) { BeginAnew(trials, own); }, kMostRunsOfAWay);
    }
  }

  // Until nothing can be left out any more.
  void LeaveOut() {
    Pass("no faults", LeaveOutAll);
    Pass("families of faults", LeaveOutFamilies);
    Pass("one fault", KeepOne);
    if (!IsFew() && HasFewOperations()) TryAnotherWay();
    Pass("faults", LeaveOutFaults);
    for (size_t before = 0; before != trials_.size() && !trials_.spent();) {
      before = trials_.size();
      Pass("earlier", MoveToFirst);
      Pass("operations again", LeaveOutOperations);
      Pass("faults again", LeaveOutFaults);
    }
  }

  // From now on operations begin when they did.
  void Begin() {
    RunOptions run = trials_.smallest();
    for (const auto& [client, starts] : lineage_.starts()) {
      run.starts[client].insert(starts.begin(), starts.end());
    }
    if (!run.starts.empty()) Pass("begin", [&run](Trials& trials) { trials.Try(run); });
  }

  bool HasFewOperations() const { return trials_.operations().size() <= kFewOperations; }
  bool IsFew() const { return HasFewOperations() && trials_.faults() <= kFewFaults; }

  template <typename Work>
  void Pass(const char* name, Work work, int most_runs = 0) {
    if (trials_.spent()) return;
    const int before = trials_.runs();
    trials_.Within(most_runs > 0 ? most_runs : trials_.left(), [&] { work(trials_); });
    if (trials_.runs() == before) return;
    shrunk_.passes.push_back({name, trials_.runs() - before, static_cast<int>(trials_.faults()),
                              static_cast<int>(trials_.operations().size())});
  }

  Trials trials_;
  Lineage lineage_;
  Shrunk shrunk_;
};

}  // namespace

int Faults(const settle::RunResult& run) { return faults::CountFaults(run.fired()); }

int Count(const Operations& operations) {
  size_t count = 0;
  for (const auto& [client, numbers] : operations) count += numbers.size();
  return static_cast<int>(count);
}

Shrunk Shrink(Runner& runner, const RunOptions& run, const Operations& all, const Wanted& wanted,
              int most_runs) {
  return Shrinker(runner, wanted, most_runs).Shrink(run, all);
}

}  // namespace scenarios
