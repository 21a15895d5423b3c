// Goal: this compiler handles every coroutine pattern that Settle's code uses.
// Method: each pattern runs to its end and is destroyed after 0 to 4 suspensions,
// while its objects count births and deaths. A failure here means that this
// compiler cannot build Settle, whatever the other tests say.

#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/compiler/patterns.h"
#include "tests/compiler/probe.h"

namespace compiler_probe {
namespace {

struct WithConstructor {
  explicit WithConstructor(Tracked t) : owned(std::move(t)) {}
  Tracked owned;
};

class AwaiterWithConstructor {
 public:
  explicit AwaiterWithConstructor(Tracked t) : t_(std::move(t)) {}
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { parked = handle; }
  int await_resume() { return t_.value(); }

 private:
  Tracked t_;
};

struct Service {
  int base = 3;
  Probe<int> Handle(Tracked t) const {
    co_await Park();
    co_return base + t.value();
  }
};

const Pattern kUsed[] = {
    // Arguments.
    {"ValueParameter", 1, []() -> Probe<int> { co_return co_await Take(Tracked(1)); }},
    {"TemporaryBoundToReference", 1,
     []() -> Probe<int> { co_return co_await TakeReference(Tracked(1)); }},
    {"AwaitInArgument", 3, []() -> Probe<int> { co_return co_await Take(co_await Make(3)); }},
    {"StringBuiltInArgument", 25,
     []() -> Probe<int> {
       std::string text = "longer than the buffer ";
       co_return co_await TakeString(text + "x" + std::to_string(co_await Take(Tracked(1))));
     }},
    {"OptionalParameter", 4,
     []() -> Probe<int> {
       co_return co_await [](std::optional<Tracked> t) -> Probe<int> {
         co_await Park();
         co_return t->value();
       }(Tracked(4));
     }},
    {"UniquePointerParameter", 4,
     []() -> Probe<int> {
       co_return co_await [](std::unique_ptr<Tracked> t) -> Probe<int> {
         co_await Park();
         co_return t->value();
       }(std::make_unique<Tracked>(4));
     }},
    {"ClassWithConstructor", 3,
     []() -> Probe<int> {
       co_return co_await [](WithConstructor w) -> Probe<int> {
         co_await Park();
         co_return w.owned.value();
       }(WithConstructor(Tracked(3)));
     }},
    {"TriviallyCopyableAggregate", 7,
     []() -> Probe<int> {
       struct CallOptions {
         int number = 1;
         int64_t timeout = 2;
       };
       co_return co_await [](CallOptions o, Tracked t) -> Probe<int> {
         co_await Park();
         co_return o.number + t.value();
       }({.number = 4}, Tracked(3));
     }},
    {"MethodOfTemporary", 5,
     []() -> Probe<int> { co_return co_await Service{}.Handle(Tracked(2)); }},
    {"CapturelessLambdaCoroutine", 4,
     []() -> Probe<int> {
       co_return co_await [](Tracked t) -> Probe<int> {
         co_await Park();
         co_return t.value();
       }(Tracked(4));
     }},
    {"LambdaThatCapturesReferences", 7,
     []() -> Probe<int> {
       Tracked t;
       co_return co_await TakeCallable([&t] { return t.value(); });
     }},
    {"AwaiterWithConstructor", 9,
     []() -> Probe<int> { co_return co_await AwaiterWithConstructor(Tracked(9)); }},

    // First a name, then co_await: what we write instead of the avoided patterns.
    {"NamedAggregate", 6,
     []() -> Probe<int> {
       Aggregate a{Tracked(1), Tracked(2), 3};
       co_return co_await TakeAggregate(std::move(a));
     }},
    {"NamedAggregateCopied", 7,
     []() -> Probe<int> {
       Options o{.number = 2, .owned = Tracked(5)};
       co_return co_await TakeOptions(o);
     }},
    {"NamedVector", 3,
     []() -> Probe<int> {
       std::vector<Tracked> v{Tracked(1), Tracked(2)};
       co_return co_await TakeVector(std::move(v));
     }},
    {"NamedLambda", 7,
     []() -> Probe<int> {
       Tracked t;
       auto f = [t] { return t.value(); };
       co_return co_await TakeCallable(std::move(f));
     }},
    {"NamedTaskOfAggregate", 6,
     []() -> Probe<int> {
       auto task = TakeAggregate(Aggregate{Tracked(1), Tracked(2), 3});
       co_return co_await std::move(task);
     }},
    {"NamedTaskOfLambda", 7,
     []() -> Probe<int> {
       Tracked t;
       auto task = TakeCallable([t] { return t.value(); });
       co_return co_await std::move(task);
     }},
    {"NamedTaskOfBraces", 3,
     []() -> Probe<int> {
       auto task = TakeVector({Tracked(1), Tracked(2)});
       co_return co_await std::move(task);
     }},
    {"IfInsteadOfTernary", 4,
     []() -> Probe<int> {
       Tracked t(5);
       if (!parked) t = co_await Make(4);
       co_return t.value();
     }},
    {"AwaitIntoLocalsThenBraces", 6,
     []() -> Probe<int> {
       Tracked x = co_await Make(1);
       Tracked y = co_await Make(2);
       Aggregate a{std::move(x), std::move(y), 3};
       co_return a.first.value() + a.second.value() + a.number;
     }},

    // Expressions and statements around co_await.
    {"TernaryOfIntegers", 1,
     []() -> Probe<int> {
       const bool yes = !parked;
       const int r = yes ? co_await Take(Tracked(1)) : co_await Take(Tracked(2));
       co_return r;
     }},
    {"ShortCircuit", 1,
     []() -> Probe<int> {
       const bool ok = !parked && (co_await Make(3)).value() == 3 && Tracked(4).value() == 4;
       co_return ok ? 1 : 0;
     }},
    {"ResultHeldByReference", 4,
     []() -> Probe<int> {
       const Tracked& t = co_await Make(4);
       co_await Park();
       co_return t.value();
     }},
    {"RangeFor", 3,
     []() -> Probe<int> {
       int sum = 0;
       for (const Tracked& t : std::vector<Tracked>{Tracked(1), Tracked(2)}) {
         sum += co_await Take(t);
       }
       co_return sum;
     }},
    {"IfWithInitializer", 1,
     []() -> Probe<int> {
       if (Tracked t = co_await Make(4); t.value() == 4) co_return 1;
       co_return 0;
     }},
    {"Switch", 1,
     []() -> Probe<int> {
       switch ((co_await Make(2)).value()) {
         case 2: {
           Tracked t(1);
           co_return co_await Take(t);
         }
         default:
           co_return 0;
       }
     }},
    {"WhileCondition", 3,
     []() -> Probe<int> {
       int n = 0;
       while (co_await Take(Tracked(n)) < 3) ++n;
       co_return n;
     }},
    {"EarlyReturnFromScope", 1,
     []() -> Probe<int> {
       Tracked a(1);
       {
         Tracked b(2);
         if (co_await Take(b) == 2) co_return a.value();
       }
       co_return 0;
     }},
    {"TasksInVector", 3,
     []() -> Probe<int> {
       std::vector<Probe<int>> tasks;
       tasks.push_back(Take(Tracked(1)));
       tasks.push_back(Take(Tracked(2)));
       int sum = 0;
       for (auto& task : tasks) sum += co_await task;
       co_return sum;
     }},
    {"PushBackOfAwaited", 2,
     []() -> Probe<int> {
       std::vector<Tracked> v;
       v.push_back(co_await Make(1));
       v.push_back(co_await Make(2));
       co_return static_cast<int>(v.size());
     }},
    {"MemberAssigned", 9,
     []() -> Probe<int> {
       Aggregate a{Tracked(1), Tracked(2), 3};
       a.first = co_await Make(9);
       co_return a.first.value();
     }},
    {"AggregateReturned", 6,
     []() -> Probe<int> {
       Aggregate a = co_await []() -> Probe<Aggregate> {
         co_await Park();
         co_return Aggregate{Tracked(1), Tracked(2), 3};
       }();
       co_return a.first.value() + a.second.value() + a.number;
     }},
};

class UsedPattern : public testing::TestWithParam<Pattern> {};

TEST_P(UsedPattern, DestroysEveryObjectOnce) { EXPECT_EQ(FaultOf(GetParam()), ""); }

INSTANTIATE_TEST_SUITE_P(Compiler, UsedPattern, testing::ValuesIn(kUsed),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace compiler_probe
