// CommitHistory: what was committed lately, so that older states can be read.
//
// A snapshot, or a replica that lags behind, is the present state without the
// commits that are newer. Kept only as far back as somebody may still look.

#ifndef SIM_STORAGE_COMMIT_HISTORY_H_
#define SIM_STORAGE_COMMIT_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/core/time.h"
#include "sim/storage/commit.h"

namespace sim {

class CommitHistory {
 public:
  // The number of the newest commit; 0 before the first.
  uint64_t newest() const { return newest_; }

  // `at` is never before that of an earlier one. `keep` says that somebody may look
  // behind it.
  void Add(Nanos at, const std::vector<RowChange>& changes, bool keep);

  // The number of the last commit at or before `at`, if it is still known which.
  uint64_t NewestAt(Nanos at) const;

  // The changes of all commits after number `commit`, in their order.
  std::vector<RowChange> After(uint64_t commit) const;

  // Nobody will ask for what was before both number `commit` and the instant `at`.
  void Forget(uint64_t commit, Nanos at);

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    uint64_t number;
    Nanos at;
    std::vector<RowChange> changes;
  };
  std::deque<Entry> entries_;
  uint64_t newest_ = 0;
};

}  // namespace sim

#endif  // SIM_STORAGE_COMMIT_HISTORY_H_
