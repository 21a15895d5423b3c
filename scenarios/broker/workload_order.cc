#include "scenarios/broker/workload_order.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/broker/shop.h"
#include "sim/core/task.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using sim::Task;

constexpr sim::CallOptions kPatience{.timeout = absl::Minutes(1)};

class Customer final : public sim::Component {
 public:
  explicit Customer(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("order", Run());
    co_return absl::OkStatus();
  }

 private:
  Task<> Run() {
    const int64_t operations = env_.settings().Int("operations");
    const int64_t malformed = env_.settings().Int("malformed_one_in");
    const int64_t changed = env_.settings().Int("changed_one_in");
    for (int64_t i = 1; i <= operations; ++i) {
      if (!co_await env_.Turn(i)) continue;
      order::PlaceRequest request;
      request.set_order(absl::StrCat(env_.name(), "-", i));
      request.set_malformed(malformed > 0 && env_.Draw("malformed", request.order(),
                                                       static_cast<uint64_t>(malformed)) == 0);
      const auto placed = co_await env_.Call(env_.peer("shop"), order::kPlace, request, kPatience);
      const bool changes =
          changed > 0 && env_.Draw("changed", request.order(), static_cast<uint64_t>(changed)) == 0;
      if (placed.ok() && changes) co_await Change(request.order());
    }
  }

  Task<> Change(std::string order) {
    order::ChangeRequest request;
    request.set_order(order);
    (co_await env_.Call(env_.peer("shop"), order::kChange, request, kPatience))
        .status()
        .IgnoreError();
  }

  sim::Env& env_;
};

}  // namespace

sim::SystemSpec OrderWorkload() {
  sim::SystemSpec spec;
  spec.name = "order";
  spec.about = "Customers place orders, one after another each, and change some of them.";
  spec.roles = {{"shop", "order.Shop", {"order.Place", "order.Change"}}};
  spec.switches = {
      {"client", "its number, set by the scenario", "1", {}},
      {"operations", "how many orders, set by the scenario", "1", {}},
      {"malformed_one_in", "once in how many times no depot can read it; 0 = never", "0", {}},
      {"changed_one_in", "once in how many times it is changed at once; 0 = never", "0", {}},
  };
  spec.tasks = {"order"};
  spec.make = [](sim::Env& env) { return std::make_unique<Customer>(env); };
  return spec;
}

}  // namespace scenarios
