// A failure as it is told and kept: one finding of one run, with what repeats it.

#ifndef SCENARIOS_COMMAND_FAILURE_H_
#define SCENARIOS_COMMAND_FAILURE_H_

#include "reports/result.pb.h"

namespace scenarios {

// `begun` is what its repro repeats of the command line. Without sentences: see below.
settle::Failure FailureOf(const settle::RunResult& run, const settle::FindingResult& finding,
                          const settle::Repro& begun);

// Its faults in words, for readers.
void AddSentences(settle::Failure& failure);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_FAILURE_H_
