#include "scenarios/exchange/reversal_request_checks.h"

#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "sim/storage/value.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::Traffic;
using sim::TrafficKind;

// From what B answers and books; how it keeps in mind what it has taken back is its own
// affair.
class TakenBackIsNeverPaid final : public Check {
 public:
  explicit TakenBackIsNeverPaid(const CheckContext& context) : node_(context.nodes.at(kProvider)) {}

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.callee != node_) return;
    const std::string number(traffic.key);
    if (traffic.method == "exchange.Submit") {
      if (traffic.kind == TrafficKind::kDelivered) OnSubmission(payments_[number]);
      if (traffic.kind == TrafficKind::kAnswered) OnAnswer(traffic, number, payments_[number]);
    }
    if (traffic.method == "exchange.Reverse" && traffic.kind == TrafficKind::kAnswered) {
      const auto* reply = dynamic_cast<const exchange::ReverseReply*>(traffic.message);
      if (reply == nullptr || reply->result() != exchange::ReverseReply::UNDONE) return;
      OnUndone(traffic, number, payments_[number]);
    }
  }

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name != "journal" || change.kind != sim::ChangeKind::kInsert) continue;
      const std::string number = sim::ToText(After(change, "biz_id"));
      const std::string leg = sim::ToText(After(change, "leg"));
      Payment& payment = payments_[number];
      if (absl::StartsWith(leg, "REVERSAL")) payment.paid = false;
      if (leg != "PAYMENT") continue;
      payment.paid = true;
      if (!payment.undone) continue;
      Violate(number, absl::StrCat(node_, " had taken ", number, " back, and has paid it since"),
              commit.at, commit.cause);
    }
  }

 private:
  struct Payment {
    bool submitted = false;
    bool undone = false;  // B has said so
    bool buried = false;  // and no submission had come
    bool paid = false;
  };

  void OnSubmission(Payment& payment) {
    if (payment.buried) Exercise();
    payment.submitted = true;
  }

  void OnAnswer(const Traffic& traffic, const std::string& number, const Payment& payment) {
    const auto* reply = dynamic_cast<const exchange::SubmitReply*>(traffic.message);
    if (!payment.buried || reply == nullptr) return;
    if (reply->result() != exchange::SubmitReply::ACCEPTED) return;
    Violate(number,
            absl::StrCat(node_, " had taken ", number,
                         " back before it came, and has accepted it when it came"),
            traffic.at, traffic.record);
  }

  void OnUndone(const Traffic& traffic, const std::string& number, Payment& payment) {
    payment.undone = true;
    if (!payment.submitted) payment.buried = true;
    if (!payment.paid) return;
    Violate(number, absl::StrCat(node_, " said that it had taken ", number, " back, which is paid"),
            traffic.at, traffic.record);
  }

  const std::string node_;
  std::map<std::string, Payment> payments_;  // by number
};

}  // namespace

void AddReversalRequestChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<TakenBackIsNeverPaid>(
      "taken_back_is_never_paid", "R2", {Provider()},
      "What B says that it has taken back is not paid, and never will be; a submission that comes "
      "only after its reversal is refused.",
      "submissions that came after their reversal"));
}

}  // namespace scenarios
