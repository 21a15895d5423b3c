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
      : context_(context),
        initiator_(context.nodes.at(kInitiator)),
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
      order.Reckon(commit.at);
    }
  }

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind != TrafficKind::kSent) return;
    const bool of_a = context_.DatabaseOf(traffic.caller) == initiator_;
    if (of_a && traffic.method == "exchange.Query") {
      ++orders_[numbers_.OrderOf(traffic.key)].queries;
    } else if (!of_a && traffic.method == "exchange.Submit") {
      orders_[numbers_.OrderOf(traffic.key)].others_ask = true;
    }
  }

  void OnPhase(sim::Phase phase, sim::Nanos at) override {
    if (phase != sim::Phase::kJudge) return;
    for (const auto& [number, order] : orders_) {
      if (!order.is_none_of_as()) TakeOf(order, at);
    }
    TakeOfAll();
  }

 protected:
  struct Side {
    std::string status;
    sim::Nanos since = 0;
  };
  struct Order {
    // Whether A and B give it the same outcome: nothing at B is a failure.
    bool agreed() const { return at_a.status == (at_b.status.empty() ? "FAILED" : at_b.status); }

    // Whether one has an outcome that the other has not, or has another.
    bool apart() const {
      const std::string nothing_at_b = at_a.status == "FAILED" ? "FAILED" : "";
      return Outcome(at_a) != (at_b.status.empty() ? nothing_at_b : Outcome(at_b));
    }
    // A customer of B who is not A: B's answer is all that there is to agree about.
    bool is_none_of_as() const { return others_ask && at_a.status.empty(); }
    bool ended() const { return !Outcome(at_a).empty() || !Outcome(at_b).empty(); }

    // To be told after each commit of a status.
    void Reckon(sim::Nanos now) {
      if (was_apart) apart_for += now - reckoned_at;
      reckoned_at = now;
      was_apart = apart();
    }

    static std::string Outcome(const Side& side) {
      const bool ended =
          side.status == "SUCCESS" || side.status == "FAILED" || side.status == "REVERSED";
      return ended ? side.status : "";
    }

    Side at_a, at_b;
    bool others_ask = false;  // somebody but A has submitted it
    bool was_apart = false;
    sim::Nanos reckoned_at = 0;
    sim::Nanos apart_for = 0;  // up to then
    int64_t queries = 0;
  };

  // At the end of the run.
  virtual void TakeOf(const Order& order, sim::Nanos now) = 0;
  virtual void TakeOfAll() {}

 private:
  const CheckContext context_;
  const std::string initiator_;
  const std::string provider_;
  OrderNumbers numbers_;
  std::map<std::string, Order> orders_;
};

class ConsistencyLag final : public OrderMeasure {
 public:
  using OrderMeasure::OrderMeasure;

 private:
  void TakeOf(const Order& order, sim::Nanos now) override {
    if (order.at_b.status.empty()) return;
    // Left out, those about which they never agree would make the others look good.
    if (!order.ended()) return;
    if (order.apart()) return Take(order.apart_for + now - order.reckoned_at, "never agreed");
    Take(order.apart_for);
    Take(order.apart_for, absl::StrCat("queries: ", order.queries));
  }
};

class FinalInconsistencies final : public OrderMeasure {
 public:
  using OrderMeasure::OrderMeasure;

 private:
  void TakeOf(const Order& order, sim::Nanos) override { count_ += order.agreed() ? 0 : 1; }
  void TakeOfAll() override { Take(count_); }

  int64_t count_ = 0;
};

class QueriesPerOrder final : public OrderMeasure {
 public:
  using OrderMeasure::OrderMeasure;

 private:
  void TakeOf(const Order& order, sim::Nanos) override { Take(order.queries); }
};

class NoticeLatency final : public Measure {
 public:
  explicit NoticeLatency(const CheckContext& context)
      : context_(context), node_(context.nodes.at(kInitiator)) {}

  void OnTraffic(const Traffic& traffic) override {
    if (!absl::StartsWith(traffic.method, "exchange.Notify")) return;
    if (context_.DatabaseOf(traffic.callee) != node_) return;
    if (traffic.kind == TrafficKind::kSent) sent_[traffic.call] = traffic.at;
    if (traffic.kind != TrafficKind::kDelivered) return;
    const auto sent = sent_.find(traffic.call);
    if (sent == sent_.end()) return;  // a second copy
    Take(traffic.at - sent->second);
    sent_.erase(sent);
  }

 private:
  const CheckContext context_;
  const std::string node_;
  std::map<uint64_t, sim::Nanos> sent_;  // by call
};

class ResponseTime final : public Measure {
 public:
  explicit ResponseTime(const CheckContext& context)
      : context_(context), initiator_(context.nodes.at(kInitiator)) {}

  void OnTraffic(const Traffic& traffic) override {
    // Whoever is not A asks for himself, also at B.
    const bool pays = traffic.method == "exchange.Pay" || traffic.method == "exchange.Submit";
    if (!pays || context_.DatabaseOf(traffic.caller) == initiator_) return;
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

  const CheckContext context_;
  const std::string initiator_;
  std::map<uint64_t, sim::Nanos> asked_;  // by call
};

template <typename M>
std::unique_ptr<Measure> Make(const CheckContext& context) {
  return std::make_unique<M>(context);
}

}  // namespace

void AddExchangeMeasures(Catalogue& catalogue) {
  catalogue.AddMeasure({"consistency_lag",
                        "ns",
                        "How long, in all, A and B had different outcomes of an order by what each "
                        "had committed, one of them perhaps none yet; also by the number of "
                        "queries about the order; apart, to the end of the run where they never "
                        "agreed.",
                        {Initiator(), Provider()},
                        false,
                        &Make<ConsistencyLag>});
  catalogue.AddMeasure({"final_inconsistencies",
                        "orders",
                        "To how many orders of a run A and B give different outcomes at its end.",
                        {Initiator(), Provider()},
                        false,
                        &Make<FinalInconsistencies>});
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
                        "From a customer's payment order to A's answer, or from the submission of "
                        "who asks B himself to B's; apart, the waits that ended otherwise.",
                        {Initiator()},
                        false,
                        &Make<ResponseTime>});
}

}  // namespace scenarios
