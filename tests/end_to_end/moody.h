// Components that are wrong on purpose, to see what the command says of them: one
// iterates over a hashed container, one breaks off. And the toy systems.

#ifndef TESTS_END_TO_END_MOODY_H_
#define TESTS_END_TO_END_MOODY_H_

#include "scenarios/catalogue.h"

namespace tests {

// What `scenarios::ToyCatalogue` has, and "moody.Node" with the switch "mood":
// calm; hashed (its draws are in an order that differs between processes); broken
// (an invariant of the simulator fails in its first boot); fickle (in one seed of four);
// frail (in its second boot).
scenarios::Catalogue MoodyCatalogue();

}  // namespace tests

#endif  // TESTS_END_TO_END_MOODY_H_
