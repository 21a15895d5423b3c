// What company B's notifier promises.
//
//   N1 no_early_attempt      N2 acknowledged_stays_acknowledged
//   N4 restart_loses_no_notice

#ifndef SCENARIOS_EXCHANGE_NOTICE_CHECKS_H_
#define SCENARIOS_EXCHANGE_NOTICE_CHECKS_H_

#include "scenarios/catalogue.h"

namespace scenarios {

void AddNoticeChecks(Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_NOTICE_CHECKS_H_
