#include "sim/core/pool.h"

#include <algorithm>
#include <utility>

namespace sim {

constinit Pool Pool::pool_;

void* Pool::Cut(size_t steps) {
  const size_t bytes = steps * kStep;
  if (left_ < bytes) {
    if (cut_ == chunks_.size()) {
      chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(kChunk));
    }
    next_ = chunks_[cut_++].get();
    left_ = kChunk;
  }
  left_ -= bytes;
  return std::exchange(next_, next_ + bytes);
}

void Pool::StartAfresh() {
  if (in_use_ != 0) return;
  std::fill(std::begin(free_), std::end(free_), nullptr);
  if (chunks_.size() > kChunksKept) chunks_.resize(kChunksKept);
  next_ = nullptr;
  left_ = 0;
  cut_ = 0;
}

}  // namespace sim
