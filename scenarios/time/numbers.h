// time.Numbers: issues a serial number every second, made of milliseconds and a
// sequence, as Snowflake does.
//
// It never issues one below the last, which it reads from its table at boot: when its
// clock is behind, it borrows from the future.
//
// Quirk "trusts_its_clock": what was issued before is of no interest (Snowflake keeps
// it in memory only: a restart with an earlier clock uses numbers again).

#ifndef SCENARIOS_TIME_NUMBERS_H_
#define SCENARIOS_TIME_NUMBERS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// System time.Numbers; scenarios declare its check, numbers_grow.
void AddNumbers(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_TIME_NUMBERS_H_
