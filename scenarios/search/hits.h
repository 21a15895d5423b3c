// Hits: how many runs of a search had each feature.

#ifndef SCENARIOS_SEARCH_HITS_H_
#define SCENARIOS_SEARCH_HITS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "scenarios/search/coverage.h"

namespace scenarios {

class Hits {
 public:
  // One more run with these. Returns those that no run had before.
  std::vector<Feature> Add(const std::vector<Feature>& features);

  uint64_t of(Feature feature) const;
  size_t size() const { return hits_.size(); }
  const std::map<Feature, uint64_t>& all() const { return hits_; }

  // What two searches know together: of each feature the greater number, so that it does
  // no harm to learn the same twice.
  void Merge(const Hits& other);
  void Set(Feature feature, uint64_t hits) { hits_[feature] = hits; }

  bool operator==(const Hits&) const = default;

 private:
  std::map<Feature, uint64_t> hits_;
};

// How much attention a run deserves that had these features: the more the less often its
// rarest was hit. At least 1.
uint64_t Energy(const std::vector<Feature>& features, const Hits& hits);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_HITS_H_
