// FaultPoint: where infrastructure asks what goes wrong with something of its own.
//
// The kernel breaks messages, disks and machines by itself. What a file server, a
// broker or a cache does wrong is known to nobody but them, so they ask here; a
// component that is under test must not, and cannot: see the visibility in BUILD.
//
//   sim::FaultPoint lines(env, sim::PlaceKind::kFileLine, "statement");
//   const sim::Choice choice = lines.Ask("order-7");  // "line b statement order-7"

#ifndef SIM_WORLD_FAULT_POINT_H_
#define SIM_WORLD_FAULT_POINT_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "sim/choice/choice.h"
#include "sim/choice/place.h"
#include "sim/world/env.h"

namespace sim {

class FaultPoint {
 public:
  FaultPoint(Env& env, PlaceKind kind, std::string name)
      : env_(env), kind_(kind), name_(std::move(name)) {}

  // What goes wrong with `key`. Decided when it is first asked, in this run of the
  // world: crashes of the node do not change it, nor that faults are over.
  Choice Ask(absl::string_view key) { return env_.Fault(kind_, name_, key); }

 private:
  Env& env_;
  PlaceKind kind_;
  std::string name_;
};

}  // namespace sim

#endif  // SIM_WORLD_FAULT_POINT_H_
