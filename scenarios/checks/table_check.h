// TableCheck: a check that watches the rows of one table.

#ifndef SCENARIOS_CHECKS_TABLE_CHECK_H_
#define SCENARIOS_CHECKS_TABLE_CHECK_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "scenarios/check.h"
#include "sim/storage/commit.h"

namespace scenarios {

class TableCheck : public Check {
 public:
  TableCheck(std::string node, std::string table)
      : node_(std::move(node)), table_(std::move(table)) {}

  void OnCommit(const sim::Commit& commit) final {
    if (commit.database != node_) return;
    bool changed = false;
    for (const sim::RowChange& change : commit.changes) {
      if (change.table->name != table_) continue;
      OnChange(commit, change);
      changed = true;
    }
    if (changed) OnCommitted(commit);
  }

 protected:
  const std::string& table() const { return table_; }

  // One committed change of a row of the table, in order.
  virtual void OnChange(const sim::Commit& commit, const sim::RowChange& change) = 0;

  // After the changes of a commit, if there were any.
  virtual void OnCommitted(const sim::Commit& commit) { (void)commit; }

 private:
  std::string node_;
  std::string table_;
};

// The value of `column` in the row before, or after; NULL if there is no such row.
const sim::Value& Before(const sim::RowChange& change, absl::string_view column);
const sim::Value& After(const sim::RowChange& change, absl::string_view column);

// The business key of a row: its primary key; where the database gives the ids, the first
// text by which rows are unique, such as the order of a trade. An id says nothing to who
// reads it, and is another one as soon as one row less was there before.
std::string BusinessKey(const sim::RowChange& change);

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_TABLE_CHECK_H_
