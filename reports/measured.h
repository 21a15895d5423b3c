// What was measured, as a person reads it: one line for each distribution.
//
//   measured                     samples     p50         p90         p99         most
//   consistency_lag              152         9 ms        1 min 34 s  19 min 55 s ...
//     queries: 1                 23          ...
//
// Quantiles are those of the result; nothing is judged here.

#ifndef REPORTS_MEASURED_H_
#define REPORTS_MEASURED_H_

#include <string>

#include "reports/result.pb.h"

namespace reports {

// Nothing if nothing was measured.
std::string MeasuredText(const settle::CampaignResult& campaign);

}  // namespace reports

#endif  // REPORTS_MEASURED_H_
