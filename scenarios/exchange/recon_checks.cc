#include "scenarios/exchange/recon_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "scenarios/exchange/statement_truth.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

// A check that compares what A's reconciliation has found with the truth.
class ReconCheck : public Check {
 public:
  explicit ReconCheck(const CheckContext& context)
      : initiator_(context.nodes.at(kInitiator)),
        truth_(initiator_, context.nodes.at(kProvider),
               exchange::BillDays(context.settings.at(initiator_).Int("day_ends_at_ms"))) {}

  void OnFault(const sim::Pin& pin, sim::Nanos) final { truth_.Observe(pin); }

  void OnCommit(const sim::Commit& commit) final {
    truth_.Observe(commit);
    if (commit.database != initiator_) return;
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name == "recon_mistake") OnMistake(commit, change);
      if (change.table->name == "recon_refusal") OnRefusal(change);
      if (change.table->name == "trade_order") OnOrder(commit, change);
    }
  }

  void OnPhase(sim::Phase phase, sim::Nanos at) final {
    if (phase == sim::Phase::kHeal) healed_ = at;
    if (phase == sim::Phase::kJudge) AtRest(at);
  }

 protected:
  const StatementTruth& truth() const { return truth_; }
  // When the last fault was over; 0 if that is not yet, or there was none.
  sim::Nanos healed() const { return healed_; }

  virtual void OnMistake(const sim::Commit&, const sim::RowChange&) {}
  virtual void OnRefusal(const sim::RowChange&) {}
  virtual void OnOrder(const sim::Commit&, const sim::RowChange&) {}
  virtual void AtRest(sim::Nanos at) = 0;

 private:
  const std::string initiator_;
  StatementTruth truth_;
  sim::Nanos healed_ = 0;
};

// T+1: what a file tells is found on the day after it. B has the file when the day ends, and
// A may read it whenever it likes until then; its own switches are not asked.
constexpr sim::Nanos kTPlus1 = sim::Hours(24);

class EveryDiscrepancyIsFound final : public ReconCheck {
 public:
  using ReconCheck::ReconCheck;

 private:
  void OnMistake(const sim::Commit& commit, const sim::RowChange& change) override {
    const std::string batch_no = sim::ToText(After(change, "batch_no"));  // "provider/2026-01-05"
    const std::string day = batch_no.substr(batch_no.rfind('/') + 1);
    const StatementTruth::Mistake mistake{sim::ToText(After(change, "order_no")),
                                          sim::ToText(After(change, "err_type")), day};
    found_.try_emplace(mistake, commit.at);
  }
  void OnRefusal(const sim::RowChange& change) override {
    if (sim::ToText(After(change, "file_sha")).empty()) return;  // that it did not come
    refused_.insert(sim::ToText(After(change, "bill_date")));
  }

  void AtRest(sim::Nanos at) override {
    for (const auto& [number, order] : truth().orders()) {
      for (const StatementTruth::Mistake& expected : truth().Expected(number, order)) {
        Exercise();
        const auto found = found_.find(expected);
        if (found != found_.end()) {
          InTime(number, expected, found->second);
          continue;
        }
        Violate(number,
                absl::StrCat(expected.number, " is ", order.settled, " at B, ",
                             order.status.empty() ? "unknown" : order.status,
                             " at A, and was not found as ", expected.mistake, " in the check of ",
                             expected.day),
                at);
      }
    }
    for (const std::string& day : truth().Corrected()) {
      Exercise();
      if (refused_.count(day) > 0) continue;
      Violate(day, absl::StrCat("the statement of ", day, " was corrected, and nobody was told"),
              at);
    }
  }

  // While there are faults A may be down or cut off: what was due then is due after them.
  void InTime(const std::string& number, const StatementTruth::Mistake& mistake, sim::Nanos at) {
    const sim::Nanos due = std::max(truth().Readable(mistake.day), healed()) + kTPlus1;
    if (at <= due) return;
    Violate(
        number,
        absl::StrCat(mistake.number, " was found as ", mistake.mistake, " in the check of ",
                     mistake.day, ", ", (at - due) / sim::Hours(1), " h after it had to be (T+1)"),
        at);
  }

  std::map<StatementTruth::Mistake, sim::Nanos> found_;  // when first, in true time
  std::set<std::string> refused_;                        // days
};

