// A failure as it is told and kept: one finding of one run, with what repeats it.

#ifndef SCENARIOS_COMMAND_FAILURE_H_
#define SCENARIOS_COMMAND_FAILURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "reports/result.pb.h"
#include "scenarios/search/shrink.h"
#include "sim/choice/choice.h"

namespace scenarios {

// `begun` is what its repro repeats of the command line. Without sentences: see below.
settle::Failure FailureOf(const settle::RunResult& run, const settle::FindingResult& finding,
                          const settle::Repro& begun);

// The failure of a run that ended its process, `how`. `pins` are the faults that it was given;
// `begun` says whether its rules were on besides.
settle::Failure DeathOf(uint64_t seed, const std::vector<sim::Pin>& pins, const std::string& how,
                        const std::string& build, uint64_t scenario_hash,
                        const settle::Repro& begun);

// The same failure as small as shrinking has made it, under the signature of its shape.
// `shrunk` was found.
settle::Failure SmallOf(const settle::Failure& failure, const Shrunk& shrunk);

// The first that a run breaks, of that check unless it is empty. Without a name: there is none.
Wanted FirstOf(const settle::RunResult& run, absl::string_view check);

// Its faults in words, for readers.
void AddSentences(settle::Failure& failure);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_FAILURE_H_
