// What company B promises about reversals that A asks for (冲正), which may overtake the
// payment that they take back.
//
//   R2 taken_back_is_never_paid

#ifndef SCENARIOS_EXCHANGE_REVERSAL_REQUEST_CHECKS_H_
#define SCENARIOS_EXCHANGE_REVERSAL_REQUEST_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddReversalRequestChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_REVERSAL_REQUEST_CHECKS_H_
