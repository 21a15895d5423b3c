// Toys that go by the clock, and are wrong when it is: what the scenarios of this
// folder are about.

#ifndef SCENARIOS_TIME_CATALOGUE_H_
#define SCENARIOS_TIME_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Adds systems time.Nightly, time.Worker and time.Numbers.
void AddTime(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_TIME_CATALOGUE_H_
