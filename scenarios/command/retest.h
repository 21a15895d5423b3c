// Retest: whether a failure of a corpus is still there, in this build.
//
// It is run in a fresh process, from its repro; one that ended its process, by its seed.

#ifndef SCENARIOS_COMMAND_RETEST_H_
#define SCENARIOS_COMMAND_RETEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "reports/result.pb.h"
#include "scenarios/catalogue.h"
#include "scenarios/search/corpus.h"

namespace scenarios {

struct Retested {
  FailureStatus status = FailureStatus::kFailing;
  std::string note;  // that the promise is broken for another business key: see sighting.h
};

// What the run of a repro says about the failure: the same check violated, or all its
// faults have fired and the promise held, or neither.
Retested Judged(const settle::Repro& repro, const settle::RunResult& run);

// Drifted, too, if the promise held without what this build does not know of the repro. An
// error says why it could not be run. Cancelled: this process was interrupted.
absl::StatusOr<Retested> Retest(const CorpusFailure& failure, const Catalogue& catalogue,
                                absl::Duration patience);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_RETEST_H_
