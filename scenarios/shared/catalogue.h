// What scenarios of deposits can name: a till and its customers.

#ifndef SCENARIOS_SHARED_CATALOGUE_H_
#define SCENARIOS_SHARED_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// System deposit.Till and workload deposit.
void AddDeposits(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_SHARED_CATALOGUE_H_
