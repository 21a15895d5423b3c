#include "scenarios/exchange/reversal_checks.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/checks/committed_column.h"
#include "scenarios/checks/table_check.h"
#include "sim/storage/value.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::Traffic;
using sim::TrafficKind;

constexpr char kInitiator[] = "initiator";

// A check over the reversal notices that A receives and answers.
class ReversalNoticeCheck : public Check {
 public:
  explicit ReversalNoticeCheck(const CheckContext& context)
      : node_(context.nodes.at(kInitiator)), status_(node_, "trade_order", "order_id", "status") {}

  void OnCommit(const sim::Commit& commit) override { status_.Observe(commit); }

  void OnTraffic(const Traffic& traffic) final {
    if (traffic.callee != node_ || traffic.method != "exchange.NotifyReversal") return;
    if (traffic.kind == TrafficKind::kDelivered) {
      OnNotice(traffic);
    } else if (traffic.kind == TrafficKind::kAnswered && traffic.message != nullptr) {
      const auto* reply = dynamic_cast<const exchange::NoticeReply*>(traffic.message);
      if (reply != nullptr) OnAnswer(traffic, reply->processed());
    }
  }

 protected:
  // The committed status of an order at A.
  const std::string& StatusOf(absl::string_view order) const { return status_[order]; }
  const std::string& node() const { return node_; }

  virtual void OnNotice(const Traffic& traffic) = 0;
  virtual void OnAnswer(const Traffic& traffic, bool processed) = 0;

 private:
  const std::string node_;
  CommittedColumn status_;
};

class ReversalFirstIsHarmless final : public ReversalNoticeCheck {
 public:
  using ReversalNoticeCheck::ReversalNoticeCheck;

  void OnCommit(const sim::Commit& commit) override {
    ReversalNoticeCheck::OnCommit(commit);
    if (commit.database != node()) return;
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name != "trade_order" || change.kind != sim::ChangeKind::kUpdate) continue;
      const std::string before = sim::ToText(Before(change, "status"));
      if (sim::ToText(After(change, "status")) != "REVERSED" || before == "REVERSED" ||
          before == "SUCCESS") {
        continue;
      }
      Violate(change.Key(),
              absl::StrCat(change.Key(), " was ", before, " and became REVERSED without SUCCESS"),
              commit.at, commit.cause);
    }
  }

 private:
  void OnNotice(const Traffic& traffic) override {
    const std::string& status = StatusOf(traffic.key);
    if (status != "SUCCESS" && status != "REVERSED") Exercise();
  }

  // A notice that is taken is one that has been applied: B forgets it.
  void OnAnswer(const Traffic& traffic, bool processed) override {
    if (!processed || StatusOf(traffic.key) == "REVERSED") return;
    Violate(std::string(traffic.key),
            absl::StrCat("A took the reversal of ", traffic.key, ", which is ",
                         StatusOf(traffic.key), " there"),
            traffic.at, traffic.record);
  }
};

class RepeatedReversalSameAnswer final : public ReversalNoticeCheck {
 public:
  using ReversalNoticeCheck::ReversalNoticeCheck;

 private:
  // A repetition arrives when the order is REVERSED. Two copies of one call are
  // told apart only if both are repetitions.
  void OnNotice(const Traffic& traffic) override {
    const bool repeated = StatusOf(traffic.key) == "REVERSED";
    const auto [call, is_new] = repeated_.emplace(traffic.call, repeated);
    if (!is_new) call->second = call->second && repeated;
  }

  void OnAnswer(const Traffic& traffic, bool processed) override {
    if (!repeated_[traffic.call]) return;
    Exercise();
    if (processed) return;
    Violate(std::string(traffic.key),
            absl::StrCat("A had reversed ", traffic.key, " and refused to hear so again"),
            traffic.at, traffic.record);
  }

  std::map<uint64_t, bool> repeated_;  // by call
};

template <typename C>
std::unique_ptr<Check> Make(const CheckContext& context) {
  return std::make_unique<C>(context);
}

}  // namespace

void AddReversalChecks(Catalogue& catalogue) {
  const sim::RoleSpec initiator{kInitiator, "exchange.Initiator"};
  catalogue.AddCheck(
      {"reversal_first_is_harmless",
       "R2",
       "A reversal that reaches A before its payment waits for it: the order becomes "
       "REVERSED by way of SUCCESS only, and no notice is taken without effect.",
       "reversal notices before their success",
       {initiator},
       &Make<ReversalFirstIsHarmless>});
  catalogue.AddCheck({"repeated_reversal_same_answer",
                      "R3",
                      "A reversal notice that comes again is answered as the first: processed.",
                      "reversal notices that came again",
                      {initiator},
                      &Make<RepeatedReversalSameAnswer>});
}

}  // namespace scenarios
