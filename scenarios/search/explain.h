// Explaining a failure: its story, what becomes of it without each of its faults and
// of its operations, and where it first parts from the nearest run that keeps the promise.
//
// Nearest is, among the runs without one fault, outcome or operation that keep the promise,
// the one whose rows are the same for longest. Costs a run more than there are of them.

#ifndef SCENARIOS_SEARCH_EXPLAIN_H_
#define SCENARIOS_SEARCH_EXPLAIN_H_

#include "absl/status/statusor.h"
#include "reports/explanation.pb.h"
#include "scenarios/run.h"
#include "scenarios/search/shrink.h"

namespace scenarios {

// More is no story; `settle shrink` makes it one.
inline constexpr int kMostEvents = 200;

// `run` has pins. NotFound: it does not break the promise. Cancelled: it was stopped.
absl::StatusOr<settle::Explanation> Explain(Runner& runner, const RunOptions& run,
                                            const Wanted& wanted);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_EXPLAIN_H_
