#include "scenarios/exchange/order_checks.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "scenarios/exchange/order_numbers.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

// How far an order has come.
int Rank(const std::string& status) {
  if (status == "INIT") return 0;
  if (status == "PROCESSING") return 1;
  if (status == "SUBMITTED") return 2;
  if (status == "SUCCESS" || status == "FAILED") return 3;
  return 4;  // REVERSED
}

// Every move of an order is one row of the flow, and every row of the flow is a move,
// in one transaction. Which moves are legal, the declared state machine says.
class MovesAreLogged final : public Check {
 public:
  explicit MovesAreLogged(const CheckContext& context) : node_(context.nodes.at(kInitiator)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    std::map<Move, int> unlogged;  // negative: logged, and not made
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name == "trade_order") OnOrder(commit, change, unlogged);
      if (change.table->name == "trade_flow") OnLog(commit, change, unlogged);
    }
    for (const auto& [move, times] : unlogged) {
      if (times > 0) Blame(commit, move, " without a row of trade_flow in the same transaction");
      if (times < 0) Blame(commit, move, " as trade_flow has it, but not in the same transaction");
    }
  }

 private:
  using Move = std::tuple<std::string, std::string, std::string>;  // order, from, to

  void OnOrder(const sim::Commit& commit, const sim::RowChange& change,
               std::map<Move, int>& unlogged) {
    const Move move{change.Key(), sim::ToText(Before(change, "status")),
                    sim::ToText(After(change, "status"))};
    const auto& [order, from, to] = move;
    if (change.kind == sim::ChangeKind::kDelete) {
      Violate(order, absl::StrCat(order, " was deleted"), commit.at, commit.cause);
    } else if (change.kind == sim::ChangeKind::kUpdate && from != to) {
      Exercise();
      ++unlogged[move];
    }
  }

  void OnLog(const sim::Commit& commit, const sim::RowChange& change,
             std::map<Move, int>& unlogged) {
    if (change.kind != sim::ChangeKind::kInsert) {
      const std::string order = sim::ToText(change.row()[change.table->Column("order_id")]);
      Violate(order, absl::StrCat("the log of ", order, " was changed afterwards"), commit.at,
              commit.cause);
      return;
    }
    const Move move{sim::ToText(After(change, "order_id")),
                    sim::ToText(After(change, "from_status")),
                    sim::ToText(After(change, "to_status"))};
    --unlogged[move];
    const std::string cause = sim::ToText(After(change, "cause"));
    for (const char* known : {"egress", "notice", "query", "reversal", "recon"}) {
      if (cause == known) return;
    }
    Blame(commit, move, absl::StrCat(", logged with the cause \"", cause, "\""));
  }

  void Blame(const sim::Commit& commit, const Move& move, absl::string_view why) {
    const auto& [order, from, to] = move;
    Violate(order, absl::StrCat(order, " went from ", from, " to ", to, why), commit.at,
            commit.cause);
  }

  const std::string node_;
};

class NeverBackwards final : public TableCheck {
 public:
  explicit NeverBackwards(const CheckContext& context)
      : TableCheck(context.nodes.at(kInitiator), "trade_order"),
        node_(context.nodes.at(kInitiator)),
        numbers_(node_) {}

  // Counts what arrives about an order that has already ended.
  void OnTraffic(const sim::Traffic& traffic) override {
    const bool notice = traffic.kind == sim::TrafficKind::kDelivered && traffic.callee == node_ &&
                        absl::StartsWith(traffic.method, "exchange.Notify");
    const bool answer = traffic.kind == sim::TrafficKind::kReturned && traffic.caller == node_;
    if ((notice || answer) && ended_.count(numbers_.OrderOf(traffic.key)) > 0) Exercise();
  }

 private:
  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override {
    if (change.kind != sim::ChangeKind::kUpdate) return;
    const std::string from = sim::ToText(Before(change, "status"));
    const std::string to = sim::ToText(After(change, "status"));
    if (from == to) return;
    numbers_.Observe(commit);
    const std::string order = change.Key();
    if (Rank(to) >= 3) ended_.insert(order);
    if (Rank(to) > Rank(from)) return;
    Violate(order, absl::StrCat(order, " went from ", from, " to ", to, ", backwards"), commit.at,
            commit.cause);
  }

  const std::string node_;
  OrderNumbers numbers_;  // of orders that have moved
  std::set<std::string> ended_;
};

// On both sides, and for every table that has a status: orders, trades, notices.
class StatusMovesByCompareAndSet final : public Check {
 public:
  explicit StatusMovesByCompareAndSet(const CheckContext&) {}

  void OnCommit(const sim::Commit& commit) override {
    for (const sim::RowChange& change : commit.changes) OnChange(commit, change);
    for (size_t i = 0; i < commit.statements.size(); ++i) {
      const sim::StatementRun& statement = commit.statements[i];
      const bool in_vain = statement.text->kind == sim::ChangeKind::kUpdate &&
                           statement.affected == 0 && ComparesStatus(statement);
      if (in_vain) OnNoRow(commit, i);
    }
  }

 private:
  static bool ComparesStatus(const sim::StatementRun& statement) {
    return absl::c_linear_search(statement.text->compared, "status");
  }

  // The old status is in the WHERE of the statement that sets a new one.
  void OnChange(const sim::Commit& commit, const sim::RowChange& change) {
    const int column = change.table->Column("status");
    if (column < 0 || change.kind != sim::ChangeKind::kUpdate) return;
    if (change.old_row[column] == change.new_row[column]) return;
    Exercise();
    if (change.statement < 0) return;  // Nobody knows which statement it was.
    const sim::StatementRun& statement = commit.statements[static_cast<size_t>(change.statement)];
    if (ComparesStatus(statement)) return;
    Violate(BusinessKey(change),
            absl::StrCat("the status of ", change.table->name, " ", change.Key(), " was set to ",
                         sim::ToText(change.new_row[column]),
                         " whatever it was before: ", statement.text->sql),
            commit.at, commit.cause);
  }

  // A statement that compared the status changed no row: what its transaction does
  // afterwards is done as if it had.
  void OnNoRow(const sim::Commit& commit, size_t statement) {
    Exercise();
    for (const sim::RowChange& change : commit.changes) {
      if (change.statement <= static_cast<int>(statement)) continue;
      Violate(BusinessKey(change),
              absl::StrCat("a change of ", change.table->name, " ", change.Key(),
                           " was committed after an update had changed 0 rows: ",
                           commit.statements[statement].text->sql),
              commit.at, commit.cause);
      return;
    }
  }
};

}  // namespace

void AddOrderChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<MovesAreLogged>(
      "moves_are_logged", "O1", {Initiator()},
      "Each move of an order is logged with its cause, in the transaction that makes it, and the "
      "log has no other and is never changed.",
      "moves of orders"));
  catalogue.AddCheck(ExchangeCheck<StatusMovesByCompareAndSet>(
      "status_moves_by_compare_and_set", "O3", {Initiator(), Provider()},
      "A status is set only where the old one is as expected, and an update that changes no row "
      "is not taken for one that does.",
      "changes of a status, and updates in vain"));
  catalogue.AddCheck(ExchangeCheck<NeverBackwards>(
      "never_backwards", "O7", {Initiator()},
      "A late, repeated or overtaken message never moves an order backwards.",
      "messages about orders that had ended"));
}

}  // namespace scenarios
