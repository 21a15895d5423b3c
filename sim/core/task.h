// Task<T>: a coroutine that has not happened yet.
//
// A Task is lazy, move-only and owns its frame. Awaiting it runs it; destroying
// it destroys its frame and, through the Tasks held there, every frame below.
// A crash is therefore nothing but the destruction of a node's root Tasks.
//
//   sim::Task<absl::StatusOr<Receipt>> Teller::Pay(Order order) {
//     Account from = co_await sim::Try(ledger_.Find(order.from()));
//     co_return co_await ledger_.Debit(from, order.amount());
//   }
//
// Errors: `T v = co_await Try(task)` yields the value of a Task<StatusOr<T>>, or
// makes the calling coroutine return the error; Task<Status> yields nothing.
// No exceptions (an escaping one aborts) and no macros.
//
// Three things to know:
//   * A child starts inside the parent's await_ready(), so a loop over children
//     that finish at once uses constant stack, also at -O0 and under sanitizers
//     where GCC does not turn symmetric transfer into a tail call.
//   * Try() leaves the coroutine by completing it in place; its frame is then
//     destroyed while suspended, exactly as in a crash.
//   * Parameters of coroutines are taken by value, and what docs/determinism.md
//     lists never stands in one expression with co_await: g++ 12 destroys
//     aggregates and lambdas there twice. Name the thing first.

#ifndef SIM_CORE_TASK_H_
#define SIM_CORE_TASK_H_

#include <coroutine>
#include <cstdlib>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/pool.h"

namespace sim {

template <typename T = void>
class Task;

namespace internal {

// What to do when a coroutine completes: `next(context)` names who runs next.
struct Continuation {
  std::coroutine_handle<> (*next)(void*) noexcept = nullptr;
  void* context = nullptr;

  std::coroutine_handle<> Next() const noexcept {
    return next == nullptr ? std::noop_coroutine() : next(context);
  }
};

// Frames live in the pool.
class PromiseBase : public Pooled {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
      return self.promise().continuation_.Next();
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { std::abort(); }

  void set_continuation(Continuation c) noexcept { continuation_ = c; }
  const Continuation& continuation() const noexcept { return continuation_; }

 private:
  Continuation continuation_;
};

template <typename T>
class Promise final : public PromiseBase {
 public:
  Task<T> get_return_object() noexcept;
  template <typename U>
    requires std::is_constructible_v<T, U&&>
  void return_value(U&& value) {
    result_.emplace(std::forward<U>(value));
  }
  bool done() const noexcept { return result_.has_value(); }
  T& peek() noexcept { return *result_; }
  T Take() { return *std::move(result_); }

 private:
  std::optional<T> result_;
};

template <>
class Promise<void> final : public PromiseBase {
 public:
  Task<void> get_return_object() noexcept;
  void return_void() noexcept { done_ = true; }
  bool done() const noexcept { return done_; }
  void Take() noexcept {}

 private:
  bool done_ = false;
};

}  // namespace internal

template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = internal::Promise<T>;
  using value_type = T;

  Task() = default;
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    Task(std::move(other)).swap(*this);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  explicit operator bool() const { return static_cast<bool>(frame_); }

  // Runs until the first suspension. Returns whether the task has completed.
  bool Start() {
    frame_.resume();
    return frame_.promise().done();
  }
  bool done() const { return frame_.promise().done(); }
  promise_type& promise() const { return frame_.promise(); }
  std::coroutine_handle<> frame() const { return frame_; }

  class Awaiter {
   public:
    explicit Awaiter(Task task) : task_(std::move(task)) {}
    Awaiter(Awaiter&&) = delete;
    bool await_ready() { return task_.Start(); }
    void await_suspend(std::coroutine_handle<> parent) noexcept {
      task_.promise().set_continuation({&ResumeParent, parent.address()});
    }
    T await_resume() { return task_.promise().Take(); }

   private:
    static std::coroutine_handle<> ResumeParent(void* parent) noexcept {
      return std::coroutine_handle<>::from_address(parent);
    }
    Task task_;
  };
  Awaiter operator co_await() && { return Awaiter(std::move(*this)); }

