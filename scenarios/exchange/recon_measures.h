// What is left to reconciliation and to people, as it is measured: discrepancies found, how
// long until they were repaired, and what waits in A's queues in the end.
//
// Beside measures.h, and taken as those.

#ifndef SCENARIOS_EXCHANGE_RECON_MEASURES_H_
#define SCENARIOS_EXCHANGE_RECON_MEASURES_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddReconMeasures(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_RECON_MEASURES_H_
