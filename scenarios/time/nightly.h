// time.Nightly: a job that runs every night, once for each business date.
//
// At 02:00 local time it closes the business dates that are not closed yet. Which
// these are it reads from its table: a night on which it was down, or that its clock
// has jumped over, is made up for, and one that comes twice does nothing.
//
// Quirk "trusts_its_timer": it closes the day that the timer names, and looks nothing
// up. (As a bare cron line does.)

#ifndef SCENARIOS_TIME_NIGHTLY_H_
#define SCENARIOS_TIME_NIGHTLY_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// System time.Nightly, check one_run_per_business_date.
void AddNightly(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_TIME_NIGHTLY_H_
