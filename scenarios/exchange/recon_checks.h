// Checks of the T+1 reconciliation of A with B's statements: C1 to C3.
//
// C4 is written in SQL, in statement_promises.textproto.

#ifndef SCENARIOS_EXCHANGE_RECON_CHECKS_H_
#define SCENARIOS_EXCHANGE_RECON_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddReconChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_RECON_CHECKS_H_
