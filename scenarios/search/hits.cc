#include "scenarios/search/hits.h"

#include <algorithm>

namespace scenarios {
namespace {

constexpr uint64_t kMostEnergy = uint64_t{1} << 20;

}  // namespace

std::vector<Feature> Hits::Add(const std::vector<Feature>& features) {
  std::vector<Feature> fresh;
  for (const Feature feature : features) {
    if (++hits_[feature] == 1) fresh.push_back(feature);
  }
  return fresh;
}

uint64_t Hits::of(Feature feature) const {
  const auto found = hits_.find(feature);
  return found == hits_.end() ? 0 : found->second;
}

void Hits::Merge(const Hits& other) {
  for (const auto& [feature, hits] : other.hits_) {
    uint64_t& mine = hits_[feature];
    mine = std::max(mine, hits);
  }
}

uint64_t Energy(const std::vector<Feature>& features, const Hits& hits) {
  uint64_t rarest = kMostEnergy;
  for (const Feature feature : features) rarest = std::min(rarest, hits.of(feature));
  return std::max<uint64_t>(1, kMostEnergy / std::max<uint64_t>(1, rarest));
}

}  // namespace scenarios
