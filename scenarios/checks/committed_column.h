// CommittedColumn: what a column of a table holds now, by the value of another,
// as told by commits. Fixed rows of the schema are not known.
//
//   CommittedColumn status("a", "trade_order", "order_id", "status");
//   status.Observe(commit);
//   if (status["order-7"] == "SUCCESS") ...

#ifndef SCENARIOS_CHECKS_COMMITTED_COLUMN_H_
#define SCENARIOS_CHECKS_COMMITTED_COLUMN_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/storage/commit.h"

namespace scenarios {

class CommittedColumn {
 public:
  CommittedColumn(std::string node, std::string table, std::string key, std::string column);

  void Observe(const sim::Commit& commit);

  // As text; "" if there is no such row. Of several rows the one changed last.
  const std::string& operator[](absl::string_view key) const;

 private:
  const std::string node_;
  const std::string table_;
  const std::string key_;
  const std::string column_;
  std::map<std::string, std::string> values_;
};

}  // namespace scenarios

#endif  // SCENARIOS_CHECKS_COMMITTED_COLUMN_H_
