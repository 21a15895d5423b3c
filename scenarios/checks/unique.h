// No two rows agree in all of some columns, also where the schema does not say
// so. NULL agrees with nothing. Fixed rows of the schema are not known. Counts the
// rows that appear.

#ifndef SCENARIOS_CHECKS_UNIQUE_H_
#define SCENARIOS_CHECKS_UNIQUE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/checks/table_check.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

class Unique final : public TableCheck {
 public:
  explicit Unique(const settle::Unique& text)
      : TableCheck(text.node(), text.table()),
        columns_(text.column().begin(), text.column().end()) {}

 private:
  using Values = std::vector<sim::Value>;

  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override;
  void OnCommitted(const sim::Commit& commit) override;

  const std::vector<std::string> columns_;
  std::map<Values, int64_t> rows_;  // how many rows have these values
  std::set<Values> arrived_;        // with the commit that is being told
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_UNIQUE_H_
