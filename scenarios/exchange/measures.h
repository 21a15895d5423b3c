// What the exchange takes: time until both companies agree, queries, messages.
//
// Measured from commits and traffic, in the time of the world and not of a node's clock.
// Each measure says its unit.

#ifndef SCENARIOS_EXCHANGE_MEASURES_H_
#define SCENARIOS_EXCHANGE_MEASURES_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddExchangeMeasures(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_MEASURES_H_
