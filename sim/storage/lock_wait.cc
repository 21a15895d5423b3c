#include "sim/storage/lock_wait.h"

#include <utility>

#include "sim/storage/wait_text.h"

namespace sim {

LockWait::~LockWait() {
  if (state_ == State::kIdle || state_ == State::kGone) return;
  // Also when it is too late: a node that is slow or paused has not told its task yet.
  txn_->waiter = nullptr;
  if (state_ == State::kQueued) transactions_.StopWaiting(*txn_);
  if (state_ == State::kGranted && lock_ != 0) transactions_.GiveBack(*txn_, lock_);
}

void LockWait::await_suspend(std::coroutine_handle<> frame) {
  Park(frame);
  state_ = State::kQueued;
  lock_ = txn_->waits_for_key;
  txn_->waiter = this;
  txn_->waits_since = simulation().now();
  const Nanos now = simulation().now();
  simulation().events().Schedule(*this, timeout_ > kForever - now ? kForever : now + timeout_);
}

LockWait::End LockWait::await_resume() {
  const State state = std::exchange(state_, State::kIdle);
  if (state == State::kGone) return End::kGone;
  txn_->waiter = nullptr;
  return state == State::kGranted ? End::kGranted : End::kTooLate;
}

void LockWait::Wake() {
  if (state_ == State::kQueued) {
    text_ = WaitText(*txn_, transactions_.WaitsFor(*txn_));
    transactions_.StopWaiting(*txn_);
    state_ = State::kTooLate;
  }
  Resume(released_);
}

std::string LockWait::Describe() const {
  if (state_ != State::kQueued) return Waiter::Describe();
  return WaitText(*txn_, transactions_.WaitsFor(*txn_));
}

void LockWait::Grant() {
  state_ = State::kGranted;
  ResumeNow();
}

void LockWait::Leave() {
  state_ = State::kGone;
  ResumeNow();
}

void LockWait::ResumeNow() {
  released_ = simulation().cause();
  simulation().events().Schedule(*this, simulation().now());
}

}  // namespace sim
