// What the patterns of both compiler tests call: coroutines that take, make and
// keep Tracked objects across a suspension.

#ifndef TESTS_COMPILER_PATTERNS_H_
#define TESTS_COMPILER_PATTERNS_H_

#include <coroutine>
#include <string>
#include <utility>
#include <vector>

#include "tests/compiler/probe.h"

namespace compiler_probe {

// An aggregate that owns something: what g++ 12 gets wrong as a temporary.
struct Aggregate {
  Tracked first;
  Tracked second;
  int number;
};

struct Options {
  int number = 1;
  Tracked owned{};
};

inline Probe<Tracked> Make(int value) {
  co_await Park();
  co_return Tracked(value);
}

inline Probe<int> Take(Tracked t) {
  co_await Park();
  co_return t.value();
}

inline Probe<int> TakeReference(const Tracked& t) {
  co_await Park();
  co_return t.value();
}

inline Probe<int> TakeAggregate(Aggregate a) {
  co_await Park();
  co_return a.first.value() + a.second.value() + a.number;
}

inline Probe<int> TakeOptions(Options o) {
  co_await Park();
  co_return o.number + o.owned.value();
}

inline Probe<int> TakeVector(std::vector<Tracked> v) {
  co_await Park();
  int sum = 0;
  for (const Tracked& t : v) sum += t.value();
  co_return sum;
}

inline Probe<int> TakeString(std::string s) {
  co_await Park();
  co_return static_cast<int>(s.size());
}

template <typename F>
Probe<int> TakeCallable(F f) {
  co_await Park();
  co_return f();
}

}  // namespace compiler_probe

#endif  // TESTS_COMPILER_PATTERNS_H_
