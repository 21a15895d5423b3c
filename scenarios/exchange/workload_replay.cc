#include "scenarios/exchange/workload_replay.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/exchange/workload_pay.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "systems/exchange/methods.h"

namespace scenarios {
namespace {

using exchange::QueryReply;
using exchange::QueryRequest;
using exchange::SubmitRequest;
using sim::Task;

constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(10)};
constexpr int64_t kLooks = 120;  // at a number, one a minute

class Forger final : public sim::Component {
 public:
  explicit Forger(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("replay", Run());
    co_return absl::OkStatus();
  }

 private:
  Task<> Run() {
    const int64_t operations = env_.settings().Int("operations");
    for (int64_t i = 1; i <= operations; ++i) {
      if (co_await env_.Turn(i)) co_await Replay(PaymentNumber(env_.settings().Int("client"), i));
    }
  }

  // Waits until B knows the number: before that it would be a payment of its own.
  Task<> Replay(std::string order_id) {
    for (int64_t looks = 0; looks < kLooks; ++looks) {
      co_await env_.clock().Sleep(absl::Minutes(1));
      QueryRequest query;
      query.set_order_id(order_id);
      const auto known =
          co_await env_.Call(env_.peer("provider"), exchange::kQuery, query, kPatience);
      if (!known.ok() || known->answer() == QueryReply::NOT_FOUND) continue;
      co_await Submit(order_id);
      co_return;
    }
  }

  Task<> Submit(std::string order_id) {
    SubmitRequest request;
    request.set_order_id(order_id);
    request.set_merchant(env_.settings().Text("initiator"));
    request.set_payer(absl::StrCat("customer-", env_.settings().Int("customer")));
    request.set_payee("merchant-1");
    request.set_amount(env_.settings().Int("amount"));
    request.set_currency("CNY");
    request.set_signature(true);
    const auto reply =
        co_await env_.Call(env_.peer("provider"), exchange::kSubmit, request, kPatience);
    reply.status().IgnoreError();
  }

  sim::Env& env_;
};

}  // namespace

sim::SystemSpec ReplayWorkload() {
  sim::SystemSpec spec;
  spec.name = "replay";
  spec.about =
      "Somebody submits payments of the workload pay that B has accepted again, with another "
      "amount.";
  spec.roles = {{"provider", "exchange.Provider", {"exchange.Submit", "exchange.Query"}},
                {"initiator", "exchange.Initiator", {}}};
  spec.switches = {
      {"client", "its number, set by the scenario", "1", {}},
      {"operations", "how many payments, set by the scenario", "1", {}},
      {"customer", "who is to pay: customer-1, customer-2, ...", "1", {}, 1, 100'000},
      {"amount", "in minor units; more than anybody pays by default", "1000000", {}, 1},
  };
  spec.tasks = {"replay"};
  spec.make = [](sim::Env& env) { return std::make_unique<Forger>(env); };
  return spec;
}

}  // namespace scenarios
