#include "scenarios/exchange/workload_flood.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "systems/exchange/methods.h"

namespace scenarios {
namespace {

using exchange::SubmitRequest;
using sim::Task;

constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(10)};
constexpr absl::Duration kBetween = absl::Seconds(20);  // two payments

class Machine final : public sim::Component {
 public:
  explicit Machine(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("flood", Run());
    co_return absl::OkStatus();
  }

 private:
  Task<> Run() {
    const int64_t operations = env_.settings().Int("operations");
    for (int64_t i = 1; i <= operations; ++i) {
      const absl::Duration until = i * kBetween - env_.clock().Monotonic();
      co_await env_.clock().Sleep(until);
      if (co_await env_.Turn(i)) co_await Submit(absl::StrCat("flood-", i));
    }
  }

  Task<> Submit(std::string order_id) {
    SubmitRequest request;
    request.set_order_id(order_id);
    request.set_merchant(env_.settings().Text("initiator"));
    request.set_payer("customer-1");
    request.set_payee("merchant-1");
    request.set_amount(100);
    request.set_currency("CNY");
    request.set_signature(true);
    const auto reply =
        co_await env_.Call(env_.peer("provider"), exchange::kSubmit, request, kPatience);
    reply.status().IgnoreError();  // Nobody asks again.
  }

  sim::Env& env_;
};

}  // namespace

sim::SystemSpec FloodWorkload() {
  sim::SystemSpec spec;
  spec.name = "flood";
  spec.about = "Machines of a merchant submit the same payments, all at the same moment.";
  spec.roles = {{"provider", "exchange.Provider", {"exchange.Submit"}},
                {"initiator", "exchange.Initiator", {}}};
  spec.switches = {
      {"client", "its number, set by the scenario", "1", {}},
      {"operations", "how many payments, set by the scenario", "1", {}},
  };
  spec.tasks = {"flood"};
  spec.make = [](sim::Env& env) { return std::make_unique<Machine>(env); };
  return spec;
}

}  // namespace scenarios
