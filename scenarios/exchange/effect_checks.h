// What company B promises about the money that it moves.
//
//   M2 double_entry      M4 exactly_once_effect      R1 reversed_at_most_once

#ifndef SCENARIOS_EXCHANGE_EFFECT_CHECKS_H_
#define SCENARIOS_EXCHANGE_EFFECT_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddEffectChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_EFFECT_CHECKS_H_
