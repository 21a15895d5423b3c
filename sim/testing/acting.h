// Acting: a component whose start is a function, for tests that need one node to
// do one thing.
//
//   world.Start("b", Acting::System([&](Env& env) { env.Spawn("note", Note(&env)); }));

#ifndef SIM_TESTING_ACTING_H_
#define SIM_TESTING_ACTING_H_

#include <functional>
#include <memory>
#include <utility>

#include "sim/world/env.h"

namespace sim {

class Acting final : public Component {
 public:
  using Action = std::function<void(Env&)>;

  Acting(Env& env, Action action) : env_(env), action_(std::move(action)) {}

  Task<absl::Status> Start() override {
    action_(env_);
    co_return absl::OkStatus();
  }

  static SystemSpec System(Action action) {
    SystemSpec system;
    system.name = "acting";
    system.make = [action = std::move(action)](Env& env) {
      return std::make_unique<Acting>(env, action);
    };
    return system;
  }

 private:
  Env& env_;
  Action action_;
};

}  // namespace sim

#endif  // SIM_TESTING_ACTING_H_
