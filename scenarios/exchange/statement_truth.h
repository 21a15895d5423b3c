// StatementTruth: what both companies' books say of each order, and what was done to
// its line on the way from B's books to the statement.
//
// From committed rows of A's orders and of B's settlements, and from the faults that
// were decided. A's reconciliation is not asked: this is what it is judged by.

#ifndef SCENARIOS_EXCHANGE_STATEMENT_TRUTH_H_
#define SCENARIOS_EXCHANGE_STATEMENT_TRUTH_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "sim/choice/choice.h"
#include "sim/storage/commit.h"
#include "systems/exchange/bill_day.h"

namespace scenarios {

class StatementTruth {
 public:
  struct Order {
    // At A; no status: it has no such order.
    std::string status;
    int64_t amount = 0;
    std::set<std::string> told;  // that a notice or an answer has told it
    int64_t succeeded_at = 0;    // when it booked the success, by its clock

    // At B; no status: not settled.
    std::string settled;
    int64_t settled_amount = 0;
    int64_t settled_fee = 0;
    sim::Nanos settled_at = 0;
    std::string bill_date;  // of the statement that it is in, "" before

    // What was done to its line; kNone: nothing.
    sim::ChoiceKind fault = sim::ChoiceKind::kNone;
    int64_t fault_amount = 0;

    bool misstated(int64_t what) const {
      return fault == sim::ChoiceKind::kMisstated && fault_amount == what;
    }
    // Whether its line says what B's books say, in whichever file it stands.
    bool line_is_true() const {
      return fault != sim::ChoiceKind::kMisstated && fault != sim::ChoiceKind::kDrop;
    }
    // Whether A knows the outcome only if the statement tells it.
    bool untold() const { return told.count(settled) == 0; }
  };

  // `days`: of which both agree when they end.
  StatementTruth(std::string initiator, std::string provider, exchange::BillDays days);

  void Observe(const sim::Commit& commit);
  void Observe(const sim::Pin& pin);

  const std::map<std::string, Order>& orders() const { return orders_; }
  // An empty one if nobody knows the number.
  Order Of(const std::string& number) const;

  // In which class each mistake of an order must be found, and in the check of which
  // day; by number, since the line that nobody knows has one of its own.
  struct Mistake {
    std::string number;
    std::string mistake;
    std::string day;
    auto operator<=>(const Mistake&) const = default;
  };
  std::set<Mistake> Expected(const std::string& number, const Order& order) const;

  // Whether a mistake of that class about `number` is one, A's status being `status`.
  bool IsMistake(const std::string& number, const std::string& mistake,
                 const std::string& status) const;

  // The instant, in true time, from which A can read a file of `day` that is whole, and those
  // of all days before it, which come first. Late files are the provider's doing.
  sim::Nanos Readable(const std::string& day) const;

  // Days whose statement was issued again, with other lines than before.
  std::set<std::string> Corrected() const;

 private:
  void OnOrder(const sim::RowChange& change);
  void OnFlow(const sim::RowChange& change);
  void OnSettlement(const sim::Commit& commit, const sim::RowChange& change);
  void OnFile(const std::string& day, const sim::Pin& pin);

  const std::string initiator_;
  const std::string provider_;
  const exchange::BillDays days_;
  std::map<std::string, Order> orders_;
  std::set<std::string> corrected_;             // days
  std::map<std::string, sim::Nanos> written_;   // by day, when B wrote its file
  std::map<std::string, sim::Nanos> withheld_;  // by day, for how long from then
};

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_STATEMENT_TRUTH_H_
