// LockQueue: one lock, and those who wait for it in the order in which they came.
//
//   LockQueue::Lease lease = co_await lock_.Wait(simulation, kLockTimeout);
//   if (!lease) co_return absl::DeadlineExceededError("...");
//
// A lease that is destroyed passes the lock to the first who waits; so does a
// waiter that is destroyed after it was given the lock and before it ran.

#ifndef SIM_STORAGE_LOCK_QUEUE_H_
#define SIM_STORAGE_LOCK_QUEUE_H_

#include <cstddef>
#include <list>
#include <utility>

#include "sim/core/time.h"
#include "sim/core/waiter.h"

namespace sim {

class LockQueue {
 public:
  LockQueue() = default;
  LockQueue(const LockQueue&) = delete;
  LockQueue& operator=(const LockQueue&) = delete;

  bool held() const { return held_; }
  size_t waiting() const { return waiting_.size(); }

  // The right to hold the lock; empty if the wait was too long.
  class Lease {
   public:
    Lease() = default;
    explicit Lease(LockQueue* queue) : queue_(queue) {}
    Lease(Lease&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(queue_, other.queue_);
      return *this;
    }
    ~Lease() {
      if (queue_ != nullptr) queue_->PassOn();
    }
    explicit operator bool() const { return queue_ != nullptr; }

   private:
    LockQueue* queue_ = nullptr;
  };

  class Waiting final : public Waiter {
   public:
    Waiting(LockQueue& queue, Simulation& simulation, Nanos timeout)
        : Waiter(simulation), queue_(queue), timeout_(timeout) {}
    ~Waiting() override;
    bool await_ready();
    void await_suspend(std::coroutine_handle<> frame);
    Lease await_resume();
    void Fire() override;  // Granted, or waited too long.

   private:
    friend class LockQueue;
    enum class State { kIdle, kQueued, kGranted, kTooLate };

    LockQueue& queue_;
    const Nanos timeout_;
    State state_ = State::kIdle;
    RecordId released_ = 0;  // what the last holder did before it was passed on
    std::list<Waiting*>::iterator self_;
  };

  Waiting Wait(Simulation& simulation, Nanos timeout) {
    return Waiting(*this, simulation, timeout);
  }

 private:
  void PassOn();

  bool held_ = false;
  std::list<Waiting*> waiting_;
};

}  // namespace sim

#endif  // SIM_STORAGE_LOCK_QUEUE_H_
