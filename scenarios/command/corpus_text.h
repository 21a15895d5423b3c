// What `settle corpus` says: a table of what ran, and a line for each failure, under its check:
// one bug is many kinds of failures.

#ifndef SCENARIOS_COMMAND_CORPUS_TEXT_H_
#define SCENARIOS_COMMAND_CORPUS_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "scenarios/command/console.h"
#include "scenarios/search/corpus.h"

namespace scenarios {

// The word for a failure whose repro this build cannot read.
inline constexpr char kCannotBeRead[] = "cannot be read";

// "once-3f9c1a"
std::string KindName(const CorpusFailure& failure);

void SayCorpus(const std::vector<CorpusScenario>& scenarios,
               const std::vector<Corpus::Total>& totals, const std::vector<CorpusFailure>& failures,
               Console& console);

// "fixed  pay.textproto  once-3f9c1a  3 faults, seed 7 first: x is booked 2 times"
void SayFailureLine(absl::string_view word, const CorpusFailure& failure, Console& console);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_CORPUS_TEXT_H_
