// What one is tempted to assume of counterparties and of people, as checks that their
// manners break. The rest is SQL, in assumptions.textproto.

#ifndef SCENARIOS_MANNERS_ASSUMPTION_CHECKS_H_
#define SCENARIOS_MANNERS_ASSUMPTION_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// asked_once, everybody_hears, error_has_no_effect, one_statement_a_day.
void AddAssumptionChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_MANNERS_ASSUMPTION_CHECKS_H_
