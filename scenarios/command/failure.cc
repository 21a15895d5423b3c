#include "scenarios/command/failure.h"

#include "faults/pins.h"
#include "reports/text.h"
#include "scenarios/command/seal.h"
#include "scenarios/repro.h"
#include "scenarios/search/signature.h"

namespace scenarios {

settle::Failure FailureOf(const settle::RunResult& run, const settle::FindingResult& finding,
                          const settle::Repro& begun) {
  settle::Failure failure;
  failure.set_signature(Signature(finding));
  failure.set_seeds(1);
  failure.set_first_seed(run.seed());
  *failure.mutable_finding() = finding;
  failure.set_events(run.events());
  failure.set_simulated_nanos(run.simulated_nanos());
  settle::Repro& repro = *failure.mutable_repro();
  repro = begun;
  repro.set_scenario_hash(run.scenario_hash());
  repro.set_build(run.build());
  repro.set_seed(run.seed());
  repro.set_check(finding.check());
  repro.set_key(finding.key());
  repro.set_digest(run.digest());
  *repro.mutable_pin() = run.fired();
  Seal(repro);
  return failure;
}

settle::Failure DeathOf(uint64_t seed, const std::vector<sim::Pin>& pins, const std::string& how,
                        const std::string& build, uint64_t scenario_hash,
                        const settle::Repro& begun) {
  settle::FindingResult finding;
  finding.set_check(kProcess);
  finding.set_what(how);
  settle::RunResult run;
  run.set_seed(seed);
  run.set_build(build);
  run.set_scenario_hash(scenario_hash);
  for (const sim::Pin& pin : pins) *run.add_fired() = faults::PinProto(pin);
  return FailureOf(run, finding, begun);
}

settle::Failure SmallOf(const settle::Failure& failure, const Shrunk& shrunk) {
  settle::Failure small = failure;
  small.clear_repro_file();  // That is of the large one.
  const Wanted wanted{failure.repro().check(), failure.repro().key()};
  *small.mutable_finding() = *wanted.In(shrunk.result);
  small.set_events(shrunk.result.events());
  small.set_simulated_nanos(shrunk.result.simulated_nanos());
  settle::Repro& repro = *small.mutable_repro();
  repro.set_scenario_hash(shrunk.result.scenario_hash());
  repro.set_build(shrunk.result.build());
  repro.set_digest(shrunk.result.digest());
  *repro.mutable_pin() = shrunk.result.fired();
  KeepSize(shrunk.run, repro);
  Seal(repro);
  small.set_preliminary(failure.signature());
  small.set_signature(ShapeSignature(repro));
  return small;
}

Wanted FirstOf(const settle::RunResult& run, absl::string_view check) {
  for (const settle::FindingResult& finding : run.finding()) {
    if (check.empty() || finding.check() == check) return {finding.check(), finding.key()};
  }
  return {};
}

void AddSentences(settle::Failure& failure) {
  for (const settle::Pin& pin : failure.repro().pin()) failure.add_fault(reports::PinText(pin));
}

}  // namespace scenarios
