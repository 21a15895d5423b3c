// What scenarios of a message broker can name: the broker, a shop that tells of its
// orders, and depots that ship them.

#ifndef SCENARIOS_BROKER_CATALOGUE_H_
#define SCENARIOS_BROKER_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Systems broker.Broker, order.Shop and order.Depot, and workload order.
void AddBroker(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_BROKER_CATALOGUE_H_
