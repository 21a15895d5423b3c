// Residency: whose changes are inside SQLite's open transaction.
//
// There is one connection, so SQLite has one transaction at most. Transactions
// whose changes are in it are resident; the others are parked: their changes are
// kept in memory, and applied again when they go on. Who must not see the rows
// of others runs alone: SQLite is rolled back, and with it everybody's changes,
// then its own are applied. A commit always runs alone.
//
// Parking is bookkeeping of the simulator and takes no simulated time.

#ifndef SIM_STORAGE_RESIDENCY_H_
#define SIM_STORAGE_RESIDENCY_H_

#include <vector>

#include "absl/status/status.h"
#include "sim/storage/connection.h"
#include "sim/storage/disk.h"
#include "sim/storage/generated_ids.h"

namespace sim {

// The changes of one open transaction.
struct WriteSet {
  std::vector<RowChange> changes;
  bool resident = false;
};

class Residency {
 public:
  Residency(Connection& connection, Disk& disk, size_t tables)
      : connection_(connection), disk_(disk), ids_(connection.handle(), tables) {}

  RowWriter& rows() { return connection_.rows(); }
  GeneratedIds& ids() { return ids_; }

  // SQLite holds nothing but committed rows afterwards.
  void Park();

  // SQLite is in a transaction and holds the changes of `writes` afterwards, and
  // nobody else's if `alone`. UNAVAILABLE if the power was cut.
  absl::Status Reside(WriteSet& writes, bool alone);

  // The same for a read, which needs no transaction if there are no changes.
  absl::Status LetRead(WriteSet& writes, bool alone);

  // `writes` is given up: nothing of it stays in SQLite. If it is there alone, it
  // is rolled back as any database does, in simulated time.
  void GiveUp(WriteSet& writes);

  // SQLite has committed, and only `writes` was resident.
  void Committed(WriteSet& writes);

  // `writes` has no changes and needs SQLite no longer.
  void Leave(WriteSet& writes);

  bool AloneWith(const WriteSet& writes) const {
    return residents_.empty() || (residents_.size() == 1 && residents_[0] == &writes);
  }

  // How often somebody was parked; for benchmarks.
  int64_t parks() const { return parks_; }

 private:
  void NobodyIsResident();

  Connection& connection_;
  Disk& disk_;
  GeneratedIds ids_;
  std::vector<WriteSet*> residents_;
  int64_t parks_ = 0;
};

}  // namespace sim

#endif  // SIM_STORAGE_RESIDENCY_H_
