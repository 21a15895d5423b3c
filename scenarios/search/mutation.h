// Mutation: from the pins of one run those of another.
//
// Pins name their places, so that a change of one leaves the others where they are. What a
// mutation names are pins of its parents, and alternatives at places that they came to:
// each family of faults as often as any other, and of a family those features first that
// were hit least.

#ifndef SCENARIOS_SEARCH_MUTATION_H_
#define SCENARIOS_SEARCH_MUTATION_H_

#include <cstdint>
#include <vector>

#include "faults/plan.h"
#include "scenarios/search/coverage.h"
#include "scenarios/search/hits.h"
#include "sim/choice/choice.h"
#include "sim/choice/choices.h"

namespace scenarios {

// A run of which others are made.
struct Parent {
  uint64_t seed = 0;
  std::vector<sim::Pin> pins;   // those that it was asked for and came to
  std::vector<Feature> rarest;  // of its features, when it was met
  std::vector<Alternative> alternatives;
};

struct Mutated {
  uint64_t seed = 0;
  std::vector<sim::Pin> pins;  // no two at one place
};

// A mutation of `parent`, which may be spliced with `other`. `plan` is the scenario's;
// `fresh_seed` is one that no run had. Draws from `choices`, which are this mutation's own.
Mutated Mutate(const Parent& parent, const Parent& other, const Hits& hits,
               const faults::Plan& plan, uint64_t fresh_seed, sim::Choices& choices);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_MUTATION_H_
