#include "scenarios/exchange/effect_checks.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/algorithm/container.h"
#include "absl/numeric/int128.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/exchange/exchange_check.h"
#include "scenarios/exchange/order_numbers.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

bool IsInsert(const sim::RowChange& change, absl::string_view table) {
  return change.kind == sim::ChangeKind::kInsert && change.table->name == table;
}

absl::int128 Amount(const sim::RowChange& posting) {
  const auto* amount = std::get_if<int64_t>(&After(posting, "amount"));
  return amount == nullptr ? 0 : *amount;
}

// That what is booked stays as it is, other checks declare.
class DoubleEntry final : public Check {
 public:
  explicit DoubleEntry(const CheckContext& context) : node_(context.nodes.at(kProvider)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    std::map<std::pair<std::string, std::string>, absl::int128> sums;  // by journal and currency
    for (const sim::RowChange& change : commit.changes) {
      if (!IsInsert(change, "posting")) continue;
      sums[{sim::ToText(After(change, "journal_id")), sim::ToText(After(change, "currency"))}] +=
          Amount(change);
    }
    for (const auto& [where, sum] : sums) {
      Exercise();
      if (sum == 0) continue;
      Violate(where.first,
              absl::StrCat("debit and credit of journal ", where.first, " differ by ",
                           static_cast<int64_t>(sum), " ", where.second, " in one commit"),
              commit.at, commit.cause);
    }
  }

 private:
  const std::string node_;
};

// What is booked is counted for the orders of A, whatever numbers they had at B.
class ExactlyOnceEffect final : public Check {
 public:
  explicit ExactlyOnceEffect(const CheckContext& context)
      : context_(context),
        initiator_(context.nodes.at(kInitiator)),
        provider_(context.nodes.at(kProvider)),
        numbers_(initiator_) {}

  void OnCommit(const sim::Commit& commit) override {
    numbers_.Observe(commit);
    for (const sim::RowChange& change : commit.changes) {
      if (commit.database == initiator_ && IsInsert(change, "trade_order")) OnOrder(change);
      if (commit.database != provider_) continue;
      if (IsInsert(change, "journal")) OnJournal(commit, change);
      if (IsInsert(change, "posting")) OnPosting(change);
      if (change.table->name == "trade") OnTrade(change);
    }
  }

  // An effect can be repeated if its request was, or if it was undone.
  void OnTraffic(const sim::Traffic& traffic) override {
    const bool submitted =
        context_.DatabaseOf(traffic.callee) == provider_ && traffic.method == "exchange.Submit";
    if (!submitted || traffic.kind != sim::TrafficKind::kDelivered) return;
    const std::string order = numbers_.OrderOf(traffic.key);
    if (++effects_[order].submitted == 2) PutToTest(order);
  }

  void OnPhase(sim::Phase phase, sim::Nanos at) override {
    if (phase != sim::Phase::kJudge) return;
    for (const auto& [order, effect] : effects_) Judge(order, effect, at);
  }

 private:
  // What a payment has done to an account.
  struct Side {
    int postings = 0;
    absl::int128 sum = 0;
  };
  struct Effect {
    std::string payer;  // as A ordered
    std::string payee;
    absl::int128 amount = 0;
    int submitted = 0;
    bool put_to_test = false;
    int payments = 0;
    std::map<std::string, Side> paid;           // by account
    std::map<std::string, std::string> trades;  // status at B, by number of the trade
  };

  void PutToTest(const std::string& order) {
    bool& put_to_test = effects_[order].put_to_test;
    if (!put_to_test) Exercise();
    put_to_test = true;
  }

  void OnOrder(const sim::RowChange& change) {
    Effect& effect = effects_[change.Key()];
    effect.payer = sim::ToText(After(change, "payer"));
    effect.payee = sim::ToText(After(change, "payee"));
    effect.amount = Amount(change);
  }

  void OnTrade(const sim::RowChange& change) {
    const std::string order = numbers_.OrderOf(sim::ToText(After(change, "order_id")));
    effects_[order].trades[change.Key()] = sim::ToText(After(change, "status"));
  }

  void OnJournal(const sim::Commit& commit, const sim::RowChange& change) {
    const std::string number = sim::ToText(After(change, "biz_id"));
    const std::string order = numbers_.OrderOf(number);
    if (After(change, "leg") != sim::Value("PAYMENT")) {
      PutToTest(order);
      return;
    }
    paying_[change.Key()] = order;
    const int payments = ++effects_[order].payments;
    if (payments < 2) return;
    Violate(order, absl::StrCat(order, " was paid ", payments, " times, the last as ", number),
            commit.at, commit.cause);
  }

