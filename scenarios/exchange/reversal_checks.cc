#include "scenarios/exchange/reversal_checks.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/checks/committed_column.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "scenarios/exchange/order_numbers.h"
#include "sim/storage/value.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::Traffic;
using sim::TrafficKind;

// A check over the notices that A receives and answers, by the orders that they
// are about.
class ReversalNoticeCheck : public Check {
 public:
  explicit ReversalNoticeCheck(const CheckContext& context)
      : node_(context.nodes.at(kInitiator)),
        status_(node_, "trade_order", "order_id", "status"),
        numbers_(node_) {}

  void OnCommit(const sim::Commit& commit) override {
    status_.Observe(commit);
    numbers_.Observe(commit);
  }

  void OnTraffic(const Traffic& traffic) final {
    if (traffic.callee != node_) return;
    const bool delivered = traffic.kind == TrafficKind::kDelivered;
    if (delivered && traffic.method == "exchange.NotifyResult") {
      const auto* notice = dynamic_cast<const exchange::ResultNotice*>(traffic.message);
      if (notice != nullptr && notice->success()) OnSuccess(numbers_.OrderOf(traffic.key));
    }
    if (traffic.method != "exchange.NotifyReversal") return;
    if (delivered) {
      OnReversal(traffic, numbers_.OrderOf(traffic.key));
    } else if (traffic.kind == TrafficKind::kAnswered && traffic.message != nullptr) {
      const auto* reply = dynamic_cast<const exchange::NoticeReply*>(traffic.message);
      // A bad signature says nothing of the order.
      if (reply == nullptr || reply->rejected_signature()) return;
      OnAnswer(traffic, numbers_.OrderOf(traffic.key), reply->processed());
    }
  }

 protected:
  // The committed status of an order at A.
  const std::string& StatusOf(absl::string_view order) const { return status_[order]; }
  const std::string& node() const { return node_; }

  virtual void OnSuccess(const std::string& order) { (void)order; }
  virtual void OnReversal(const Traffic& traffic, const std::string& order) = 0;
  virtual void OnAnswer(const Traffic& traffic, const std::string& order, bool processed) = 0;

 private:
  const std::string node_;
  CommittedColumn status_;
  OrderNumbers numbers_;
};

class ReversalFirstIsHarmless final : public ReversalNoticeCheck {
 public:
  using ReversalNoticeCheck::ReversalNoticeCheck;

  void OnCommit(const sim::Commit& commit) override {
    ReversalNoticeCheck::OnCommit(commit);
    if (commit.database != node()) return;
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name == "trade_flow") OnLog(commit, change);
      if (change.table->name != "trade_order" || change.kind == sim::ChangeKind::kInsert) continue;
      OnOrder(commit, change);
    }
  }

 private:
  void OnReversal(const Traffic& traffic, const std::string& order) override {
    (void)traffic;
    const std::string& status = StatusOf(order);
    if (status == "SUCCESS" || status == "REVERSED") return;
    Exercise();
    reversal_first_.insert(order);
  }

  void OnSuccess(const std::string& order) override {
    if (StatusOf(order) != "REVERSED" || reversal_first_.count(order) == 0) return;
    Exercise();
    success_after_.insert(order);
  }

  // A notice that is taken is one that has been applied: B forgets it.
  void OnAnswer(const Traffic& traffic, const std::string& order, bool processed) override {
    if (!processed || StatusOf(order) == "REVERSED") return;
    Violate(
        order,
        absl::StrCat("A took the reversal of ", order, ", which is ", StatusOf(order), " there"),
        traffic.at, traffic.record);
  }

  void OnOrder(const sim::Commit& commit, const sim::RowChange& change) {
    const std::string order = change.Key();
    const std::string before = sim::ToText(Before(change, "status"));
    const std::string after = sim::ToText(After(change, "status"));
    if (success_after_.count(order) > 0) {
      Violate(order,
              absl::StrCat(order, " had been reversed before its success arrived, and was changed",
                           " after that: ", before, " became ", after),
              commit.at, commit.cause);
    } else if (after == "REVERSED" && before != "REVERSED" && before != "SUCCESS") {
      Violate(order, absl::StrCat(order, " was ", before, " and became REVERSED without SUCCESS"),
              commit.at, commit.cause);
    }
  }

  void OnLog(const sim::Commit& commit, const sim::RowChange& change) {
    const std::string order = sim::ToText(After(change, "order_id"));
    if (success_after_.count(order) == 0) return;
    Violate(order,
            absl::StrCat(order, " had been reversed before its success arrived, and a move to ",
                         sim::ToText(After(change, "to_status")), " was logged after that"),
            commit.at, commit.cause);
  }

  std::set<std::string> reversal_first_;
  std::set<std::string> success_after_;  // and REVERSED when it arrived
};

class RepeatedReversalSameAnswer final : public ReversalNoticeCheck {
 public:
  using ReversalNoticeCheck::ReversalNoticeCheck;

 private:
  // A repetition arrives when the order is REVERSED. Two copies of one call are
  // told apart only if both are repetitions.
  void OnReversal(const Traffic& traffic, const std::string& order) override {
    const bool repeated = StatusOf(order) == "REVERSED";
    const auto [call, is_new] = repeated_.emplace(traffic.call, repeated);
    if (!is_new) call->second = call->second && repeated;
  }

  void OnAnswer(const Traffic& traffic, const std::string& order, bool processed) override {
    if (!repeated_[traffic.call]) return;
    Exercise();
    if (processed) return;
    Violate(order, absl::StrCat("A had reversed ", order, " and refused to hear so again"),
            traffic.at, traffic.record);
  }

  std::map<uint64_t, bool> repeated_;  // by call
};

}  // namespace

void AddReversalChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<ReversalFirstIsHarmless>(
      "reversal_first_is_harmless", "R2", {Initiator()},
      "A reversal that reaches A before its payment waits for it: the order becomes REVERSED by "
      "way of SUCCESS only, no notice is taken without effect, and a success that arrives "
      "afterwards changes nothing.",
      "reversal notices before their success, and successes after"));
  catalogue.AddCheck(ExchangeCheck<RepeatedReversalSameAnswer>(
      "repeated_reversal_same_answer", "R3", {Initiator()},
      "A reversal notice that comes again is answered as the first: processed.",
      "reversal notices that came again"));
}

}  // namespace scenarios
