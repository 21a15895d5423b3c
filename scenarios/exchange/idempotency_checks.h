// What both companies promise about requests that come again.
//
//   K1 same_request_one_effect      K2 other_parameters_no_effect

#ifndef SCENARIOS_EXCHANGE_IDEMPOTENCY_CHECKS_H_
#define SCENARIOS_EXCHANGE_IDEMPOTENCY_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddIdempotencyChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_IDEMPOTENCY_CHECKS_H_
