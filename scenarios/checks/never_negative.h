// A column is never below zero, except in rows whose column `unless` is not 0.
// Counts the rows that appear and the values that go down.

#ifndef SCENARIOS_CHECKS_NEVER_NEGATIVE_H_
#define SCENARIOS_CHECKS_NEVER_NEGATIVE_H_

#include <string>

#include "scenarios/checks/table_check.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

class NeverNegative final : public TableCheck {
 public:
  explicit NeverNegative(const settle::NeverNegative& text)
      : TableCheck(text.node(), text.table()), column_(text.column()), unless_(text.unless()) {}

 private:
  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override;

  const std::string column_;
  const std::string unless_;  // empty: no row is exempt
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_NEVER_NEGATIVE_H_
