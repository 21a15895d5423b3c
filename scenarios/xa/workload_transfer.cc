#include "scenarios/xa/workload_transfer.h"

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/xa/methods.h"
#include "sim/core/task.h"
#include "sim/world/env.h"

namespace scenarios {
namespace {

using sim::Task;

class Customer final : public sim::Component {
 public:
  explicit Customer(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("transfer", Run());
    co_return absl::OkStatus();
  }

 private:
  Task<> Run() {
    const int64_t operations = env_.settings().Int("operations");
    for (int64_t i = 1; i <= operations; ++i) {
      const std::string transfer_id = absl::StrCat(env_.name(), "-", i);
      if (co_await env_.Turn(i)) co_await Pay(transfer_id);
      co_await env_.clock().Sleep(absl::Milliseconds(Draw("pause", transfer_id, 60'000)));
    }
  }

  Task<> Pay(std::string transfer_id) {
    transfer::PayRequest request;
    request.set_transfer_id(transfer_id);
    request.set_account(Draw("who", transfer_id, 2) == 0 ? "ann" : "bob");
    const int64_t amount = env_.Amount(transfer_id, 1, 400);
    request.set_amount(Draw("back", transfer_id, 2) == 0 ? amount : -amount);
    const sim::CallOptions patience{absl::Seconds(30)};
    (co_await env_.Call(env_.peer("coordinator"), transfer::kPay, request, patience))
        .status()
        .IgnoreError();
  }

  int64_t Draw(absl::string_view name, const std::string& transfer_id, uint64_t bound) {
    return static_cast<int64_t>(env_.Draw(name, transfer_id, bound));
  }

  sim::Env& env_;
};

}  // namespace

sim::SystemSpec TransferWorkload() {
  sim::SystemSpec spec;
  spec.name = "transfer";
  spec.about = "Customers move money between two vaults.";
  spec.roles = {{"coordinator", "transfer.Coordinator", {"transfer.Pay"}}};
  spec.switches = {{"client", "its number, set by the scenario", "1", {}},
                   {"operations", "how many transfers, set by the scenario", "1", {}}};
  spec.tasks = {"transfer"};
  spec.make = [](sim::Env& env) { return std::make_unique<Customer>(env); };
  return spec;
}

}  // namespace scenarios
