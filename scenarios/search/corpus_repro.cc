// The repros in a corpus: text that other builds have written, and will read.

#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/source_text.h"
#include "scenarios/repro.h"
#include "scenarios/search/corpus.h"

namespace scenarios {

std::string ReproTextOf(const CorpusFailure& failure) {
  return failure.verbatim.empty() ? ReproText(failure.repro) : failure.verbatim;
}

void TakeRepro(const std::string& text, absl::string_view corpus, CorpusFailure& failure) {
  faults::Diagnostics left_out;
  absl::StatusOr<settle::Repro> repro = ParseRepro(failure.signature, text, left_out);
  if (!repro.ok() || !left_out.empty()) failure.verbatim = text;
  if (repro.ok()) {
    failure.repro = *std::move(repro);
    return;
  }
  const absl::string_view why = repro.status().message();
  failure.unreadable = absl::StrCat(corpus, ": ", why.substr(0, why.find('\n')));
}

}  // namespace scenarios
