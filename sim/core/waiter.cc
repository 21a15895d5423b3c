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

void Waiter::Fire() {
  if (root_ != nullptr && root_->site != nullptr) {
    const Nanos until = root_->site->pace().paused_until();
    if (until > simulation_.now()) return GoOnAt(until, stage_);
  }
  if (stage_ == Stage::kWaiting) return Wake();
  GoOn();
}

void Waiter::Resume(RecordId cause) {
  Cancel();
  if (cause != 0) cause_ = cause;
  GoOn();
}

void Waiter::GoOn() {
  const Simulation::Running running(simulation_, root_, cause_);
  CrashSite* const site = root_ == nullptr ? nullptr : root_->site;
  if (site != nullptr && stage_ != Stage::kStruck) {
    const Nanos now = simulation_.now();
    const Nanos until = site->pace().paused_until();
    if (until > now) return GoOnAt(until, Stage::kReady);
    if (site->Strikes(*root_)) return;
    const Nanos turn = site->pace().TakeTurn(now);
    if (turn > now) return GoOnAt(turn, Stage::kStruck);
  }
  stage_ = Stage::kWaiting;
  const std::coroutine_handle<> frame = frame_;
  frame.resume();
}

void Waiter::GoOnAt(Nanos when, Stage stage) {
  stage_ = stage;
  simulation_.events().Schedule(*this, when);
}

void Sleeper::await_suspend(std::coroutine_handle<> frame) {
  Park(frame);
  // Saturating: a sleep for ever is a sleep until the end of time.
  const Nanos now = simulation().now();
  simulation().events().Schedule(*this, duration_ > kForever - now ? kForever : now + duration_);
}

}  // namespace sim
