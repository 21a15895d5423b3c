// For tests: the provider on its node, with a scripted merchant.

#ifndef SYSTEMS_EXCHANGE_PROVIDER_FIXTURE_H_
#define SYSTEMS_EXCHANGE_PROVIDER_FIXTURE_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/provider.h"
#include "systems/exchange/scripted_peers.h"

namespace exchange {

inline SubmitRequest Payment(const std::string& order_id, int64_t amount = 100) {
  SubmitRequest request;
  request.set_order_id(order_id);
  request.set_merchant("a");
  request.set_payer("customer-1");
  request.set_payee("merchant-1");
  request.set_amount(amount);
  request.set_currency("CNY");
  request.set_signature(true);
  return request;
}

// B and its merchant.
class Bank {
 public:
  void Set(const std::string& name, const std::string& value) { settings_.Set(name, value); }
  void Quirk(const std::string& name) { settings_.AddQuirk(name); }
  void Boot() {
    world_.Start("a", ScriptedMerchantSystem(merchant_));
    world_.Start("b", ProviderSystem(), {{"initiator", "a"}}, settings_);
  }

  SubmitReply::Result Submit(const SubmitRequest& request) {
    return world_.Call("b", kSubmit, request).value().result();
  }
  QueryReply::Answer Query(const std::string& order_id) {
    QueryRequest request;
    request.set_order_id(order_id);
    return world_.Call("b", kQuery, request).value().answer();
  }
  ResendReply Resend(const std::string& order_id) {
    ResendRequest request;
    request.set_order_id(order_id);
    return world_.Call("b", kResend, request).value();
  }
  void FailBeforeDebit() {
    world_.adversary().AddNext("outcome b before_debit", sim::ChoiceKind::kOutcome, 1);
  }
  void FailAfterDebit() {
    world_.adversary().AddNext("outcome b after_debit", sim::ChoiceKind::kOutcome, 1);
  }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }

  int64_t Number(const std::string& sql) {
    auto rows = world_.database("b")->Peek(sql);
    while (!rows.ok()) {  // a transaction is open
      RunFor(absl::Microseconds(50));
      rows = world_.database("b")->Peek(sql);
    }
    return (*rows)[0].Int(0);
  }
  int64_t Balance(const std::string& account) {
    return Number(absl::StrCat("SELECT balance FROM account WHERE account_id = '", account, "'"));
  }
  bool BooksBalance() {
    return Number("SELECT sum(balance) FROM account") == 0 &&
           Number(
               "SELECT count(*) FROM account WHERE balance <> (SELECT coalesce(sum(amount), 0)"
               " FROM posting WHERE posting.account_id = account.account_id)") == 0 &&
           Number(
               "SELECT count(*) FROM (SELECT sum(amount) AS total FROM posting"
               " GROUP BY journal_id) WHERE total <> 0") == 0;
  }
  bool Quiet() { return world_.simulation().events().unfinished() == 0; }

  sim::Settings settings_ = ProviderSystem().Defaults();
  MerchantScript merchant_;
  sim::TestWorld world_;
};

class ProviderTest : public testing::Test, protected Bank {};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_PROVIDER_FIXTURE_H_
