#include "scenarios/command/seed_queue.h"

#include <algorithm>

namespace scenarios {

SeedQueue::SeedQueue(uint64_t first, uint64_t count, const std::vector<SeedInterval>& ran) {
  const uint64_t last = first + count - 1;
  uint64_t next = first;
  for (const SeedInterval& there : ran) {
    if (there.last < next) continue;
    if (there.first > last) break;
    if (there.first > next) left_.push_back({next, there.first - 1});
    if (there.last >= last) return;
    next = there.last + 1;
  }
  left_.push_back({next, last});
}

uint64_t SeedQueue::size() const {
  uint64_t size = 0;
  for (const SeedInterval& seeds : left_) size += seeds.last - seeds.first + 1;
  return size;
}

SeedInterval SeedQueue::Take(uint64_t most) {
  SeedInterval& next = left_.front();
  const SeedInterval taken = {next.first, next.first + std::min(most - 1, next.last - next.first)};
  if (taken.last == next.last) {
    left_.pop_front();
  } else {
    next.first = taken.last + 1;
  }
  return taken;
}

}  // namespace scenarios