class AgreementIsNoDiscrepancy final : public ReconCheck {
 public:
  using ReconCheck::ReconCheck;

 private:
  struct Told {
    std::string number;
    std::string mistake;
    std::string status;  // of the order at A when it was told
    sim::Nanos at;
    sim::RecordId cause;
  };

  void OnMistake(const sim::Commit& commit, const sim::RowChange& change) override {
    if (change.kind != sim::ChangeKind::kInsert) return;
    const std::string number = sim::ToText(After(change, "order_no"));
    Told told{number, sim::ToText(After(change, "err_type")), truth().Of(number).status, commit.at,
              commit.cause};
    told_.push_back(std::move(told));
  }

  void AtRest(sim::Nanos) override {
    for (const auto& [number, order] : truth().orders()) {
      if (!order.bill_date.empty() && truth().Expected(number, order).empty()) Exercise();
    }
    for (const Told& told : told_) {
      if (truth().IsMistake(told.number, told.mistake, told.status)) continue;
      Violate(told.number,
              absl::StrCat(told.number, " was told as ", told.mistake, ", but A and B agree"),
              told.at, told.cause);
    }
  }

  std::vector<Told> told_;
};

class RepairsMakeBothEqual final : public ReconCheck {
 public:
  using ReconCheck::ReconCheck;

 private:
  void OnMistake(const sim::Commit&, const sim::RowChange& change) override {
    handled_[sim::ToText(After(change, "order_no"))].insert(
        sim::ToText(After(change, "handle_status")));
    open_.erase(change.Key());
    if (sim::ToText(After(change, "handle_status")) != "OPEN") return;
    open_[change.Key()] = {sim::ToText(After(change, "order_no")),
                           sim::ToText(After(change, "err_type"))};
  }

  // An order that has its status has nothing more to be set.
  void OnOrder(const sim::Commit& commit, const sim::RowChange& change) override {
    if (change.kind != sim::ChangeKind::kUpdate) return;
    if (Before(change, "status") != After(change, "status")) return;
    if (Before(change, "version") == After(change, "version")) return;
    const std::string order = sim::ToText(After(change, "order_id"));
    Violate(order,
            absl::StrCat(order, " was ", sim::ToText(After(change, "status")),
                         " and was made so again"),
            commit.at, commit.cause);
  }

  void AtRest(sim::Nanos at) override {
    for (const auto& [number, order] : truth().orders()) {
      const auto handled = handled_.find(number);
      if (handled == handled_.end() || handled->second.count("REPAIRED") == 0) continue;
      if (!order.line_is_true()) continue;  // A can only believe what is stated.
      Exercise();
      if (order.status == order.settled) continue;
      Violate(number,
              absl::StrCat(number, " was repaired and is ", order.status, " at A, ", order.settled,
                           " at B"),
              at);
    }
    for (const auto& [id, found] : open_) {
      Violate(found.first,
              absl::StrCat(found.first, " was found as ", found.second,
                           ", and is neither repaired nor in the manual queue"),
              at);
    }
  }

  std::map<std::string, std::set<std::string>> handled_;             // by order: how
  std::map<std::string, std::pair<std::string, std::string>> open_;  // number and class
};

}  // namespace

void AddReconChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<EveryDiscrepancyIsFound>(
      "every_discrepancy_is_found", "C1", {Initiator(), Provider()},
      "Whatever B's statements and A's orders do not agree on is found in the right class, in the "
      "check of the day whose statement tells it or, if none does, of the day on which the order "
      "leaves the buffer; within 24 hours (T+1) from when that day's file and those before it can "
      "be read whole or, if faults last longer, from their end; a corrected statement is shown to "
      "people.",
      "discrepancies"));
  catalogue.AddCheck(ExchangeCheck<AgreementIsNoDiscrepancy>(
      "agreement_is_no_discrepancy", "C2", {Initiator(), Provider()},
      "Nothing is called a discrepancy where A and B agree, on whichever day each dates it.",
      "settled orders on which they agree"));
  catalogue.AddCheck(ExchangeCheck<RepairsMakeBothEqual>(
      "repairs_make_both_equal", "C3", {Initiator(), Provider()},
      "What was repaired is the same at A and B, is set once, and what cannot be repaired waits "
      "where people see it.",
      "repaired orders"));
}

}  // namespace scenarios
