#include "scenarios/shared/workload_deposit.h"

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/shared/till.h"
#include "sim/core/task.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using sim::Task;

class Customer final : public sim::Component {
 public:
  explicit Customer(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("deposit", Run());
    co_return absl::OkStatus();
  }

 private:
  Task<> Run() {
    const int64_t operations = env_.settings().Int("operations");
    for (int64_t i = 1; i <= operations; ++i) {
      const std::string deposit_id = absl::StrCat(env_.name(), "-", i);
      if (co_await env_.Turn(i)) co_await PutIn(deposit_id);
      const uint64_t pause = env_.Draw("pause", deposit_id, 20'000);
      co_await env_.clock().Sleep(absl::Milliseconds(static_cast<int64_t>(pause)));
    }
  }

  Task<> PutIn(std::string deposit_id) {
    deposit::PutInRequest request;
    request.set_deposit_id(deposit_id);
    request.set_owner(env_.name());
    request.set_amount(env_.Amount(deposit_id, 100, 100));
    const sim::CallOptions patience{absl::Seconds(10)};
    (co_await env_.Call(env_.peer("till"), deposit::kPutIn, request, patience))
        .status()
        .IgnoreError();
  }

  sim::Env& env_;
};

}  // namespace

sim::SystemSpec DepositWorkload() {
  sim::SystemSpec spec;
  spec.name = "deposit";
  spec.about = "Customers hand in 100, several times each.";
  spec.roles = {{"till", "deposit.Till", {"deposit.PutIn"}}};
  spec.switches = {{"client", "its number, set by the scenario", "1", {}},
                   {"operations", "how many deposits, set by the scenario", "1", {}}};
  spec.tasks = {"deposit"};
  spec.make = [](sim::Env& env) { return std::make_unique<Customer>(env); };
  return spec;
}

}  // namespace scenarios
