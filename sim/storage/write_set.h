// What a transaction has changed: its raw changes, in order, and what they come to.
//
// Facts are told from the raw changes, so that two steps of one row show both.
// To apply a transaction again, or to undo it, the changes are folded: per row,
// how the transaction found it and how it leaves it. As text they can be kept in
// a database: by XA PREPARE, or by a component which undoes them later.

#ifndef SIM_STORAGE_WRITE_SET_H_
#define SIM_STORAGE_WRITE_SET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/storage/commit.h"

namespace sim {

// One row, found by its primary key. The rows belong to the changes that were
// folded; an empty one is a row that is not there.
struct NetChange {
  const TableInfo* table = nullptr;
  uint64_t row = 0;  // LockOf its primary key
  const std::vector<Value>* before = nullptr;
  const std::vector<Value>* after = nullptr;
};

// What `changes` come to, in the order in which rows were first touched. A row
// that moves to another primary key vanishes here and appears there. Rows that
// are left as they were found are left out.
std::vector<NetChange> Fold(const std::vector<RowChange>& changes);

// The changes that undo `changes`, one per row.
std::vector<RowChange> Inverse(const std::vector<RowChange>& changes);

// As text, and back; `tables` are those of the database. InvalidArgument if the
// text is not what SerializeChanges makes of changes of these tables.
std::string SerializeChanges(const std::vector<RowChange>& changes);
absl::StatusOr<std::vector<RowChange>> ParseChanges(const std::vector<TableInfo>& tables,
                                                    absl::string_view text);

}  // namespace sim

#endif  // SIM_STORAGE_WRITE_SET_H_
