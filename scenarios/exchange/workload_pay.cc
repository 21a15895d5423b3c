#include "scenarios/exchange/workload_pay.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/core/gather.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "systems/exchange/methods.h"

namespace scenarios {
namespace {

using exchange::PayReply;
using exchange::PayRequest;
using sim::Task;

constexpr char kName[] = "pay";
constexpr sim::CallOptions kPatience{.timeout = absl::Seconds(10)};

class Customer final : public sim::Component {
 public:
  explicit Customer(sim::Env& env) : env_(env) {}

  Task<absl::Status> Start() override {
    env_.Spawn("pay", Run());
    co_return absl::OkStatus();
  }

 private:
  Task<> Run() {
    const int64_t operations = Int("operations");
    for (int64_t i = 1; i <= operations; ++i) {
      const int64_t think = Int("think_ms");
      const std::string order_id = PaymentNumber(Int("client"), i);
      const uint64_t more = env_.Draw("think", order_id, static_cast<uint64_t>(think) + 1);
      co_await env_.clock().Sleep(absl::Milliseconds(think / 2 + static_cast<int64_t>(more)));
      if (co_await env_.Turn(i)) co_await Pay(NewPayment(order_id));
    }
  }

  Task<> Pay(PayRequest request) {
    if (OneIn("double_submit_one_in", request.order_id())) {
      std::vector<Task<bool>> clicks;
      clicks.push_back(Ask(request));
      clicks.push_back(Ask(request));
      co_await sim::WhenAll(std::move(clicks));
    } else {
      co_await Ask(request);
    }
    if (OneIn("tampered_retry_one_in", request.order_id())) {
      request.set_amount(request.amount() + 1);
      co_await Ask(request);
    }
  }

  // Asks once, or until it is answered.
  Task<bool> Ask(PayRequest request) {
    absl::Duration pause = absl::Seconds(1);
    for (;;) {
      const auto reply =
          co_await env_.Call(env_.peer("initiator"), exchange::kPay, request, kPatience);
      if (reply.ok() || env_.settings().Is("retry", "off")) co_return reply.ok();
      co_await env_.clock().Sleep(pause);
      pause = std::min(2 * pause, absl::Minutes(1));
    }
  }

  PayRequest NewPayment(const std::string& order_id) {
    PayRequest request;
    request.set_order_id(order_id);
    const uint64_t payer =
        env_.Draw("payer", request.order_id(), static_cast<uint64_t>(Int("customers")));
    request.set_payer(absl::StrCat("customer-", payer + 1));
    request.set_payee("merchant-1");
    // A slip of the keyboard, which the shop lets pass.
    if (OneIn("malformed_one_in", order_id)) request.set_payee(request.payer());
    const int64_t least = Int("min_amount");
    const int64_t most = std::max(least, Int("max_amount"));
    request.set_amount(env_.Amount(request.order_id(), least, most));
    request.set_currency("CNY");
    return request;
  }

  int64_t Int(absl::string_view name) const { return env_.settings().Int(name); }

  // Whether it is time for what happens once in so many times; 0 = never.
  bool OneIn(absl::string_view name, absl::string_view order_id) {
    const int64_t times = Int(name);
    return times > 0 && env_.Draw(name, order_id, static_cast<uint64_t>(times)) == 0;
  }

  sim::Env& env_;
};

}  // namespace

std::string PaymentNumber(int64_t client, int64_t payment) {
  return absl::StrCat(kName, client, "-", payment);
}

sim::SystemSpec PayWorkload() {
  sim::SystemSpec spec;
  spec.name = kName;
  spec.about = "Customers pay merchant-1, one payment after another each.";
  spec.roles = {{"initiator", "exchange.Initiator", {"exchange.Pay"}}};
  spec.switches = {
      {"client", "its number, set by the scenario", "1", {}},
      {"operations", "how many payments, set by the scenario", "1", {}},
      {"think_ms", "between two payments; half of it more or less", "500", {}, 0, 604'800'000},
      {"customers", "payers are customer-1 up to this one", "5", {}, 1, 100'000},
      {"min_amount", "the least amount, in minor units", "100", {}, 1},
      {"max_amount", "the largest amount, in minor units", "10000", {}, 1},
      {"double_submit_one_in", "once in how many times it clicks twice; 0 = never", "0", {}},
      {"tampered_retry_one_in",
       "once in how many times it asks again with another amount; 0 = never",
       "0",
       {}},
      {"malformed_one_in", "once in how many times it pays itself; 0 = never", "0", {}},
      {"retry",
       "whether it asks again, under the same number, until answered",
       "off",
       {"on", "off"}},
  };
  spec.tasks = {"pay"};
  spec.make = [](sim::Env& env) { return std::make_unique<Customer>(env); };
  return spec;
}

}  // namespace scenarios
