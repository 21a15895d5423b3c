#include "systems/scheduler/agenda.h"

namespace scheduler {

void Agenda::Put(const std::string& id, int64_t at) {
  const std::string before = First();
  Remove(id);
  due_[id] = at;
  by_time_.emplace(at, id);
  if (before == id || First() == id) changed_.Notify();
}

void Agenda::Erase(const std::string& id) {
  const bool first = First() == id;
  Remove(id);
  if (first) changed_.Notify();
}

void Agenda::Remove(const std::string& id) {
  const auto it = due_.find(id);
  if (it == due_.end()) return;
  by_time_.erase({it->second, id});
  due_.erase(it);
}

sim::Task<std::string> Agenda::Next() {
  for (;;) {
    // Looked at anew after every wait: the clock may have been set meanwhile.
    absl::Duration wait = absl::InfiniteDuration();
    if (!by_time_.empty()) {
      const auto [at, id] = *by_time_.begin();
      wait = absl::Milliseconds(at - env_.clock().NowMillis());
      if (wait <= absl::ZeroDuration()) {
        Remove(id);
        co_return id;
      }
    }
    co_await env_.WaitFor(changed_, wait);
  }
}

}  // namespace scheduler
