#include "sim/storage/residency.h"

#include "sim/core/check.h"

namespace sim {

void Residency::Park() {
  if (connection_.in_transaction()) {
    const Disk::Aside aside(disk_);
    connection_.Rollback().IgnoreError();  // It fails only if the power is off.
  }
  if (!residents_.empty()) ++parks_;
  NobodyIsResident();
}

absl::Status Residency::Reside(WriteSet& writes, bool alone) {
  if (alone && !AloneWith(writes)) Park();
  if (!connection_.in_transaction()) {
    if (absl::Status begun = connection_.Begin(); !begun.ok()) return begun;
  }
  if (writes.resident) return absl::OkStatus();
  if (!writes.changes.empty()) {
    const Disk::Aside aside(disk_);
    const absl::Status applied = rows().Apply(Fold(writes.changes));
    if (!applied.ok()) {
      SIM_CHECK(absl::IsUnavailable(applied) || absl::IsDataLoss(applied))
          << "changes cannot be applied again: " << applied.message();
      return applied;
    }
  }
  residents_.push_back(&writes);
  writes.resident = true;
  return absl::OkStatus();
}

absl::Status Residency::LetRead(WriteSet& writes, bool alone) {
  if (!writes.changes.empty()) return Reside(writes, alone);
  if (alone && !AloneWith(writes)) Park();
  return absl::OkStatus();
}

void Residency::GiveUp(WriteSet& writes) {
  if (!writes.resident) return;
  if (!AloneWith(writes)) {
    if (writes.changes.empty()) return Leave(writes);
    return Park();
  }
  if (connection_.in_transaction()) connection_.Rollback().IgnoreError();
  NobodyIsResident();
}

void Residency::Committed(WriteSet& writes) {
  SIM_CHECK(AloneWith(writes)) << "a commit has taken others with it";
  ids_.Kept();
  NobodyIsResident();
}

void Residency::Leave(WriteSet& writes) {
  SIM_CHECK(writes.changes.empty()) << "changes would stay behind";
  std::erase(residents_, &writes);
  writes.resident = false;
}

void Residency::NobodyIsResident() {
  for (WriteSet* writes : residents_) writes->resident = false;
  residents_.clear();
  ids_.Undone();
}

}  // namespace sim
