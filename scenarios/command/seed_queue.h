// SeedQueue: the seeds of one scenario that a search has still to run, in their order,
// but for those that ran before.

#ifndef SCENARIOS_COMMAND_SEED_QUEUE_H_
#define SCENARIOS_COMMAND_SEED_QUEUE_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "scenarios/search/corpus.h"

namespace scenarios {

class SeedQueue {
 public:
  // `count` seeds, at least 1, from `first` on, without those in `ran`, which is in order.
  SeedQueue(uint64_t first, uint64_t count, const std::vector<SeedInterval>& ran);

  bool empty() const { return left_.empty(); }
  uint64_t size() const;

  // At most `most` of them, one after the other. The queue is not empty.
  SeedInterval Take(uint64_t most);

  // These were taken, and nobody has run them.
  void Return(const SeedInterval& seeds) { left_.push_front(seeds); }

 private:
  std::deque<SeedInterval> left_;
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_SEED_QUEUE_H_
