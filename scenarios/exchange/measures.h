// What the exchange takes: time until both companies agree, queries, messages.

#ifndef SCENARIOS_EXCHANGE_MEASURES_H_
#define SCENARIOS_EXCHANGE_MEASURES_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddExchangeMeasures(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_MEASURES_H_
