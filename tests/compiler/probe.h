// A probe for the compiler: does it destroy every object of a coroutine exactly once?
//
// g++ 12 destroys some temporaries twice when they share a full expression with
// co_await. A pattern is a small coroutine that handles Tracked objects; FaultOf
// runs it to its end and also destroys it after 0 to 4 suspensions, as a crash
// does, and reports births without deaths and deaths without births. Tracked
// owns no memory, so that a double destruction is counted and corrupts nothing.
//
// It has its own minimal coroutine type: what is tested is the compiler, not sim::Task.

#ifndef TESTS_COMPILER_PROBE_H_
#define TESTS_COMPILER_PROBE_H_

#include <coroutine>
#include <exception>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>

namespace compiler_probe {

// What happened to all Tracked objects since Reset.
struct Census {
  std::set<const void*> alive;
  int misuses = 0;  // deaths without a birth, births on the living, uses of the dead

  static Census& Get() {
    static Census census;
    return census;
  }
};

class Tracked {
 public:
  explicit Tracked(int value = 7) : value_(value) { Born(); }
  Tracked(const Tracked& other) : value_(other.value()) { Born(); }
  Tracked(Tracked&& other) noexcept : value_(other.value()) { Born(); }
  Tracked& operator=(const Tracked& other) {
    CheckAlive();
    value_ = other.value();
    return *this;
  }
  ~Tracked() {
    if (Census::Get().alive.erase(this) == 0) ++Census::Get().misuses;
  }

  int value() const {
    CheckAlive();
    return value_;
  }

 private:
  void Born() {
    if (!Census::Get().alive.insert(this).second) ++Census::Get().misuses;
  }
  void CheckAlive() const {
    if (Census::Get().alive.count(this) == 0) ++Census::Get().misuses;
  }

  int value_;
};

// The innermost suspended coroutine.
inline std::coroutine_handle<> parked;

// co_await Park() suspends until FaultOf continues it.
struct Park {
  Park() {}
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { parked = handle; }
  void await_resume() {}
};

// A lazy coroutine that resumes its parent by symmetric transfer.
template <typename T>
class Probe {
 public:
  struct promise_type {
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
        return h.promise().parent;
      }
      void await_resume() noexcept {}
    };

    Probe get_return_object() {
      return Probe(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Final final_suspend() noexcept { return {}; }
    template <typename U>
    void return_value(U&& u) {
      value.emplace(std::forward<U>(u));
    }
    void unhandled_exception() { std::terminate(); }

    std::optional<T> value;
    std::coroutine_handle<> parent = std::noop_coroutine();
  };

  explicit Probe(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Probe(Probe&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Probe() {
    if (handle_) handle_.destroy();
  }

  class Awaiter {
   public:
    explicit Awaiter(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) {
      handle_.promise().parent = parent;
      return handle_;
    }
    T await_resume() { return std::move(*handle_.promise().value); }

   private:
    std::coroutine_handle<promise_type> handle_;
  };
  Awaiter operator co_await() { return Awaiter(handle_); }

  void Start() { handle_.resume(); }
  bool done() const { return handle_.done(); }
  T& result() { return *handle_.promise().value; }

 private:
  std::coroutine_handle<promise_type> handle_;
};

// A coroutine under test and what it must return.
struct Pattern {
  const char* name;
  int result;
  Probe<int> (*body)();
};

inline void PrintTo(const Pattern& pattern, std::ostream* os) { *os << pattern.name; }

// What the compiler does wrong with the pattern; empty when it is right.
inline std::string FaultOf(const Pattern& pattern) {
  constexpr int kToTheEnd = -1;
  for (int stop = kToTheEnd; stop < 5; ++stop) {
    Census::Get() = Census();
    parked = nullptr;
    bool wrong_result = false;
    {
      Probe<int> probe = pattern.body();
      probe.Start();
      for (int n = 0; !probe.done() && n != stop; ++n) std::exchange(parked, nullptr).resume();
      wrong_result = probe.done() && probe.result() != pattern.result;
    }
    const Census& census = Census::Get();
    std::string fault;
    if (census.misuses > 0) fault = "destroyed twice";
    if (!census.alive.empty()) fault = "leaked";
    if (wrong_result) fault = "wrong result";
    if (fault.empty()) continue;
    return stop == kToTheEnd
               ? fault
               : fault + " when stopped after " + std::to_string(stop) + " suspensions";
  }
  return "";
}

}  // namespace compiler_probe

#endif  // TESTS_COMPILER_PROBE_H_
