#include "scenarios/exchange/answer_checks.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/checks/committed_column.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "scenarios/exchange/order_numbers.h"
#include "sim/net/refusal.h"
#include "sim/storage/value.h"
#include "systems/exchange/contract.h"
#include "systems/exchange/exchange.pb.h"

namespace scenarios {
namespace {

using sim::Traffic;
using sim::TrafficKind;

bool IsRejection(const exchange::SubmitReply& reply) {
  const exchange::Settles what = exchange::WhatSettles(reply.result());
  return what == exchange::Settles::kThisAttempt || what == exchange::Settles::kEveryAttempt;
}

// Whether a message says for certain that the money will not move. A rejected
// signature says so of one submission only: `others` is whether there are others
// of the order that had or may have had an effect. Parameters are the order's.
bool IsDefinitive(const google::protobuf::Message& message, bool others) {
  if (const auto* reply = dynamic_cast<const exchange::SubmitReply*>(&message)) {
    const bool of_all = exchange::WhatSettles(reply->result()) == exchange::Settles::kEveryAttempt;
    return IsRejection(*reply) && (of_all || !others);
  }
  if (const auto* reply = dynamic_cast<const exchange::QueryReply*>(&message)) {
    return reply->answer() == exchange::QueryReply::FAILED;
  }
  if (const auto* reply = dynamic_cast<const exchange::ReverseReply*>(&message)) {
    return reply->result() == exchange::ReverseReply::UNDONE && reply->reversal_no().empty();
  }
  const auto* notice = dynamic_cast<const exchange::ResultNotice*>(&message);
  return notice != nullptr && !notice->success();
}

class UnknownIsNotFailure final : public TableCheck {
 public:
  explicit UnknownIsNotFailure(const CheckContext& context)
      : TableCheck(context.nodes.at(kInitiator), "trade_order"),
        node_(context.nodes.at(kInitiator)),
        numbers_(node_) {}

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.caller != node_ && traffic.callee != node_) return;
    const bool submitted = traffic.method == "exchange.Submit" && traffic.caller == node_;
    const std::string order = numbers_.OrderOf(traffic.key);
    if (submitted && traffic.kind == TrafficKind::kTimedOut) Exercise();
    if (submitted) OnSubmission(traffic, submissions_[order]);

    const bool heard = (traffic.kind == TrafficKind::kReturned && traffic.caller == node_) ||
                       (traffic.kind == TrafficKind::kDelivered && traffic.callee == node_);
    if (heard && traffic.message != nullptr &&
        IsDefinitive(*traffic.message, !submissions_[order].empty())) {
      failed_.insert(order);
    }
  }

 private:
  // Only a refusal is known to have had no effect: of the connection, of the request,
  // or by a handler that could do nothing.
  static void OnSubmission(const Traffic& traffic, std::set<uint64_t>& submissions) {
    if (traffic.kind == TrafficKind::kSent) submissions.insert(traffic.call);
    if (traffic.kind == TrafficKind::kRefused) submissions.erase(traffic.call);
    if (traffic.kind != TrafficKind::kReturned) return;
    if (sim::IsRefused(traffic.status)) submissions.erase(traffic.call);
    const auto* reply = dynamic_cast<const exchange::SubmitReply*>(traffic.message);
    if (reply != nullptr && IsRejection(*reply)) submissions.erase(traffic.call);
  }

  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override {
    numbers_.Observe(commit);
    if (Before(change, "status") == After(change, "status")) return;
    if (sim::ToText(After(change, "status")) != "FAILED" || failed_.count(change.Key()) > 0) return;
    Violate(change.Key(), absl::StrCat(change.Key(), " became FAILED, but B has not said so"),
            commit.at, commit.cause);
  }

  const std::string node_;
  OrderNumbers numbers_;
  std::map<std::string, std::set<uint64_t>> submissions_;  // by order: calls not refused
  std::set<std::string> failed_;                           // orders of which B has said so
};

// The answer that a status of B's trade asks for; "" = there is no trade.
exchange::QueryReply::Answer Truth(const std::string& status) {
  if (status.empty()) return exchange::QueryReply::NOT_FOUND;
  if (status == "SUCCESS") return exchange::QueryReply::SUCCEEDED;
  if (status == "FAILED") return exchange::QueryReply::FAILED;
  if (status == "REVERSED") return exchange::QueryReply::REVERSED;
  return exchange::QueryReply::PROCESSING;
}

