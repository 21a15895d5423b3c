// Measure: how long, how often. Not a promise: nothing breaks, and no threshold is
// set. It watches from outside, as a check does, and its samples go into the result
// as they are.
//
// A catalogue's measures are taken in every scenario that has one node for each of
// their roles, or nodes that share one database; no text asks for them.

#ifndef SCENARIOS_MEASURE_H_
#define SCENARIOS_MEASURE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/check.h"
#include "sim/world/observer.h"

namespace scenarios {

class Measure : public sim::Observer {
 public:
  // By group ("after 2 queries"; "" for all that has none), in the order in which
  // they were taken.
  const std::map<std::string, std::vector<int64_t>>& samples() const { return samples_; }

 protected:
  void Take(int64_t value, const std::string& group = "") { samples_[group].push_back(value); }

 private:
  std::map<std::string, std::vector<int64_t>> samples_;
};

struct MeasureSpec {
  std::string name;                  // "consistency_lag"
  std::string unit;                  // "ns"
  std::string about;                 // what is measured, one sentence
  std::vector<sim::RoleSpec> roles;  // nodes that it watches, found by system
  bool without_faults = false;       // taken only of runs in which no fault fired
  std::function<std::unique_ptr<Measure>(const CheckContext&)> make;
};

}  // namespace scenarios

#endif  // SCENARIOS_MEASURE_H_
