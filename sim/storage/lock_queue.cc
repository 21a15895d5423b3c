#include "sim/storage/lock_queue.h"

namespace sim {

LockQueue::Waiting::~Waiting() {
  if (state_ == State::kQueued) queue_.waiting_.erase(self_);
  if (state_ == State::kGranted) queue_.PassOn();
}

bool LockQueue::Waiting::await_ready() {
  if (queue_.held_) return false;
  queue_.held_ = true;
  state_ = State::kGranted;
  return true;
}

void LockQueue::Waiting::await_suspend(std::coroutine_handle<> frame) {
  Park(frame);
  self_ = queue_.waiting_.insert(queue_.waiting_.end(), this);
  state_ = State::kQueued;
  const Nanos now = simulation().now();
  simulation().events().Schedule(*this, timeout_ > kForever - now ? kForever : now + timeout_);
}

LockQueue::Lease LockQueue::Waiting::await_resume() {
  const bool granted = state_ == State::kGranted;
  state_ = State::kIdle;
  return Lease(granted ? &queue_ : nullptr);
}

void LockQueue::Waiting::Fire() {
  if (state_ == State::kQueued) {
    queue_.waiting_.erase(self_);
    state_ = State::kTooLate;
  }
  Resume(released_);
}

void LockQueue::PassOn() {
  held_ = !waiting_.empty();
  if (!held_) return;
  Waiting& next = *waiting_.front();
  waiting_.pop_front();
  next.state_ = Waiting::State::kGranted;
  next.released_ = next.simulation().cause();
  next.simulation().events().Schedule(next, next.simulation().now());
}

}  // namespace sim
