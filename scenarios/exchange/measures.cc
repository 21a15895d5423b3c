#include "scenarios/exchange/measures.h"

#include <map>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "scenarios/exchange/order_numbers.h"
#include "scenarios/measure.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

using sim::Traffic;
using sim::TrafficKind;

// A measure over the orders of A, taken when the world is at rest.
class OrderMeasure : public Measure {
 public:
  explicit OrderMeasure(const CheckContext& context)
      : initiator_(context.nodes.at(kInitiator)),
        provider_(context.nodes.at(kProvider)),
        numbers_(initiator_) {}

  void OnCommit(const sim::Commit& commit) override {
    numbers_.Observe(commit);
    for (const sim::RowChange& change : commit.changes) {
      const std::string& table = change.table->name;
      const bool at_a = commit.database == initiator_ && table == "trade_order";
      const bool at_b = commit.database == provider_ && table == "trade";
      if ((!at_a && !at_b) || Before(change, "status") == After(change, "status")) continue;
      Order& order = orders_[numbers_.OrderOf(sim::ToText(After(change, "order_id")))];
      // Not in one statement: g++ 12 loses arguments in (c ? x : y) = {...}.
      Side& side = at_a ? order.at_a : order.at_b;
      side = {sim::ToText(After(change, "status")), commit.at};
    }
  }

  void OnTraffic(const Traffic& traffic) override {
    const bool query = traffic.kind == TrafficKind::kSent && traffic.method == "exchange.Query";
    if (query && traffic.caller == initiator_) ++orders_[numbers_.OrderOf(traffic.key)].queries;
  }

  void OnPhase(sim::Phase phase, sim::Nanos) override {
    if (phase != sim::Phase::kJudge) return;
    for (const auto& [number, order] : orders_) TakeOf(order);
  }

 protected:
  struct Side {
    std::string status;
    sim::Nanos since = 0;
  };
  struct Order {
    Side at_a, at_b;
    int64_t queries = 0;
  };

  virtual void TakeOf(const Order& order) = 0;

 private:
  const std::string initiator_;
  const std::string provider_;
  OrderNumbers numbers_;
  std::map<std::string, Order> orders_;
};

// An order about which they never agree has no lag; a check says so.
class ConsistencyLag final : public OrderMeasure {
 public:
  using OrderMeasure::OrderMeasure;

 private:
  void TakeOf(const Order& order) override {
    if (order.at_a.status.empty() || order.at_a.status != order.at_b.status) return;
    const sim::Nanos lag = order.at_a.since - order.at_b.since;
    Take(lag);
    Take(lag, absl::StrCat("queries: ", order.queries));
  }
};

class QueriesPerOrder final : public OrderMeasure {
 public:
  using OrderMeasure::OrderMeasure;

 private:
  void TakeOf(const Order& order) override { Take(order.queries); }
};

class NoticeLatency final : public Measure {
 public:
  explicit NoticeLatency(const CheckContext& context) : node_(context.nodes.at(kInitiator)) {}

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.callee != node_ || !absl::StartsWith(traffic.method, "exchange.Notify")) return;
    if (traffic.kind == TrafficKind::kSent) sent_[traffic.call] = traffic.at;
    if (traffic.kind != TrafficKind::kDelivered) return;
    const auto sent = sent_.find(traffic.call);
    if (sent == sent_.end()) return;  // a second copy
    Take(traffic.at - sent->second);
    sent_.erase(sent);
  }

 private:
  const std::string node_;
  std::map<uint64_t, sim::Nanos> sent_;  // by call
};

class ResponseTime final : public Measure {
 public:
  explicit ResponseTime(const CheckContext& context) : node_(context.nodes.at(kInitiator)) {}

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.callee != node_ || traffic.method != "exchange.Pay") return;
    if (traffic.kind == TrafficKind::kSent) asked_[traffic.call] = traffic.at;
    // Left out, those who waited in vain would make the others look fast.
    if (traffic.kind == TrafficKind::kReturned) Answer(traffic, traffic.status.ok() ? "" : "error");
    if (traffic.kind == TrafficKind::kRefused) Answer(traffic, "connection refused");
    if (traffic.kind == TrafficKind::kTimedOut) Answer(traffic, "no answer");
  }

 private:
  void Answer(const Traffic& traffic, const std::string& group) {
    Take(traffic.at - asked_.at(traffic.call), group);
    asked_.erase(traffic.call);
  }

  const std::string node_;
  std::map<uint64_t, sim::Nanos> asked_;  // by call
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

void AddExchangeMeasures(Catalogue& catalogue) {
  catalogue.AddMeasure({"consistency_lag",
                        "ns",
                        "From B's commit of the last status of an order to A's of the same; also "
                        "by the number of queries about the order.",
                        {Initiator(), Provider()},
                        false,
                        &Make<ConsistencyLag>});
  catalogue.AddMeasure({"queries_per_order",
                        "queries",
                        "How often A asks B about an order.",
                        {Initiator(), Provider()},
                        false,
                        &Make<QueriesPerOrder>});
  catalogue.AddMeasure({"notice_latency",
                        "ns",
                        "From B sending a notice to A receiving it.",
                        {Initiator()},
                        true,
                        &Make<NoticeLatency>});
  catalogue.AddMeasure({"response_time",
                        "ns",
                        "From a customer's payment order to A's answer; apart, the waits that "
                        "ended otherwise.",
                        {Initiator()},
                        false,
                        &Make<ResponseTime>});
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
