// Glossary: what a reader who meets a word of a scenario for the first time is told.

#ifndef SCENARIOS_COMMAND_GLOSSARY_H_
#define SCENARIOS_COMMAND_GLOSSARY_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/choice/choice.h"

namespace scenarios {

// What a fault does, in a sentence or two; every kind has some.
absl::string_view AboutFault(sim::ChoiceKind fault);

// What goes wrong, and is a setting or another fault at a place that makes it this one.
struct FaultOfNoKind {
  absl::string_view name;
  absl::string_view written;  // how, in a text
  absl::string_view about;
};

absl::Span<const FaultOfNoKind> FaultsOfNoKind();

struct DeclaredKind {
  absl::string_view name;  // as the text calls it
  absl::string_view about;
};

// The kinds of checks that a text declares without C++.
absl::Span<const DeclaredKind> DeclaredKinds();

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_GLOSSARY_H_
