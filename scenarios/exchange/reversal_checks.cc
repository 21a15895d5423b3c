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
    OnOther(traffic);
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

  // The order under which `number` was submitted.
  std::string OrderOf(absl::string_view number) const { return numbers_.OrderOf(number); }

  virtual void OnOther(const Traffic& traffic) { (void)traffic; }
  virtual void OnSuccess(const std::string& order) { (void)order; }
  virtual void OnReversal(const Traffic& traffic, const std::string& order) = 0;
  virtual void OnAnswer(const Traffic& traffic, const std::string& order, bool processed) = 0;

 private:
  const std::string node_;
  CommittedColumn status_;
  OrderNumbers numbers_;
};

// By the design that A has chosen: it refuses such a notice, does nothing and waits
// for the next one, or it asks B and books both.
class ReversalFirstIsHarmless final : public ReversalNoticeCheck {
 public:
  explicit ReversalFirstIsHarmless(const CheckContext& context)
      : ReversalNoticeCheck(context),
        collapses_(context.settings.at(node()).Is("reversal_first", "query_and_collapse")),
        provider_(context.nodes.at(kProvider)),
        notices_(provider_, "notification", "notify_id", "status") {}

  void OnCommit(const sim::Commit& commit) override {
    ReversalNoticeCheck::OnCommit(commit);
    notices_.Observe(commit);
    if (commit.database == provider_) OnNotification(commit);
    if (commit.database != node()) return;
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name == "trade_flow") OnLog(commit, change);
      if (change.table->name != "trade_order" || change.kind == sim::ChangeKind::kInsert) continue;
      OnOrder(commit, change);
    }
  }

  // What A has refused, B tells again, as long as its schedule lasts.
  void OnPhase(sim::Phase phase, sim::Nanos at) override {
    if (phase != sim::Phase::kJudge) return;
    for (const auto& [order, record] : refused_) {
      if (StatusOf(order) == "REVERSED" || notices_[notice_of_[order]] == "EXHAUSTED") continue;
      Violate(order,
              absl::StrCat("A refused the reversal of ", order, " and B never sent it again"), at,
              record);
    }
  }

 private:
  // A notice that came first, while A is at it.
  struct Early {
    std::string order;
    bool asked = false;  // A has asked B since
  };

  static bool IsOpen(const std::string& status) {
    return status == "INIT" || status == "PROCESSING" || status == "SUBMITTED";
  }

  void OnOther(const Traffic& traffic) override {
    if (traffic.kind != TrafficKind::kSent) return;
    if (traffic.method == "exchange.NotifyReversal") refused_.erase(OrderOf(traffic.key));
    if (traffic.method != "exchange.Query" || traffic.caller != node()) return;
    const std::string order = OrderOf(traffic.key);
    for (auto& [call, early] : early_) early.asked = early.asked || early.order == order;
  }

  void OnReversal(const Traffic& traffic, const std::string& order) override {
    const std::string& status = StatusOf(order);
    if (status == "SUCCESS" || status == "REVERSED") return;
    Exercise();
    reversal_first_.insert(order);
    if (!IsOpen(status)) return;
    early_.emplace(traffic.call, Early{order});
    if (traffic.record != 0) deliveries_.insert(traffic.record);
  }

  void OnSuccess(const std::string& order) override {
    if (StatusOf(order) != "REVERSED" || reversal_first_.count(order) == 0) return;
    Exercise();
    success_after_.insert(order);
  }

  // A notice that is taken is one that has been applied: B forgets it.
  void OnAnswer(const Traffic& traffic, const std::string& order, bool processed) override {
    const std::string& status = StatusOf(order);
    if (processed && status != "REVERSED") {
      Violate(order,
              absl::StrCat("A took the reversal of ", order, ", which is ", status, " there"),
              traffic.at, traffic.record);
    }
    const auto early = early_.find(traffic.call);
    if (early == early_.end()) return;
    if (!processed) {
      refused_[order] = traffic.record;
      if (collapses_ && IsOpen(status) && !early->second.asked) {
        Violate(order,
                absl::StrCat("A refused the reversal of ", order, ", which is ", status,
                             " there, and has not asked B"),
                traffic.at, traffic.record);
      }
    }
    early_.erase(early);
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
    } else if (!collapses_ && IsOpen(before) && before != after &&
               deliveries_.count(commit.delivery) > 0) {
      Violate(order,
              absl::StrCat(order, " was ", before, " and became ", after,
                           " by a reversal that A was to refuse"),
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

  void OnNotification(const sim::Commit& commit) {
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name != "notification" || change.kind == sim::ChangeKind::kDelete) continue;
      if (sim::ToText(After(change, "kind")) != "REVERSAL") continue;
      notice_of_[OrderOf(sim::ToText(After(change, "order_id")))] = change.Key();
    }
  }

  const bool collapses_;  // else it rejects, and waits
  const std::string provider_;
  CommittedColumn notices_;                       // the status of each, at B
  std::map<std::string, std::string> notice_of_;  // order -> its reversal's
  std::map<uint64_t, Early> early_;               // by call
  std::set<sim::RecordId> deliveries_;            // of early ones
  std::map<std::string, sim::RecordId> refused_;  // order -> the refusal, not sent again since
  std::set<std::string> reversal_first_;
  std::set<std::string> success_after_;  // and REVERSED when it arrived
};

class RepeatedReversalSameAnswer final : public ReversalNoticeCheck {
 public:
  explicit RepeatedReversalSameAnswer(const CheckContext& context)
      : ReversalNoticeCheck(context), provider_(context.nodes.at(kProvider)) {}

 private:
  // B's answers to requests are final, but for what it could not read.
  void OnOther(const Traffic& traffic) override {
    if (traffic.callee != provider_ || traffic.method != "exchange.Reverse") return;
    const auto* reply = dynamic_cast<const exchange::ReverseReply*>(traffic.message);
    if (traffic.kind != TrafficKind::kAnswered || reply == nullptr) return;
    if (reply->result() == exchange::ReverseReply::REJECTED_SIGNATURE) return;
    const std::string answer =
        absl::StrCat(exchange::ReverseReply::Result_Name(reply->result()),
                     reply->reversal_no().empty() ? "" : " as ", reply->reversal_no());
    const std::string order = OrderOf(traffic.key);
    const auto [first, is_new] = answers_.emplace(order, answer);
    if (is_new) return;
    Exercise();
    if (first->second == answer) return;
    Violate(order,
            absl::StrCat("B answered the request to reverse ", order, " first ", first->second,
                         " and then ", answer),
            traffic.at, traffic.record);
  }

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

  const std::string provider_;
  std::map<std::string, std::string> answers_;  // of B, the first about each order
  std::map<uint64_t, bool> repeated_;           // by call
};

}  // namespace

void AddReversalChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<ReversalFirstIsHarmless>(
      "reversal_first_is_harmless", "R2", {Initiator(), Provider()},
      "A reversal notice that overtakes its success notice is refused, changes nothing and is sent "
      "again (reject_and_resend), or A asks B and books both (query_and_collapse); the order "
      "becomes REVERSED by way of SUCCESS only, no notice is taken without effect, and a success "
      "that arrives afterwards changes nothing.",
      "reversal notices before their success, and successes after"));
  catalogue.AddCheck(ExchangeCheck<RepeatedReversalSameAnswer>(
      "repeated_reversal_same_answer", "R3", {Initiator(), Provider()},
      "A reversal notice that comes again is answered as the first: processed; and so is a request "
      "to reverse.",
      "reversal notices and requests that came again"));
}

}  // namespace scenarios
