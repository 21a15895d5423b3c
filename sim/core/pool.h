// Pool: memory for the many small things that live for a few events: coroutine
// frames, packets, messages, roots.
//
// One free list for each size, in steps of 32 bytes. What is given back is handed
// out again first, while the processor still has it at hand. It is the process's,
// since a frame is made where no simulation is in sight; when a simulation ends
// and nothing is in use any more, the pool starts afresh and keeps at most 4 MiB,
// so a process that makes many runs does not grow.
//
// Under AddressSanitizer every piece comes from the heap and returns to it, so that
// the use of what was given back is found as elsewhere.

#ifndef SIM_CORE_POOL_H_
#define SIM_CORE_POOL_H_

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define SIM_POOL_IS_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_POOL_IS_HEAP 1
#endif
#endif

namespace sim {

class Pool {
 public:
  // Memory for `bytes` bytes, aligned for everything that needs no more than
  // operator new gives; larger pieces than kLargest come from the heap.
  static void* Take(size_t bytes) {
#ifdef SIM_POOL_IS_HEAP
    return ::operator new(bytes);
#else
    if (bytes > kLargest) return ::operator new(bytes);
    const size_t steps = Steps(bytes);
    ++pool_.in_use_;
    Free* const reused = pool_.free_[steps];
    if (reused == nullptr) return pool_.Cut(steps);
    pool_.free_[steps] = reused->next;
    return reused;
#endif
  }

  // Takes back what Take(bytes) gave.
  static void GiveBack(void* memory, [[maybe_unused]] size_t bytes) {
#ifdef SIM_POOL_IS_HEAP
    ::operator delete(memory);
#else
    if (bytes > kLargest) return ::operator delete(memory);
    const size_t steps = Steps(bytes);
    --pool_.in_use_;
    pool_.free_[steps] = new (memory) Free{pool_.free_[steps]};
#endif
  }

  // A run has ended: starts afresh if nothing is in use.
  static void Rest() { pool_.StartAfresh(); }

  // Pieces in use, and the memory that the pool holds for them.
  static size_t in_use() { return pool_.in_use_; }
  static size_t held() { return pool_.chunks_.size() * kChunk; }

  static constexpr size_t kLargest = 4096;

 private:
  struct Free {
    Free* next;
  };
  static constexpr size_t kStep = 32;
  static constexpr size_t kChunk = 64 << 10;
  static constexpr size_t kChunksKept = 64;

  static size_t Steps(size_t bytes) { return (bytes + kStep - 1) / kStep; }
  void* Cut(size_t steps);
  void StartAfresh();

  static Pool pool_;

  Free* free_[kLargest / kStep + 1] = {};
  std::byte* next_ = nullptr;  // of the chunk that is being cut up
  size_t left_ = 0;
  size_t cut_ = 0;  // chunks that are cut up, or are being so
  size_t in_use_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
};

// What derives from this lives in the pool when it is made by new.
class Pooled {
 public:
  static void* operator new(size_t bytes) { return Pool::Take(bytes); }
  static void operator delete(void* memory, size_t bytes) { Pool::GiveBack(memory, bytes); }

 protected:
  ~Pooled() = default;
};

}  // namespace sim

#endif  // SIM_CORE_POOL_H_
