// ReachedSteps: how often a run came to each named protocol step, and how often a
// crash struck there. What was never reached was not tested.

#ifndef SCENARIOS_REACHED_STEPS_H_
#define SCENARIOS_REACHED_STEPS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "reports/result.pb.h"
#include "sim/world/observer.h"
#include "sim/world/step.h"

namespace scenarios {

class ReachedSteps final : public sim::Observer {
 public:
  // `steps` are those of the world, and outlive this.
  explicit ReachedSteps(const std::vector<sim::Step>& steps) : steps_(steps) {}

  void OnStep(absl::string_view node, absl::string_view step, sim::Nanos at) override;

  // Adds them to `result`, in the order of the steps. Its faults that fired say where
  // crashes struck.
  void Report(settle::RunResult& result) const;

 private:
  const std::vector<sim::Step>& steps_;
  std::map<std::pair<std::string, std::string>, uint64_t> reached_;  // by node and step
};

}  // namespace scenarios

#endif  // SCENARIOS_REACHED_STEPS_H_
