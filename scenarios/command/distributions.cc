#include "scenarios/command/distributions.h"

#include <algorithm>

namespace scenarios {
namespace {

// Nearest rank: the least of `sorted`, which is not empty, that `percent` per cent
// of them do not exceed.
int64_t Quantile(const std::vector<int64_t>& sorted, uint64_t percent) {
  const uint64_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<uint64_t>(rank, 1) - 1];
}

}  // namespace

void Distributions::Add(const settle::RunResult& run) {
  for (const settle::Samples& measured : run.samples()) {
    Samples& samples = samples_[{measured.name(), measured.group()}];
    samples.unit = measured.unit();
    samples.values.insert(samples.values.end(), measured.value().begin(), measured.value().end());
  }
}

void Distributions::Report(settle::CampaignResult& campaign) const {
  for (const auto& [of, samples] : samples_) {
    if (samples.values.empty()) continue;
    std::vector<int64_t> sorted = samples.values;
    std::stable_sort(sorted.begin(), sorted.end());
    settle::Distribution& distribution = *campaign.add_distribution();
    distribution.set_name(of.first);
    distribution.set_group(of.second);
    distribution.set_unit(samples.unit);
    distribution.set_count(sorted.size());
    distribution.set_least(sorted.front());
    distribution.set_p50(Quantile(sorted, 50));
    distribution.set_p90(Quantile(sorted, 90));
    distribution.set_p99(Quantile(sorted, 99));
    distribution.set_most(sorted.back());
  }
}

}  // namespace scenarios
