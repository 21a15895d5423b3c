// What scenarios of distributed transactions can name: a coordinator, vaults, and tellers who
// add them up.

#ifndef SCENARIOS_XA_CATALOGUE_H_
#define SCENARIOS_XA_CATALOGUE_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Systems transfer.Coordinator, transfer.Vault and transfer.Teller, workload transfer, and
// the steps of a coordinator.
void AddXa(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_XA_CATALOGUE_H_
