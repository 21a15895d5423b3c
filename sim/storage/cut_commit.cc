#include "sim/storage/cut_commit.h"

#include "absl/strings/str_cat.h"
#include "sim/storage/write_set.h"

namespace sim {

absl::StatusOr<bool> Happened(RowWriter& rows, const Commit& commit) {
  bool all_before = true;
  bool all_after = true;
  for (const NetChange& net : Fold(commit.changes)) {
    const std::vector<Value>& like = net.before->empty() ? *net.after : *net.before;
    const absl::StatusOr<std::vector<Value>> row = rows.Find(*net.table, like);
    if (!row.ok()) return row.status();
    all_before &= *row == *net.before;
    all_after &= *row == *net.after;
  }
  if (all_before) return false;
  if (all_after) return true;
  return absl::DataLossError(
      absl::StrCat("a commit of ", commit.database, " that was cut happened in part"));
}

}  // namespace sim
