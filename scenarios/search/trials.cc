#include "scenarios/search/trials.h"

#include <iterator>

#include "absl/algorithm/container.h"
#include "faults/pins.h"
#include "scenarios/repro.h"
#include "sim/core/check.h"
#include "sim/core/hash.h"

namespace scenarios {

const settle::FindingResult* Wanted::In(const settle::RunResult& run) const {
  for (const settle::FindingResult& finding : run.finding()) {
    if (finding.check() == check && finding.key() == key) return &finding;
  }
  return nullptr;
}

Family FamilyOf(const sim::Pin& pin) {
  const auto point = sim::PointText::Parse(pin.point);
  SIM_CHECK(point.ok()) << point.status().ToString();
  return {point->place().kind, pin.kind};
}

namespace {

uint64_t HashOf(const RunOptions& run) {
  settle::Repro repro;
  KeepSize(run, repro);
  if (run.pins.has_value()) {
    for (const sim::Pin& pin : *run.pins) *repro.add_pin() = faults::PinProto(pin);
  }
  return sim::HashBytes(repro.SerializeAsString(), /*seed=*/run.pins.has_value());
}

}  // namespace

bool Trials::Try(RunOptions run) {
  if (spent()) return false;
  const uint64_t hash = HashOf(run);
  if (in_vain_.count(hash) > 0) return false;
  ++runs_;
  settle::RunResult result = runner_.Run(run);
  if (result.stopped()) return false;
  if (wanted_.In(result) == nullptr) {
    in_vain_.insert(hash);
    return false;
  }
  run.pins = ToPins(result.fired());
  run.observer = nullptr;
  smallest_ = std::move(run);
  result_ = std::move(result);
  return true;
}

bool Trials::Look(const RunOptions& run) {
  if (spent()) return false;
  ++runs_;
  return !runner_.Run(run).stopped();
}

bool Trials::TryPins(Pins pins) {
  RunOptions run = smallest_;
  run.pins = std::move(pins);
  return Try(std::move(run));
}

bool Trials::TryOperations(const std::vector<Operation>& operations) {
  RunOptions run = smallest_;
  run.only = ToOperations(operations);
  return Try(std::move(run));
}

Pins Trials::outcomes() const {
  Pins outcomes;
  absl::c_copy_if(pins(), std::back_inserter(outcomes),
                  [](const sim::Pin& pin) { return !IsFault(pin); });
  return outcomes;
}

size_t Trials::faults() const { return static_cast<size_t>(absl::c_count_if(pins(), IsFault)); }

bool Trials::spent() const { return runs_ >= most_runs_ || (smallest_.stop && smallest_.stop()); }

}  // namespace scenarios
