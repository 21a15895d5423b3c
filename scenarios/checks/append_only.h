// Rows are inserted, and never updated or deleted. Counts the rows.

#ifndef SCENARIOS_CHECKS_APPEND_ONLY_H_
#define SCENARIOS_CHECKS_APPEND_ONLY_H_

#include "scenarios/checks/table_check.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

class AppendOnly final : public TableCheck {
 public:
  explicit AppendOnly(const settle::AppendOnly& text) : TableCheck(text.node(), text.table()) {}

 private:
  void OnChange(const sim::Commit& commit, const sim::RowChange& change) override;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_APPEND_ONLY_H_
