// What scenarios of two companies that exchange payments can name.
//
// The one place where //:settle learns of them. A catalogue of another program adds them
// in the same way, beside its own.

#ifndef SCENARIOS_EXCHANGE_CATALOGUE_H_
#define SCENARIOS_EXCHANGE_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Systems exchange.Initiator and exchange.Provider, workloads pay and replay, their
// checks and measures, and the steps of their protocols. Once for a catalogue.
void AddExchange(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_CATALOGUE_H_
