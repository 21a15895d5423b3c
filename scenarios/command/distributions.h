// Distributions: what was measured in the runs of a campaign, all samples together.
//
// Samples are in the unit of their measure and all kept, so that quantiles are exact and
// no matter of the order in which runs are added. Memory grows with the runs.

#ifndef SCENARIOS_COMMAND_DISTRIBUTIONS_H_
#define SCENARIOS_COMMAND_DISTRIBUTIONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reports/result.pb.h"

namespace scenarios {

class Distributions {
 public:
  void Add(const settle::RunResult& run);

  // Adds them to `campaign`, by name and group.
  void Report(settle::CampaignResult& campaign) const;

 private:
  struct Samples {
    std::string unit;
    std::vector<int64_t> values;
  };
  std::map<std::pair<std::string, std::string>, Samples> samples_;  // by name and group
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_DISTRIBUTIONS_H_
