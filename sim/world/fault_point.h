// FaultPoint: where infrastructure asks whether it fails.
//
//   const sim::Choice choice = faults_.Ask(sim::PlaceKind::kCache, "cache.Get", key);
//   if (choice.kind == sim::ChoiceKind::kEvict) Forget(key);
//
// For caches, brokers, files that companies leave for each other and the like, which a
// simulator has to build itself and which fail in manners of their own. They declare
// the places at which they ask (SystemSpec::infrastructure, SystemSpec::files). Services
// have no such door: Bazel shows this header to the folders of infrastructure only.

#ifndef SIM_WORLD_FAULT_POINT_H_
#define SIM_WORLD_FAULT_POINT_H_

#include "absl/strings/string_view.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"
#include "sim/world/env.h"

namespace sim {

class FaultPoint {
 public:
  explicit FaultPoint(Env& env) : env_(env) {}

  // What happens now at this place of this node, in work on `what` (a method, a topic)
  // about the business key `key`. Nothing, once faults are over.
  Choice Ask(PlaceKind place, absl::string_view what, absl::string_view key);

  // The same of something that stays as it is, such as a file: decided when it is first
  // asked in the run. Crashes of the node do not change it, nor that faults are over.
  Choice AskOnce(PlaceKind place, absl::string_view what, absl::string_view key);

 private:
  Place At(PlaceKind place, absl::string_view what, absl::string_view key) const;

  Env& env_;
};

}  // namespace sim

#endif  // SIM_WORLD_FAULT_POINT_H_
