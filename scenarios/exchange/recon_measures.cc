#include "scenarios/exchange/recon_measures.h"

#include <map>
#include <memory>
#include <set>
#include <string>

#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "scenarios/measure.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

// What waits for a person at A when the run ends.
class ManualQueue final : public Measure {
 public:
  explicit ManualQueue(const CheckContext& context) : node_(context.nodes.at(kInitiator)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    for (const sim::RowChange& change : commit.changes) {
      const bool there = change.kind != sim::ChangeKind::kDelete;
      if (change.table->name == "manual_queue") Set(orders_, change.Key(), there);
      if (change.table->name == "recon_refusal") Set(refusals_, change.Key(), there);
      if (change.table->name != "recon_mistake") continue;
      const bool manual = there && sim::ToText(After(change, "handle_status")) == "MANUAL";
      Set(mistakes_, change.Key(), manual);
    }
  }

  void OnPhase(sim::Phase phase, sim::Nanos) override {
    if (phase != sim::Phase::kJudge) return;
    const int64_t orders = static_cast<int64_t>(orders_.size());
    const int64_t mistakes = static_cast<int64_t>(mistakes_.size());
    const int64_t refusals = static_cast<int64_t>(refusals_.size());
    Take(orders + mistakes + refusals);
    if (orders > 0) Take(orders, "orders");
    if (mistakes > 0) Take(mistakes, "discrepancies");
    if (refusals > 0) Take(refusals, "statements");
  }

 private:
  static void Set(std::set<std::string>& keys, const std::string& key, bool there) {
    if (there) {
      keys.insert(key);
    } else {
      keys.erase(key);
    }
  }

  const std::string node_;
  std::set<std::string> orders_;
  std::set<std::string> mistakes_;
  std::set<std::string> refusals_;  // of statements, and statements that did not come
};

// What A's reconciliation has found, and how long after B had settled it.
class Discrepancies final : public Measure {
 public:
  explicit Discrepancies(const CheckContext& context) : node_(context.nodes.at(kInitiator)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    for (const sim::RowChange& change : commit.changes) {
      const bool found =
          change.table->name == "recon_mistake" && change.kind == sim::ChangeKind::kInsert;
      if (found) ++count_[sim::ToText(After(change, "err_type"))];
    }
  }

  void OnPhase(sim::Phase phase, sim::Nanos) override {
    if (phase != sim::Phase::kJudge) return;
    for (const auto& [mistake, count] : count_) Take(count, mistake);
  }

 private:
  const std::string node_;
  std::map<std::string, int64_t> count_;  // by class
};

class TimeToRepair final : public Measure {
 public:
  explicit TimeToRepair(const CheckContext& context)
      : initiator_(context.nodes.at(kInitiator)), provider_(context.nodes.at(kProvider)) {}

  void OnCommit(const sim::Commit& commit) override {
    for (const sim::RowChange& change : commit.changes) {
      const std::string& table = change.table->name;
      if (commit.database == provider_ && table == "settlement") {
        settled_.try_emplace(sim::ToText(After(change, "order_id")), commit.at);
      }
      if (commit.database != initiator_ || table != "recon_mistake") continue;
      if (sim::ToText(After(change, "handle_status")) != "REPAIRED") continue;
      const auto settled = settled_.find(sim::ToText(After(change, "order_no")));
      if (settled != settled_.end()) Take(commit.at - settled->second);
    }
  }

 private:
  const std::string initiator_;
  const std::string provider_;
  std::map<std::string, sim::Nanos> settled_;  // by order, when
};

template <typename M>
std::unique_ptr<Measure> Make(const CheckContext& context) {
  return std::make_unique<M>(context);
}

}  // namespace

void AddReconMeasures(Catalogue& catalogue) {
  catalogue.AddMeasure({"manual_queue",
                        "items",
                        "How many items wait for a person at A at the end of a run; where there "
                        "are any, also how many orders, discrepancies, and statements refused or "
                        "missed.",
                        {Initiator()},
                        false,
                        &Make<ManualQueue>});
  catalogue.AddMeasure({"discrepancies",
                        "discrepancies",
                        "How many A's reconciliation has found in a run that found any, by class.",
                        {Initiator()},
                        false,
                        &Make<Discrepancies>});
  catalogue.AddMeasure({"time_to_repair",
                        "ns",
                        "From B's settlement of an order to the end of its repair by A.",
                        {Initiator(), Provider()},
                        false,
                        &Make<TimeToRepair>});
}

}  // namespace scenarios