  void swap(Task& other) noexcept { std::swap(frame_, other.frame_); }

 private:
  std::coroutine_handle<promise_type> frame_;
};

namespace internal {

template <typename T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

inline const absl::Status& StatusOf(const absl::Status& s) { return s; }
template <typename V>
const absl::Status& StatusOf(const absl::StatusOr<V>& s) {
  return s.status();
}
inline void Unwrap(absl::Status&) {}
template <typename V>
V Unwrap(absl::StatusOr<V>& s) {
  return *std::move(s);
}

template <typename Result>
class TryAwaiter {
 public:
  explicit TryAwaiter(Task<Result> task) : task_(std::move(task)) {}
  TryAwaiter(TryAwaiter&&) = delete;

  bool await_ready() { return task_.Start() && status().ok(); }

  template <typename Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> parent) {
    parent_ = parent;
    if (task_.done()) return Leave<Promise>();  // Failed without suspending.
    task_.promise().set_continuation({&OnDone<Promise>, this});
    return std::noop_coroutine();
  }
  auto await_resume() { return Unwrap(task_.promise().peek()); }

 private:
  const absl::Status& status() const { return StatusOf(task_.promise().peek()); }

  template <typename Promise>
  std::coroutine_handle<> Leave() {
    auto& promise = std::coroutine_handle<Promise>::from_address(parent_.address()).promise();
    promise.return_value(status());
    return promise.continuation().Next();
  }
  template <typename Promise>
  static std::coroutine_handle<> OnDone(void* self) noexcept {
    auto* awaiter = static_cast<TryAwaiter*>(self);
    if (awaiter->status().ok()) return awaiter->parent_;
    return awaiter->template Leave<Promise>();
  }

  Task<Result> task_;
  std::coroutine_handle<> parent_;
};

// Awaits a task that somebody else owns; the result stays in its frame.
template <typename T>
class FinishAwaiter {
 public:
  explicit FinishAwaiter(Task<T>& task) : task_(task) {}
  FinishAwaiter(FinishAwaiter&&) = delete;
  bool await_ready() { return task_.Start(); }
  void await_suspend(std::coroutine_handle<> parent) noexcept {
    task_.promise().set_continuation({&ResumeParent, parent.address()});
  }
  T& await_resume() { return task_.promise().peek(); }

 private:
  static std::coroutine_handle<> ResumeParent(void* parent) noexcept {
    return std::coroutine_handle<>::from_address(parent);
  }
  Task<T>& task_;
};

// An already finished result, for Try(Status) and Try(StatusOr).
template <typename Result>
class TryResultAwaiter {
 public:
  explicit TryResultAwaiter(Result result) : result_(std::move(result)) {}
  TryResultAwaiter(TryResultAwaiter&&) = delete;
  bool await_ready() const { return StatusOf(result_).ok(); }
  template <typename Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> parent) {
    parent.promise().return_value(StatusOf(result_));
    return parent.promise().continuation().Next();
  }
  auto await_resume() { return Unwrap(result_); }

 private:
  Result result_;
};

}  // namespace internal

// `T& result = co_await Finish(task)`: the result where it was made, for as long as `task`
// lives. For who would only move it on.
template <typename T>
[[nodiscard]] internal::FinishAwaiter<T> Finish(Task<T>& task) {
  return internal::FinishAwaiter<T>(task);
}

// See the head of this file.
template <typename Result>
[[nodiscard]] internal::TryAwaiter<Result> Try(Task<Result> task) {
  return internal::TryAwaiter<Result>(std::move(task));
}
template <typename V>
[[nodiscard]] internal::TryResultAwaiter<absl::StatusOr<V>> Try(absl::StatusOr<V> result) {
  return internal::TryResultAwaiter<absl::StatusOr<V>>(std::move(result));
}
[[nodiscard]] inline internal::TryResultAwaiter<absl::Status> Try(absl::Status status) {
  return internal::TryResultAwaiter<absl::Status>(std::move(status));
}

}  // namespace sim

#endif  // SIM_CORE_TASK_H_
