// What company A promises about reversal notices (冲正), which may overtake the
// notice of the success that they undo, and may come again; and B about requests to
// reverse that come again.
//
//   R2 reversal_first_is_harmless      R3 repeated_reversal_same_answer

#ifndef SCENARIOS_EXCHANGE_REVERSAL_CHECKS_H_
#define SCENARIOS_EXCHANGE_REVERSAL_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddReversalChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_REVERSAL_CHECKS_H_
