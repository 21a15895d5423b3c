#include "scenarios/command/failure.h"

#include "faults/pins.h"
#include "faults/sentences.h"
#include "faults/source_text.h"
#include "scenarios/command/seal.h"
#include "scenarios/search/signature.h"
#include "sim/net/network.h"

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

void AddSentences(settle::Failure& failure) {
  faults::Diagnostics problems;
  for (const settle::Pin& pin : failure.repro().pin()) {
    failure.add_fault(
        faults::Sentence(faults::CompilePin(pin, faults::Where(), problems), sim::kLinkSlot));
  }
}

}  // namespace scenarios
