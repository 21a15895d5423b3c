// One run of a scenario: the function over which everything else is built.
//
// Replaying, comparing and reporting are functions over runs; a run is a pure
// function of (build, scenario, seed, pins).

#ifndef SCENARIOS_RUN_H_
#define SCENARIOS_RUN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "reports/result.pb.h"
#include "scenarios/world_plan.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"
#include "sim/core/simulation.h"
#include "sim/storage/lock_rules.h"
#include "sim/trace/trace.h"
#include "sim/world/observer.h"

namespace scenarios {

class LoadedScenario;  // scenarios/scenario.h

struct RunOptions : Errands {
  uint64_t seed = 1;
  // Set: rules off, exactly these faults.
  std::optional<std::vector<sim::Pin>> pins;
  bool rules_too = false;  // with pins: the rules are on, too; a pin decides about its place
  sim::TraceDepth depth = sim::TraceDepth::kRing;
  bool chaos = true;              // false: no fault rules; business outcomes stay
  std::set<sim::ChoiceKind> off;  // faults whose rules are off
  bool swarm = true;              // false: rules as they are written, whatever the seed
  bool checks = true;             // false: nobody watches; never changes the digest
  bool calm = false;              // every message travels equally long
  sim::Priorities priorities;     // how ties are decided; changes the run
  std::set<std::string> without;  // instances of services that are not there
  // Of the databases, for tests that compare runs: what is free in them
  // (sim::kFreeOptions) changes no answer, and no digest where disks take no time.
  sim::LockRules rules;
  bool disks_take_time = true;
  // Asked again and again while the run lasts, and while a check's SQL runs; true
  // ends it at once. Whoever gives it drops a result that is `stopped`: it is without
  // a verdict. Empty: the run goes on to its end.
  std::function<bool()> stop;
  // Is told of every place about which the scenario's plan has a rule, before anything is
  // chosen there, whether or not the rules are on. Never changes the digest.
  std::function<void(const sim::Place& place, uint64_t occurrence, sim::Nanos now)> on_place;
  // Watches besides the checks; never changes the digest. May be null.
  sim::Observer* observer = nullptr;
  // Called with the trace before the world is gone, unless the run was stopped.
  std::function<void(const sim::Trace&)> with_trace;
};

// What one process shares between its runs: schema images, the checks' mirror.
class Runner {
 public:
  virtual ~Runner() = default;
  virtual settle::RunResult Run(const RunOptions& options) = 0;

  // What it runs; null: nobody knows.
  virtual const LoadedScenario* scenario() const { return nullptr; }
};

// `scenario` must outlive the runner.
std::unique_ptr<Runner> NewRunner(const LoadedScenario& scenario);

}  // namespace scenarios

#endif  // SCENARIOS_RUN_H_
