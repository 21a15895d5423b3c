#include "sim/storage/commit_history.h"

namespace sim {

void CommitHistory::Add(Nanos at, const std::vector<RowChange>& changes, bool keep) {
  ++newest_;
  if (keep) entries_.push_back({newest_, at, changes});
}

uint64_t CommitHistory::NewestAt(Nanos at) const {
  for (const Entry& entry : entries_) {
    if (entry.at > at) return entry.number - 1;
  }
  return newest_;
}

std::vector<RowChange> CommitHistory::After(uint64_t commit) const {
  std::vector<RowChange> changes;
  for (const Entry& entry : entries_) {
    if (entry.number <= commit) continue;
    changes.insert(changes.end(), entry.changes.begin(), entry.changes.end());
  }
  return changes;
}

void CommitHistory::Forget(uint64_t commit, Nanos at) {
  while (!entries_.empty() && entries_.front().number <= commit && entries_.front().at <= at) {
    entries_.pop_front();
  }
}

}  // namespace sim
