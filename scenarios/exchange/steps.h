// The steps of an exchange of payments at which a crash hurts most.
//
//   ab.   order and submission between the companies A and B
//   ben.  best-effort notification
//   rev.  reversal

#ifndef SCENARIOS_EXCHANGE_STEPS_H_
#define SCENARIOS_EXCHANGE_STEPS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddExchangeSteps(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_STEPS_H_
