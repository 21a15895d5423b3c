// Structured waiting for several tasks: WhenAll, WhenAny, WithTimeout.
//
//   std::vector<sim::Task<absl::Status>> both;
//   both.push_back(Debit(request));
//   both.push_back(Notify(request));
//   std::vector<absl::Status> done = co_await sim::WhenAll(std::move(both));
//
// The tasks belong to the waiting frame and run as part of its root: if that
// frame is destroyed, so are they. WhenAny destroys the tasks that lost, and
// WithTimeout the task that was too slow, before the waiting frame goes on. A
// task that lost may have had effects: nothing is undone.

#ifndef SIM_CORE_GATHER_H_
#define SIM_CORE_GATHER_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/check.h"
#include "sim/core/waiter.h"

namespace sim {

namespace internal {

template <typename T>
class WhenAllAwaiter {
 public:
  explicit WhenAllAwaiter(std::vector<Task<T>> tasks) : tasks_(std::move(tasks)) {}
  WhenAllAwaiter(WhenAllAwaiter&&) = delete;

  bool await_ready() {
    for (Task<T>& task : tasks_) {
      if (task.Start()) continue;
      ++running_;
      task.promise().set_continuation({&OnDone, this});
    }
    return running_ == 0;
  }
  void await_suspend(std::coroutine_handle<> parent) { parent_ = parent; }
  std::vector<T> await_resume() {
    std::vector<T> results;
    results.reserve(tasks_.size());
    for (Task<T>& task : tasks_) results.push_back(task.promise().Take());
    return results;
  }

 private:
  static std::coroutine_handle<> OnDone(void* self) noexcept {
    auto* awaiter = static_cast<WhenAllAwaiter*>(self);
    if (--awaiter->running_ == 0) return awaiter->parent_;
    return std::noop_coroutine();
  }

  std::vector<Task<T>> tasks_;
  size_t running_ = 0;
  std::coroutine_handle<> parent_;
};

}  // namespace internal

// The results of all `tasks`, in their order.
template <typename T>
[[nodiscard]] internal::WhenAllAwaiter<T> WhenAll(std::vector<Task<T>> tasks) {
  return internal::WhenAllAwaiter<T>(std::move(tasks));
}

// Which task was first, and what it returned.
template <typename T>
class First {
 public:
  First(size_t index, T value) : index_(index), value_(std::move(value)) {}
  size_t index() const { return index_; }
  T& value() { return value_; }

 private:
  size_t index_;
  T value_;
};

namespace internal {

template <typename T>
class WhenAnyAwaiter {
 public:
  explicit WhenAnyAwaiter(std::vector<Task<T>> tasks) : tasks_(std::move(tasks)) {
    SIM_CHECK(!tasks_.empty()) << "WhenAny of nothing never ends";
    slots_.reserve(tasks_.size());
  }
  WhenAnyAwaiter(WhenAnyAwaiter&&) = delete;

  bool await_ready() {
    for (size_t i = 0; i < tasks_.size(); ++i) {
      if (tasks_[i].Start()) {
        winner_ = i;
        return true;
      }
      slots_.push_back({this, i});
      tasks_[i].promise().set_continuation({&OnDone, &slots_.back()});
    }
    return false;
  }
  void await_suspend(std::coroutine_handle<> parent) { parent_ = parent; }
  First<T> await_resume() {
    T value = tasks_[*winner_].promise().Take();
    for (size_t i = 0; i < tasks_.size(); ++i) {
      if (i != *winner_) tasks_[i] = Task<T>();
    }
    return First<T>(*winner_, std::move(value));
  }

 private:
  struct Slot {
    WhenAnyAwaiter* awaiter;
    size_t index;
  };
  static std::coroutine_handle<> OnDone(void* context) noexcept {
    auto* slot = static_cast<Slot*>(context);
    slot->awaiter->winner_ = slot->index;
    return slot->awaiter->parent_;
  }

  std::vector<Task<T>> tasks_;
  std::vector<Slot> slots_;
  std::optional<size_t> winner_;
  std::coroutine_handle<> parent_;
};

}  // namespace internal

// The first of `tasks` (at least one) to end; those not yet started when one
// ends at once never start.
template <typename T>
[[nodiscard]] internal::WhenAnyAwaiter<T> WhenAny(std::vector<Task<T>> tasks) {
  return internal::WhenAnyAwaiter<T>(std::move(tasks));
}

namespace internal {

template <typename Result>
class TimeoutAwaiter final : public Waiter {
 public:
  TimeoutAwaiter(Simulation& simulation, Task<Result> task, Nanos limit)
      : Waiter(simulation), task_(std::move(task)), limit_(limit) {}
  TimeoutAwaiter(TimeoutAwaiter&&) = delete;

  bool await_ready() { return task_.Start(); }
  void await_suspend(std::coroutine_handle<> parent) {
    parent_ = parent;
    Park(parent);
    task_.promise().set_continuation({&OnDone, this});
    const Nanos now = simulation().now();
    simulation().events().Schedule(*this, limit_ > kForever - now ? kForever : now + limit_);
  }
  Result await_resume() {
    if (!task_) return absl::DeadlineExceededError("timed out");
    return task_.promise().Take();
  }

 private:
  void Wake() override {
    {
      // What the task does while it is destroyed, such as to roll back, is part of
      // this root.
      const Simulation::Running running(simulation(), root(), cause());
      task_ = Task<Result>();
    }
    Resume();
  }

  static std::coroutine_handle<> OnDone(void* self) noexcept {
    auto* awaiter = static_cast<TimeoutAwaiter*>(self);
    awaiter->Cancel();
    return awaiter->parent_;
  }

  Task<Result> task_;
  Nanos limit_;
  std::coroutine_handle<> parent_;
};

}  // namespace internal

// The result of `task` (a Status or StatusOr), or DeadlineExceeded if it takes
// longer than `limit`: then its outcome is unknown.
template <typename Result>
[[nodiscard]] internal::TimeoutAwaiter<Result> WithTimeout(Simulation& simulation,
                                                           Task<Result> task,
                                                           absl::Duration limit) {
  return internal::TimeoutAwaiter<Result>(simulation, std::move(task), ToNanos(limit));
}

}  // namespace sim

#endif  // SIM_CORE_GATHER_H_
