// Goal: know which coroutine patterns this compiler gets wrong; Settle's code avoids
// them all, and tests/lint and code review keep them out.
// Method: as in used_patterns_test.cc, but each pattern runs in a child process,
// because a double destruction may take it down. The findings are printed and
// recorded as test properties. Only under g++ 12.2, which is known to get every
// one of them wrong, does a right answer fail: then the probe has lost its eyes.
// Another compiler that mends some of them is read about here and fails nothing.
//
// Not here, because g++ 12 does not compile them ("array used as initializer"):
//   co_await F({Tracked(1), Tracked(2)})         // to a vector or initializer_list
//   std::vector<Tracked> v{co_await A(), co_await B()};
// Write instead: name the vector first, push_back what is awaited.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <coroutine>
#include <iostream>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/compiler/patterns.h"
#include "tests/compiler/probe.h"

#if defined(__SANITIZE_ADDRESS__)
#define PROBE_UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PROBE_UNDER_ASAN 1
#endif
#endif

namespace compiler_probe {
namespace {

#if defined(__GNUC__) && !defined(__clang__)
constexpr bool kKnownToBeWrong = __GNUC__ == 12 && __GNUC_MINOR__ == 2;
#else
constexpr bool kKnownToBeWrong = false;
#endif

struct AggregateAwaiter {
  Tracked t;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { parked = handle; }
  int await_resume() { return t.value(); }
};

class AwaiterOfAggregate {
 public:
  explicit AwaiterOfAggregate(Aggregate a) : a_(std::move(a)) {}
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { parked = handle; }
  int await_resume() { return a_.number; }

 private:
  Aggregate a_;
};

Probe<int> DefaultOptions(Options o = {}) {
  co_await Park();
  co_return o.number + o.owned.value();
}

const Pattern kAvoided[] = {
    {"AggregateTemporary", 6,
     []() -> Probe<int> {
       co_return co_await TakeAggregate(Aggregate{Tracked(1), Tracked(2), 3});
     }},
    {"AggregateBraces", 6,
     []() -> Probe<int> { co_return co_await TakeAggregate({Tracked(1), Tracked(2), 3}); }},
    {"DesignatedInitializers", 7,
     []() -> Probe<int> { co_return co_await TakeOptions({.number = 2, .owned = Tracked(5)}); }},
    {"EmptyBraces", 8, []() -> Probe<int> { co_return co_await TakeOptions({}); }},
    {"AggregateAsDefaultArgument", 8, []() -> Probe<int> { co_return co_await DefaultOptions(); }},
    {"LambdaThatOwns", 7,
     []() -> Probe<int> {
       Tracked t;
       co_return co_await TakeCallable([t] { return t.value(); });
     }},
    {"LambdaThatOwnsByMove", 7,
     []() -> Probe<int> {
       Tracked t;
       co_return co_await TakeCallable([t = std::move(t)] { return t.value(); });
     }},
    {"CapturingLambdaCoroutine", 4,
     []() -> Probe<int> {
       Tracked t(4);
       co_return co_await [t]() -> Probe<int> {
         co_await Park();
         co_return t.value();
       }();
     }},
    {"AggregateAwaiter", 9,
     []() -> Probe<int> { co_return co_await AggregateAwaiter{Tracked(9)}; }},
    {"AggregateInAwaiterConstructor", 3,
     []() -> Probe<int> {
       co_return co_await AwaiterOfAggregate(Aggregate{Tracked(1), Tracked(2), 3});
     }},
    {"AwaitInsideAggregateBraces", 4,
     []() -> Probe<int> {
       Aggregate a{co_await Make(1), co_await Make(2), 3};
       co_return a.first.value() + a.number;
     }},
    {"StructuredBindingOfBraces", 6,
     []() -> Probe<int> {
       auto [a, b, n] = Aggregate{co_await Make(1), Tracked(2), 3};
       co_return a.value() + b.value() + n;
     }},
    {"AwaitInsideReturnedBraces", 4,
     []() -> Probe<int> {
       Aggregate a = co_await
           []() -> Probe<Aggregate> { co_return Aggregate{co_await Make(1), Tracked(2), 3}; }();
       co_return a.first.value() + a.number;
     }},
    {"TernaryWithOneAwait", 4,
     []() -> Probe<int> {
       const bool yes = !parked;
       Tracked t = yes ? co_await Make(4) : Tracked(5);
       co_return t.value();
     }},
    {"TernaryOfTemporaries", 1,
     []() -> Probe<int> {
       const bool yes = !parked;
       co_return co_await Take(yes ? Tracked(1) : Tracked(2));
     }},
};

// FaultOf in a child process; a child that dies of it is a fault too.
std::string FaultInChild(const Pattern& pattern) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);  // glibc's last words
    const std::string fault = FaultOf(pattern);
    const bool written = write(pipe_ends[1], fault.data(), fault.size()) >= 0;
    _exit(written ? 0 : 1);
  }
  close(pipe_ends[1]);
  char text[256];
  const ssize_t size = read(pipe_ends[0], text, sizeof text);
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return "died of signal " + std::to_string(WTERMSIG(status));
  return std::string(text, size > 0 ? size : 0);
}

class AvoidedPattern : public testing::TestWithParam<Pattern> {};

TEST_P(AvoidedPattern, IsRecorded) {
#ifdef PROBE_UNDER_ASAN
  GTEST_SKIP() << "AddressSanitizer would report what is known";
#endif
  const std::string fault = FaultInChild(GetParam());
  RecordProperty("compiler", __VERSION__);
  RecordProperty("fault", fault);
  std::cout << GetParam().name << ": " << (fault.empty() ? "right" : fault) << " (" << __VERSION__
            << ")\n";
  if (kKnownToBeWrong) {
    EXPECT_NE(fault, "") << "g++ 12.2 gets this wrong; the probe no longer sees it";
  }
}

INSTANTIATE_TEST_SUITE_P(Compiler, AvoidedPattern, testing::ValuesIn(kAvoided),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace compiler_probe
