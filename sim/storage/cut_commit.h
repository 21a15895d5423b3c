// CutCommit: a COMMIT during which the power was cut, or the disk failed.
//
// The disk decides whether it happened, and only who reads the database again can
// tell: by looking for the rows as the transaction left them.

#ifndef SIM_STORAGE_CUT_COMMIT_H_
#define SIM_STORAGE_CUT_COMMIT_H_

#include "absl/status/statusor.h"
#include "sim/storage/commit.h"
#include "sim/storage/row_writer.h"

namespace sim {

struct CutCommit {
  Commit commit;
};

// Whether the changes of `commit` are in the database. They are there all or not
// at all; anything between is DataLoss. A commit that left every row as it was
// cannot be told from one that did not happen, and counts as that.
absl::StatusOr<bool> Happened(RowWriter& rows, const Commit& commit);

}  // namespace sim

#endif  // SIM_STORAGE_CUT_COMMIT_H_
