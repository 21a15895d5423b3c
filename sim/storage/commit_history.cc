#include "sim/storage/commit_history.h"

#include <algorithm>

namespace sim {

void CommitHistory::Add(Nanos at, const std::vector<RowChange>& changes, bool keep) {
  ++newest_;
  if (keep) entries_.push_back({newest_, at, changes});
}

uint64_t CommitHistory::NewestAt(Nanos at) const {
  const auto later = std::upper_bound(entries_.begin(), entries_.end(), at,
                                      [](Nanos t, const Entry& entry) { return t < entry.at; });
  return later == entries_.end() ? newest_ : later->number - 1;
}

std::vector<RowChange> CommitHistory::After(uint64_t commit) const {
  auto newer = std::upper_bound(entries_.begin(), entries_.end(), commit,
                                [](uint64_t n, const Entry& entry) { return n < entry.number; });
  std::vector<RowChange> changes;
  for (; newer != entries_.end(); ++newer) {
    changes.insert(changes.end(), newer->changes.begin(), newer->changes.end());
  }
  return changes;
}

void CommitHistory::Forget(uint64_t commit, Nanos at) {
  while (!entries_.empty() && entries_.front().number <= commit && entries_.front().at <= at) {
    entries_.pop_front();
  }
}

}  // namespace sim
