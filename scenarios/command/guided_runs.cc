#include "scenarios/command/guided_runs.h"

#include <algorithm>
#include <utility>

namespace scenarios {

GuidedRuns::GuidedRuns(const faults::Plan& plan, uint64_t base_seed, uint64_t count, Hits known)
    : guided_(plan, base_seed, std::move(known)), count_(count), state_(guided_.Save()) {}

bool GuidedRuns::GoOn(const std::string& state, uint64_t made) {
  if (!guided_.Restore(state)) return false;
  state_ = state;
  state_is_new_ = false;
  made_ = made;
  return true;
}

std::optional<GuidedRun> GuidedRuns::Take() {
  if (empty()) return std::nullopt;
  if (IsWhole()) {
    LearnAll();
    if (!taken_.empty()) return std::nullopt;
  }
  if (taken_.size() >= kInFlight) {
    if (!taken_.begin()->second.returned) return std::nullopt;
    LearnFirst();
  }
  Taken taken;
  taken.run = guided_.Next();
  const GuidedRun run = taken.run;
  taken_.emplace(run.number, std::move(taken));
  return run;
}

void GuidedRuns::Return(uint64_t number, std::vector<sim::Pin> fired, Covered covered) {
  Taken& taken = taken_.at(number);
  taken.returned = true;
  taken.fired = std::move(fired);
  taken.covered = std::move(covered);
}

void GuidedRuns::LearnFirst() {
  Taken& first = taken_.begin()->second;
  guided_.Learn(first.run, first.fired, std::move(first.covered));
  made_ = std::max(made_, first.run.number + 1);
  taken_.erase(taken_.begin());
}

void GuidedRuns::LearnAll() {
  if (taken_.empty()) return;
  while (!taken_.empty() && taken_.begin()->second.returned) LearnFirst();
  if (!taken_.empty() || !IsWhole()) return;
  state_ = guided_.Save();
  state_is_new_ = true;
}

bool GuidedRuns::TakeStateIsNew() { return std::exchange(state_is_new_, false); }

}  // namespace scenarios
