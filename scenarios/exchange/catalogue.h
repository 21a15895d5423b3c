// What scenarios of two companies that exchange payments can name.

#ifndef SCENARIOS_EXCHANGE_CATALOGUE_H_
#define SCENARIOS_EXCHANGE_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Systems exchange.Initiator and exchange.Provider, workload pay, their checks
// and the steps of their protocols.
void AddExchange(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_CATALOGUE_H_
