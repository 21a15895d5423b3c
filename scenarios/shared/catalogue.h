// What scenarios of deposits can name: a till and its customers.

#ifndef SCENARIOS_SHARED_CATALOGUE_H_
#define SCENARIOS_SHARED_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// System deposit.Till, workload deposit and check receipts_are_kept.
void AddDeposits(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_SHARED_CATALOGUE_H_
