// For tests: the initiator on its node, with a scripted provider.

#ifndef SYSTEMS_EXCHANGE_INITIATOR_FIXTURE_H_
#define SYSTEMS_EXCHANGE_INITIATOR_FIXTURE_H_

#include <string>

#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/exchange/initiator.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/scripted_peers.h"

namespace exchange {

class InitiatorTest : public testing::Test {
 protected:
  void Set(const std::string& name, const std::string& value) { settings_.Set(name, value); }
  void Quirk(const std::string& name) { settings_.AddQuirk(name); }
  void Boot() {
    world_.Start("b", ScriptedProviderSystem(provider_));
    world_.Start("a", InitiatorSystem(), {{"provider", "b"}}, settings_);
  }

  absl::StatusOr<PayReply> Pay(const std::string& order_id, int64_t amount = 100) {
    PayRequest request;
    request.set_order_id(order_id);
    request.set_payer("customer-1");
    request.set_payee("merchant-1");
    request.set_amount(amount);
    request.set_currency("CNY");
    return world_.Call("a", kPay, request);
  }
  bool NotifyResult(const std::string& order_id, bool success, bool signature = true) {
    ResultNotice notice;
    notice.set_order_id(order_id);
    notice.set_success(success);
    notice.set_signature(signature);
    return world_.Call("a", kNotifyResult, notice).value().processed();
  }
  bool NotifyReversal(const std::string& order_id, int64_t amount = 100, bool signature = true) {
    ReversalNotice notice;
    notice.set_order_id(order_id);
    notice.set_amount(amount);
    notice.set_signature(signature);
    return world_.Call("a", kNotifyReversal, notice).value().processed();
  }
  std::string Status(const std::string& order_id) {
    OrderStatusRequest request;
    request.set_order_id(order_id);
    return world_.Call("a", kOrderStatus, request).value().status();
  }
  std::string Manual() {
    return sim::ToText(
        world_.database("a")->Peek("SELECT group_concat(reason) FROM manual_queue").value()[0][0]);
  }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }
  void Crash(absl::Duration down = absl::Seconds(1)) {
    world_.Crash("a", down);
    world_.AwaitRestart("a");
  }
  bool Quiet() { return world_.simulation().events().unfinished() == 0; }

  sim::Settings settings_ = InitiatorSystem().Defaults();
  ProviderScript provider_;
  sim::TestWorld world_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_INITIATOR_FIXTURE_H_
