// Memory for coroutine frames: a free list for each size, in steps of 32 bytes.
// Frames of one workload come back in the same few sizes.

#ifndef TESTS_BENCH_FRAME_POOL_H_
#define TESTS_BENCH_FRAME_POOL_H_

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace bench {

class FramePool {
 public:
  static FramePool& Get() {
    static FramePool pool;
    return pool;
  }

  void* Allocate(size_t bytes) {
    const size_t steps = (bytes + kStep - 1) / kStep;
    if (steps >= kSizes) return ::operator new(bytes);
    if (Free* const reused = free_[steps]) {
      free_[steps] = reused->next;
      return reused;
    }
    if (left_ < steps * kStep) {
      chunks_.push_back(std::make_unique<std::byte[]>(kChunk));
      next_ = chunks_.back().get();
      left_ = kChunk;
    }
    left_ -= steps * kStep;
    return std::exchange(next_, next_ + steps * kStep);
  }

  void Release(void* memory, size_t bytes) {
    const size_t steps = (bytes + kStep - 1) / kStep;
    if (steps >= kSizes) return ::operator delete(memory);
    free_[steps] = new (memory) Free{free_[steps]};
  }

 private:
  struct Free {
    Free* next;
  };
  static constexpr size_t kStep = 32;
  static constexpr size_t kSizes = 64;
  static constexpr size_t kChunk = 1 << 16;

  Free* free_[kSizes] = {};
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace bench

#endif  // TESTS_BENCH_FRAME_POOL_H_
