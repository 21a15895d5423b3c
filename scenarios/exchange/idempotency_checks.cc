#include "scenarios/exchange/idempotency_checks.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "sim/storage/value.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::Traffic;
using sim::TrafficKind;

constexpr char kInitiator[] = "initiator";
constexpr char kProvider[] = "provider";

// The parameters of a payment, as text to compare.
template <typename Request>
std::string Parameters(const Request& request) {
  return absl::StrCat(request.amount(), " ", request.currency(), " from ", request.payer(), " to ",
                      request.payee());
}

std::string Parameters(const sim::RowChange& order) {
  return absl::StrCat(
      sim::ToText(After(order, "amount")), " ", sim::ToText(After(order, "currency")), " from ",
      sim::ToText(After(order, "payer")), " to ", sim::ToText(After(order, "payee")));
}

// Of Pay at A and Submit at B alike: a row of their table is the effect.
class SameRequestOneEffect final : public Check {
 public:
  explicit SameRequestOneEffect(const CheckContext& context)
      : initiator_(context.nodes.at(kInitiator)), provider_(context.nodes.at(kProvider)) {}

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind != TrafficKind::kDelivered) return;
    const bool request = (traffic.callee == initiator_ && traffic.method == "exchange.Pay") ||
                         (traffic.callee == provider_ && traffic.method == "exchange.Submit");
    if (!request) return;
    const Request key{std::string(traffic.method), std::string(traffic.key),
                      traffic.message->SerializeAsString()};
    if (!seen_.insert(key).second) Exercise();
  }

  void OnCommit(const sim::Commit& commit) override {
    for (const sim::RowChange& change : commit.changes) {
      if (change.kind != sim::ChangeKind::kInsert) continue;
      if ((commit.database == initiator_ && change.table->name == "trade_order") ||
          (commit.database == provider_ && change.table->name == "trade")) {
        OnEffect(commit, sim::ToText(After(change, "order_id")));
      }
    }
  }

 private:
  using Request = std::tuple<std::string, std::string, std::string>;  // method, key, content

  void OnEffect(const sim::Commit& commit, const std::string& order) {
    const int effects = ++effects_[{commit.database, order}];
    if (effects < 2) return;
    Violate(order, absl::StrCat(commit.database, " has taken ", order, " on ", effects, " times"),
            commit.at, commit.cause);
  }

  const std::string initiator_;
  const std::string provider_;
  std::set<Request> seen_;
  std::map<std::pair<std::string, std::string>, int> effects_;  // by node and order
};

class OtherParametersNoEffect final : public Check {
 public:
  explicit OtherParametersNoEffect(const CheckContext& context)
      : node_(context.nodes.at(kInitiator)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name != "trade_order" || change.kind == sim::ChangeKind::kDelete) continue;
      const auto [taken, is_new] = taken_.emplace(change.Key(), Parameters(change));
      if (taken->second == Parameters(change)) continue;
      Violate(
          change.Key(),
          absl::StrCat(change.Key(), " was ", taken->second, " and became ", Parameters(change)),
          commit.at, commit.cause);
    }
  }

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.callee != node_ || traffic.method != "exchange.Pay") return;
    if (traffic.kind == TrafficKind::kDelivered) {
      const auto* request = dynamic_cast<const exchange::PayRequest*>(traffic.message);
      if (request != nullptr) asked_[traffic.call] = Parameters(*request);
    } else if (traffic.kind == TrafficKind::kAnswered && traffic.message != nullptr) {
      const auto* reply = dynamic_cast<const exchange::PayReply*>(traffic.message);
      if (reply != nullptr) OnAnswer(traffic, *reply);
    }
  }

 private:
  void OnAnswer(const Traffic& traffic, const exchange::PayReply& reply) {
    const std::string& asked = asked_[traffic.call];
    const auto taken = taken_.find(std::string(traffic.key));
    if (taken == taken_.end() || taken->second == asked) return;
    Exercise();
    if (reply.result() == exchange::PayReply::PARAMETER_MISMATCH) return;
    Violate(taken->first,
            absl::StrCat(taken->first, " is ", taken->second, ", but A accepted it as ", asked),
            traffic.at, traffic.record);
  }

  const std::string node_;
  std::map<std::string, std::string> taken_;  // parameters by order
  std::map<uint64_t, std::string> asked_;     // parameters by call
};

template <typename C>
std::unique_ptr<Check> Make(const CheckContext& context) {
  return std::make_unique<C>(context);
}

}  // namespace

void AddIdempotencyChecks(Catalogue& catalogue) {
  const sim::RoleSpec initiator{kInitiator, "exchange.Initiator"};
  const sim::RoleSpec provider{kProvider, "exchange.Provider"};
  catalogue.AddCheck(
      {"same_request_one_effect",
       "K1",
       "A request that comes again has no second effect: one order at A, one trade at "
       "B.",
       "requests that came again",
       {initiator, provider},
       &Make<SameRequestOneEffect>});
  catalogue.AddCheck(
      {"other_parameters_no_effect",
       "K2",
       "The number of an order that comes again with other parameters is refused and "
       "changes nothing.",
       "requests with other parameters",
       {initiator},
       &Make<OtherParametersNoEffect>});
}

}  // namespace scenarios
