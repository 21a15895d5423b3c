#include "scenarios/cache/workload_redeem.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/cache/desk.h"
#include "sim/core/task.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using sim::Task;

class Customer final : public sim::Component {
 public:
  explicit Customer(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("redeem", Run());
    co_return absl::OkStatus();
  }

 private:
  Task<> Run() {
    const int64_t operations = env_.settings().Int("operations");
    for (int64_t i = 1; i <= operations; ++i) {
      const std::string coupon = absl::StrCat(env_.name(), "-", i);
      if (co_await env_.Turn(i)) co_await Redeem(coupon);
      const uint64_t pause = env_.Draw("again", coupon, 20'000);
      co_await env_.clock().Sleep(absl::Milliseconds(static_cast<int64_t>(pause)));
      if (env_.Does(i)) co_await Redeem(coupon);
    }
  }

  Task<> Redeem(std::string coupon) {
    coupon::RedeemRequest request;
    request.set_coupon(coupon);
    const sim::CallOptions patience{absl::Seconds(10)};
    (co_await env_.Call(env_.peer("desk"), coupon::kRedeem, request, patience))
        .status()
        .IgnoreError();
  }

  sim::Env& env_;
};

}  // namespace

sim::SystemSpec RedeemWorkload() {
  sim::SystemSpec spec;
  spec.name = "redeem";
  spec.about = "Customers redeem coupons, and try each once more.";
  spec.roles = {{"desk", "coupon.Desk", {"coupon.Redeem"}}};
  spec.switches = {{"client", "its number, set by the scenario", "1", {}},
                   {"operations", "how many coupons, set by the scenario", "1", {}}};
  spec.tasks = {"redeem"};
  spec.make = [](sim::Env& env) { return std::make_unique<Customer>(env); };
  return spec;
}

}  // namespace scenarios
