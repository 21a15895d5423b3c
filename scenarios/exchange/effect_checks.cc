#include "scenarios/exchange/effect_checks.h"

#include <cctype>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/numeric/int128.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scenarios/checks/table_check.h"
#include "sim/storage/value.h"

namespace scenarios {
namespace {

constexpr char kInitiator[] = "initiator";
constexpr char kProvider[] = "provider";

bool IsInsert(const sim::RowChange& change, absl::string_view table) {
  return change.kind == sim::ChangeKind::kInsert && change.table->name == table;
}

absl::int128 Amount(const sim::RowChange& posting) {
  const auto* amount = std::get_if<int64_t>(&After(posting, "amount"));
  return amount == nullptr ? 0 : *amount;
}

class DoubleEntry final : public Check {
 public:
  explicit DoubleEntry(const CheckContext& context) : node_(context.nodes.at(kProvider)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    std::map<std::pair<std::string, std::string>, absl::int128> sums;  // by journal and currency
    for (const sim::RowChange& change : commit.changes) {
      const bool posting = change.table->name == "posting";
      if (!posting && change.table->name != "journal") continue;
      if (change.kind != sim::ChangeKind::kInsert) {
        Violate(change.Key(),
                absl::StrCat(change.table->name, " ", change.Key(), " was changed afterwards"),
                commit.at, commit.cause);
      } else if (posting) {
        sums[{sim::ToText(After(change, "journal_id")), sim::ToText(After(change, "currency"))}] +=
            Amount(change);
      }
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

// Payments are counted for the orders of A, whatever numbers they had at B: a
// number that A derived from an order begins with it.
class ExactlyOnceEffect final : public Check {
 public:
  explicit ExactlyOnceEffect(const CheckContext& context)
      : initiator_(context.nodes.at(kInitiator)), provider_(context.nodes.at(kProvider)) {}

  void OnCommit(const sim::Commit& commit) override {
    for (const sim::RowChange& change : commit.changes) {
      if (commit.database == initiator_ && IsInsert(change, "trade_order")) {
        orders_.insert(change.Key());
      } else if (commit.database == provider_ && IsInsert(change, "journal") &&
                 After(change, "leg") == sim::Value("PAYMENT")) {
        OnPayment(commit, sim::ToText(After(change, "biz_id")));
      }
    }
  }

 private:
  void OnPayment(const sim::Commit& commit, const std::string& business_id) {
    const std::string order = OrderOf(business_id);
    Exercise();
    if (++payments_[order] < 2) return;
    Violate(
        order,
        absl::StrCat(order, " was paid ", payments_[order], " times, the last as ", business_id),
        commit.at, commit.cause);
  }

  std::string OrderOf(const std::string& business_id) const {
    std::string order;
    for (size_t end = 1; end <= business_id.size(); ++end) {
      const bool whole =
          end == business_id.size() || !std::isalnum(static_cast<unsigned char>(business_id[end]));
      if (whole && orders_.count(business_id.substr(0, end)) > 0) {
        order = business_id.substr(0, end);
      }
    }
    return order.empty() ? business_id : order;
  }

  const std::string initiator_;
  const std::string provider_;
  std::set<std::string> orders_;
  std::map<std::string, int> payments_;
};

class ReversedAtMostOnce final : public Check {
 public:
  explicit ReversedAtMostOnce(const CheckContext& context) : node_(context.nodes.at(kProvider)) {}

  void OnCommit(const sim::Commit& commit) override {
    if (commit.database != node_) return;
    for (const sim::RowChange& change : commit.changes) {
      if (IsInsert(change, "journal")) OnJournal(commit, change);
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

  void OnJournal(const sim::Commit& commit, const sim::RowChange& change) {
    (void)commit;
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

template <typename C>
std::unique_ptr<Check> Make(const CheckContext& context) {
  return std::make_unique<C>(context);
}

}  // namespace

void AddEffectChecks(Catalogue& catalogue) {
  const sim::RoleSpec initiator{kInitiator, "exchange.Initiator"};
  const sim::RoleSpec provider{kProvider, "exchange.Provider"};
  catalogue.AddCheck({"double_entry",
                      "M2",
                      "Debit and credit of every journal are equal at every commit, per currency, "
                      "and what is booked is never changed.",
                      "journals",
                      {provider},
                      &Make<DoubleEntry>});
  catalogue.AddCheck({"exactly_once_effect",
                      "M4",
                      "An order of A is paid at most once, however often it is submitted.",
                      "payments",
                      {initiator, provider},
                      &Make<ExactlyOnceEffect>});
  catalogue.AddCheck({"reversed_at_most_once",
                      "R1",
                      "A payment is reversed at most once, and never by more than was paid.",
                      "reversals",
                      {provider},
                      &Make<ReversedAtMostOnce>});
}

}  // namespace scenarios
