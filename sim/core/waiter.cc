#include "sim/core/waiter.h"

#include "absl/strings/str_cat.h"

namespace sim {

std::string Waiter::Describe() const {
  if (root_ == nullptr) return "a task outside every node";
  return absl::StrCat(root_->scope->node(), ": ", root_->Title());
}

void Waiter::Park(std::coroutine_handle<> frame) {
  frame_ = frame;
  root_ = simulation_.root();
  cause_ = simulation_.cause();
  if (root_ != nullptr) set_owner(root_->owner);
}

void Waiter::Resume(RecordId cause) {
  Cancel();
  const Simulation::Running running(simulation_, root_, cause != 0 ? cause : cause_);
  if (root_ != nullptr && root_->site != nullptr && root_->site->Strikes(*root_)) return;
  const std::coroutine_handle<> frame = frame_;
  frame.resume();
}

void Sleeper::await_suspend(std::coroutine_handle<> frame) {
  Park(frame);
  // Saturating: a sleep for ever is a sleep until the end of time.
  const Nanos now = simulation().now();
  simulation().events().Schedule(*this, duration_ > kForever - now ? kForever : now + duration_);
}

}  // namespace sim