  void OnPosting(const sim::RowChange& change) {
    const auto paying = paying_.find(sim::ToText(After(change, "journal_id")));
    if (paying == paying_.end()) return;
    Side& side = effects_[paying->second].paid[sim::ToText(After(change, "account_id"))];
    ++side.postings;
    side.sum += Amount(change);
  }

  void Judge(const std::string& order, const Effect& effect, sim::Nanos at) {
    if (effect.payments > 1) return;  // Said already.
    const bool due = absl::c_any_of(effect.trades, [](const auto& trade) {
      return trade.second == "SUCCESS" || trade.second == "REVERSED";
    });
    if (due != (effect.payments == 1)) {
      Violate(order,
              absl::StrCat(order, " was paid ", effect.payments, " times, and B calls it ",
                           due ? "paid" : "not paid"),
              at);
    }
    if (effect.payments == 0) return;
    std::map<std::string, Side> right;
    right[effect.payer] = {1, -effect.amount};
    right[effect.payee] = {1, effect.amount};
    for (const auto& [account, side] : effect.paid) right.emplace(account, Side());
    for (const auto& [account, want] : right) {
      const auto found = effect.paid.find(account);
      const Side have = found == effect.paid.end() ? Side() : found->second;
      if (have.postings == want.postings && have.sum == want.sum) continue;
      Violate(order,
              absl::StrCat("the payment of ", order, " booked ", ToString(have), " on ", account,
                           " instead of ", ToString(want)),
              at);
    }
  }

  static std::string ToString(const Side& side) {
    return absl::StrCat(static_cast<int64_t>(side.sum), " in ", side.postings, " postings");
  }

  const CheckContext context_;
  const std::string initiator_;
  const std::string provider_;
  OrderNumbers numbers_;
  std::map<std::string, Effect> effects_;      // by order
  std::map<std::string, std::string> paying_;  // orders, by the journals of their payments
};

class ReversedAtMostOnce final : public Check {
 public:
  explicit ReversedAtMostOnce(const CheckContext& context) : node_(context.nodes.at(kProvider)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    for (const sim::RowChange& change : commit.changes) {
      if (IsInsert(change, "journal")) OnJournal(change);
      if (IsInsert(change, "posting")) OnPosting(change);
    }
    for (const std::string& order : reversed_now_) Judge(commit, order);
    reversed_now_.clear();
  }

 private:
  struct Sums {
    int reversals = 0;
    absl::int128 paid = 0;
    absl::int128 reversed = 0;
  };
  struct Journal {
    std::string order;
    bool reversal = false;
  };

  void OnJournal(const sim::RowChange& change) {
    const Journal journal{sim::ToText(After(change, "biz_id")),
                          absl::StartsWith(sim::ToText(After(change, "leg")), "REVERSAL")};
    if (journal.reversal) {
      Exercise();
      ++sums_[journal.order].reversals;
      reversed_now_.insert(journal.order);
    }
    journals_[change.Key()] = journal;
  }

  void OnPosting(const sim::RowChange& change) {
    const Journal& journal = journals_[sim::ToText(After(change, "journal_id"))];
    Sums& sums = sums_[journal.order];
    if (Amount(change) > 0) (journal.reversal ? sums.reversed : sums.paid) += Amount(change);
  }

  void Judge(const sim::Commit& commit, const std::string& order) {
    const Sums& sums = sums_[order];
    if (sums.reversals <= 1 && sums.reversed <= sums.paid) return;
    Violate(order,
            absl::StrCat(order, " was reversed ", sums.reversals,
                         " times: ", static_cast<int64_t>(sums.reversed), " of ",
                         static_cast<int64_t>(sums.paid), " paid"),
            commit.at, commit.cause);
  }

  const std::string node_;
  std::map<std::string, Journal> journals_;
  std::map<std::string, Sums> sums_;
  std::set<std::string> reversed_now_;  // with the commit that is being told
};

}  // namespace

void AddEffectChecks(Catalogue& catalogue) {
  catalogue.AddCheck(ExchangeCheck<DoubleEntry>(
      "double_entry", "M2", {Provider()},
      "Debit and credit of every journal are equal at every commit, per currency.", "journals"));
  catalogue.AddCheck(ExchangeCheck<ExactlyOnceEffect>(
      "exactly_once_effect", "M4", {Initiator(), Provider()},
      "An order of A that B calls paid has debited its payer once and credited its payee once, "
      "with its amount; any other has moved nothing; however often it is submitted.",
      "orders submitted again or reversed"));
  catalogue.AddCheck(ExchangeCheck<ReversedAtMostOnce>(
      "reversed_at_most_once", "R1", {Provider()},
      "A payment is reversed at most once, and never by more than was paid.", "reversals"));
}

}  // namespace scenarios
