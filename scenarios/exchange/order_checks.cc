#include "scenarios/exchange/order_checks.h"

#include <set>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

constexpr char kInitiator[] = "initiator";

// The union of the two state machines of the source: B's notice may overtake its
// own synchronous answer.
bool IsLegal(const std::string& from, const std::string& to) {
  static const auto& kLegal = *new std::set<std::pair<std::string, std::string>>{
      {"INIT", "PROCESSING"},   {"PROCESSING", "SUBMITTED"}, {"PROCESSING", "SUCCESS"},
      {"PROCESSING", "FAILED"}, {"SUBMITTED", "SUCCESS"},    {"SUBMITTED", "FAILED"},
      {"SUCCESS", "REVERSED"},
  };
  return kLegal.count({from, to}) > 0;
}

// How far an order has come.
int Rank(const std::string& status) {
  if (status == "INIT") return 0;
  if (status == "PROCESSING") return 1;
  if (status == "SUBMITTED") return 2;
  if (status == "SUCCESS" || status == "FAILED") return 3;
  return 4;  // REVERSED
}

// A check over the moves of orders from one status to another.
class MoveCheck : public TableCheck {
 public:
  explicit MoveCheck(const CheckContext& context)
      : TableCheck(context.nodes.at(kInitiator), "trade_order") {}

 protected:
  struct Move {
    const sim::Commit& commit;
    const sim::RowChange& change;
    std::string order;
    std::string from;
    std::string to;

    std::string ToString() const { return absl::StrCat(order, " went from ", from, " to ", to); }
  };

  virtual void OnMove(const Move& move) = 0;

  void Blame(const Move& move, absl::string_view why) {
    Violate(move.order, absl::StrCat(move.ToString(), why), move.commit.at, move.commit.cause);
  }

 private:
  void OnChange(const sim::Commit& commit, const sim::RowChange& change) final {
    if (change.kind != sim::ChangeKind::kUpdate) return;
    const Move move{commit, change, change.Key(), sim::ToText(Before(change, "status")),
                    sim::ToText(After(change, "status"))};
    if (move.from != move.to) OnMove(move);
  }
};

class LegalTransitionsAreLogged final : public MoveCheck {
 public:
  using MoveCheck::MoveCheck;

 private:
  void OnMove(const Move& move) override {
    Exercise();
    if (!IsLegal(move.from, move.to)) {
      Blame(move, ", which is no legal transition");
    } else if (!absl::c_any_of(move.commit.changes, [&](const sim::RowChange& change) {
                 return IsFlowOf(move, change);
               })) {
      Blame(move, " without a row of trade_flow in the same transaction");
    }
  }

  static bool IsFlowOf(const Move& move, const sim::RowChange& change) {
    return change.table->name == "trade_flow" && change.kind == sim::ChangeKind::kInsert &&
           sim::ToText(After(change, "order_id")) == move.order &&
           sim::ToText(After(change, "from_status")) == move.from &&
           sim::ToText(After(change, "to_status")) == move.to;
  }
};

class TerminalStatesStay final : public MoveCheck {
 public:
  using MoveCheck::MoveCheck;

 private:
  void OnMove(const Move& move) override {
    if (Rank(move.to) >= 3) Exercise();
    if (Rank(move.from) < 3 || (move.from == "SUCCESS" && move.to == "REVERSED")) return;
    Blame(move, ", but had ended");
  }
};

class NeverBackwards final : public MoveCheck {
 public:
  explicit NeverBackwards(const CheckContext& context)
      : MoveCheck(context), node_(context.nodes.at(kInitiator)) {}

  // Counts what arrives about an order that has already ended.
  void OnTraffic(const sim::Traffic& traffic) override {
    const bool notice = traffic.kind == sim::TrafficKind::kDelivered && traffic.callee == node_ &&
                        absl::StartsWith(traffic.method, "exchange.Notify");
    const bool answer = traffic.kind == sim::TrafficKind::kReturned && traffic.caller == node_;
    if ((notice || answer) && ended_.count(std::string(traffic.key)) > 0) Exercise();
  }

 private:
  void OnMove(const Move& move) override {
    if (Rank(move.to) >= 3) ended_.insert(move.order);
    if (Rank(move.to) <= Rank(move.from)) Blame(move, ", backwards");
  }

  const std::string node_;
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
      const bool in_vain = statement.kind == sim::ChangeKind::kUpdate && statement.affected == 0 &&
                           ComparesStatus(statement);
      if (in_vain) OnNoRow(commit, i);
    }
  }

 private:
  static bool ComparesStatus(const sim::StatementRun& statement) {
    return absl::c_linear_search(statement.compared, "status");
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
    Violate(change.Key(),
            absl::StrCat("the status of ", change.table->name, " ", change.Key(), " was set to ",
                         sim::ToText(change.new_row[column]),
                         " whatever it was before: ", statement.sql),
            commit.at, commit.cause);
  }

  // A statement that compared the status changed no row: what its transaction does
  // afterwards is done as if it had.
  void OnNoRow(const sim::Commit& commit, size_t statement) {
    Exercise();
    for (const sim::RowChange& change : commit.changes) {
      if (change.statement <= static_cast<int>(statement)) continue;
      Violate(change.Key(),
              absl::StrCat("a change of ", change.table->name, " ", change.Key(),
                           " was committed after an update had changed 0 rows: ",
                           commit.statements[statement].sql),
              commit.at, commit.cause);
      return;
    }
  }
};

template <typename C>
CheckSpec Spec(std::string name, std::string catalogue, std::string claim, std::string counts) {
  return {std::move(name),
          std::move(catalogue),
          std::move(claim),
          std::move(counts),
          {{kInitiator, "exchange.Initiator"}},
          [](const CheckContext& context) { return std::make_unique<C>(context); }};
}

}  // namespace

void AddOrderChecks(Catalogue& catalogue) {
  catalogue.AddCheck(Spec<LegalTransitionsAreLogged>(
      "legal_transitions_are_logged", "O1",
      "An order moves along the transitions of its state machine only, and each move is logged in "
      "the transaction that makes it.",
      "moves of orders"));
  catalogue.AddCheck(Spec<TerminalStatesStay>(
      "terminal_states_stay", "O2",
      "An order that has ended never changes again, except from SUCCESS to REVERSED.",
      "orders that ended"));
  catalogue.AddCheck(Spec<StatusMovesByCompareAndSet>(
      "status_moves_by_compare_and_set", "O3",
      "A status is set only where the old one is as expected, and an update that changes no row "
      "is not taken for one that does.",
      "changes of a status, and updates in vain"));
  catalogue.AddCheck(
      Spec<NeverBackwards>("never_backwards", "O7",
                           "A late, repeated or overtaken message never moves an order backwards.",
                           "messages about orders that had ended"));
}

}  // namespace scenarios
