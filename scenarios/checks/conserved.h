// The sum of a column stays what it was at first, for each value of another:
// money of each currency.
//
// What it was at first is never asked: a sum is conserved if no commit moves it.
// Sums are of 128 bits, which 2^64 changes of 64 bits cannot overflow. Counts the
// commits that move money from one row to another.

#ifndef SCENARIOS_CHECKS_CONSERVED_H_
#define SCENARIOS_CHECKS_CONSERVED_H_

#include <map>
#include <string>

#include "absl/numeric/int128.h"
#include "scenarios/checks/table_check.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

class Conserved final : public TableCheck {
 public:
  explicit Conserved(const settle::Conserved& text)
      : TableCheck(text.node(), text.table()), sum_(text.sum()), by_(text.by()) {}

 private:
  // What one commit did to the sum of one currency.
  struct Movement {
    absl::int128 total = 0;
    std::string rows;  // "customer-1 -100, merchant-1 +100"
  };

  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override;
  void OnCommitted(const sim::Commit& commit) override;
  void Add(const sim::Value& by, absl::int128 amount, const std::string& key);

  const std::string sum_;
  const std::string by_;
  std::map<std::string, Movement> moved_;  // by the commit that is being told
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_CONSERVED_H_
