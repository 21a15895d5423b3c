// Glossary: what a reader who meets a word of a scenario for the first time is told.

#ifndef SCENARIOS_COMMAND_GLOSSARY_H_
#define SCENARIOS_COMMAND_GLOSSARY_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/choice/choice.h"

namespace scenarios {

// What a fault does, in a sentence or two; every kind has some.
absl::string_view AboutFault(sim::ChoiceKind fault);

struct DeclaredKind {
  absl::string_view name;  // as the text calls it
  absl::string_view about;
};

// The kinds of checks that a text declares without C++.
absl::Span<const DeclaredKind> DeclaredKinds();

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_GLOSSARY_H_
