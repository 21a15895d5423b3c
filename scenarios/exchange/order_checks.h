// What company A promises about its orders: how they move, and that they stay.
//
//   O1 legal_transitions_are_logged      O3 status_moves_by_compare_and_set
//   O2 terminal_states_stay              O7 never_backwards

#ifndef SCENARIOS_EXCHANGE_ORDER_CHECKS_H_
#define SCENARIOS_EXCHANGE_ORDER_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddOrderChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_ORDER_CHECKS_H_