// A query may answer what was true at any instant between its arrival and its
// answer, whether or not somebody waits for the answer still.
class QueryAnswersCommittedTruth final : public Check {
 public:
  explicit QueryAnswersCommittedTruth(const CheckContext& context)
      : node_(context.nodes.at(kProvider)), status_(node_, "trade", "order_id", "status") {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    status_.Observe(commit);
    for (auto& [call, query] : queries_) query.truths.insert(status_[query.order]);
  }

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.callee != node_ || traffic.method != "exchange.Query") return;
    if (traffic.kind == TrafficKind::kDelivered) {
      Query& query = queries_[traffic.call];
      ++query.unanswered;
      query.order = std::string(traffic.key);
      query.truths.insert(status_[query.order]);
    } else if (traffic.kind == TrafficKind::kAnswered) {
      Query& query = queries_[traffic.call];
      OnAnswer(traffic, query);
      if (--query.unanswered <= 0) queries_.erase(traffic.call);
    }
  }

  // What it was about to answer, it never will.
  void OnCrash(absl::string_view node, sim::Nanos at) override {
    (void)at;
    if (node == node_) queries_.clear();
  }

 private:
  struct Query {
    std::string order;
    std::set<std::string> truths;  // statuses since it arrived
    int unanswered = 0;            // copies of it
  };

  void OnAnswer(const Traffic& traffic, const Query& query) {
    const auto* reply = dynamic_cast<const exchange::QueryReply*>(traffic.message);
    if (reply == nullptr) return;
    Exercise();
    for (const std::string& status : query.truths) {
      if (Truth(status) == reply->answer()) return;
    }
    const std::string truths =
        absl::StrJoin(query.truths, " or ", [](std::string* out, const std::string& status) {
          absl::StrAppend(out, status.empty() ? "unknown" : status);
        });
    Violate(
        query.order,
        absl::StrCat("a query of ", query.order, " was answered ",
                     exchange::QueryReply::Answer_Name(reply->answer()), ", but it was ", truths),
        traffic.at, traffic.record);
  }

  const std::string node_;
  CommittedColumn status_;
  std::map<uint64_t, Query> queries_;  // that are not answered, by call
};

// What a handler does later, in a task that it spawns, is its effect, too. What the
// asker does with the answer is not.
class QueriesHaveNoEffect final : public Check {
 public:
  explicit QueriesHaveNoEffect(const CheckContext& context)
      : reads_{{context.nodes.at(kInitiator), "exchange.OrderStatus"},
               {context.nodes.at(kProvider), "exchange.Query"}} {}

  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind != TrafficKind::kDelivered) return;
    const std::pair<std::string, std::string> read(traffic.callee, traffic.method);
    if (reads_.count(read) == 0) return;
    Exercise();
    deliveries_[traffic.record] = std::string(traffic.key);
  }

  void OnCommit(const sim::Commit& commit) override {
    const auto query = deliveries_.find(commit.delivery);
    if (query == deliveries_.end()) return;
    for (const sim::RowChange& change : commit.changes) {
      Violate(query->second,
              absl::StrCat("a query of ", query->second, " has changed ", change.table->name, " ",
                           change.Key(), " at ", commit.node),
              commit.at, commit.cause);
    }
  }

 private:
  const std::set<std::pair<std::string, std::string>> reads_;  // callee and method
  std::map<sim::RecordId, std::string> deliveries_;            // of queries: the key asked for
};

}  // namespace

void AddAnswerChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<UnknownIsNotFailure>(
      "unknown_is_not_failure", "O5", {Initiator()},
      "A takes an order for failed only if B has said so: no answer is no failure.",
      "submissions without an answer"));
  catalogue.AddCheck(ExchangeCheck<QueryAnswersCommittedTruth>(
      "query_answers_committed_truth", "N5", {Provider()},
      "B's query interface answers what B has committed.", "queries answered"));
  catalogue.AddCheck(ExchangeCheck<QueriesHaveNoEffect>(
      "queries_have_no_effect", "K1", {Initiator(), Provider()},
      "A query, at A or at B, changes nothing there, however often it is asked.",
      "queries delivered"));
}

}  // namespace scenarios
