#include "sim/core/signal.h"

namespace sim {

void Signal::Notify() {
  if (waiting_.empty()) {
    remembered_ = true;
    return;
  }
  while (!waiting_.empty()) {
    Awaiter& awaiter = *waiting_.front();
    waiting_.pop_front();
    awaiter.queued_ = false;
    awaiter.woken_ = true;
    awaiter.news_ = awaiter.simulation().cause();
    awaiter.simulation().events().Schedule(awaiter, awaiter.simulation().now());
  }
}

Signal::Awaiter::~Awaiter() {
  if (queued_) signal_.waiting_.erase(self_);
  // Woken but destroyed before it ran: the news may have reached nobody.
  if (woken_) signal_.Notify();
}

bool Signal::Awaiter::await_ready() { return std::exchange(signal_.remembered_, false); }

void Signal::Awaiter::await_suspend(std::coroutine_handle<> frame) {
  Park(frame);
  self_ = signal_.waiting_.insert(signal_.waiting_.end(), this);
  queued_ = true;
}

}  // namespace sim
