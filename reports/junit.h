// Campaigns as JUnit XML, for Bazel and every CI that reads it: a suite for each
// scenario, a case for each check, and one for the expectation of the scenario.

#ifndef REPORTS_JUNIT_H_
#define REPORTS_JUNIT_H_

#include <string>
#include <vector>

#include "reports/result.pb.h"

namespace reports {

// A case fails if its check is violated in a scenario that does not expect that, or if
// the scenario did not end as it expects. No wall time: the same results give the same
// bytes. Control characters, which XML cannot hold, are left out.
std::string JunitXml(const std::vector<settle::CampaignResult>& campaigns);

}  // namespace reports

#endif  // REPORTS_JUNIT_H_
