// Goal: a task is lazy, owns its frame, costs no stack however many children it
// awaits, and destroys everything exactly once, whether it ends, leaves by Try or
// is destroyed while it waits.
// Method: small coroutines that stop at a gate, with counted objects in every
// frame; a million children, in the build's own optimisation level.

#include "sim/core/task.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/census.h"

namespace sim {
namespace {

using testing::ElementsAre;

// Suspends whoever waits at it until it is opened; one at a time.
class Gate {
 public:
  class Awaiter {
   public:
    explicit Awaiter(Gate& gate) : gate_(gate) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> frame) { gate_.waiting_ = frame; }
    void await_resume() const {}

   private:
    Gate& gate_;
  };

  Awaiter Pass() { return Awaiter(*this); }
  void Open() { std::exchange(waiting_, {}).resume(); }

 private:
  std::coroutine_handle<> waiting_;
};

Task<int> Add(int a, int b) { co_return a + b; }

Task<int> AddAfter(Gate* gate, int a, int b) {
  co_await gate->Pass();
  co_return a + b;
}

TEST(Task, HappensWhenItIsStarted) {
  bool ran = false;
  const auto note = [](bool* flag) -> Task<> {
    *flag = true;
    co_return;
  };
  auto task = note(&ran);
  EXPECT_FALSE(ran);
  EXPECT_TRUE(task.Start());
  EXPECT_TRUE(ran);
}

TEST(Task, ReturnsItsResult) {
  auto task = Add(2, 3);
  ASSERT_TRUE(task.Start());
  EXPECT_EQ(task.promise().Take(), 5);
}

TEST(Task, StopsWhereItWaits) {
  Gate gate;
  auto task = AddAfter(&gate, 2, 3);
  EXPECT_FALSE(task.Start());
  EXPECT_FALSE(task.done());
  gate.Open();
  ASSERT_TRUE(task.done());
  EXPECT_EQ(task.promise().Take(), 5);
}

TEST(Task, HandsResultsToItsParent) {
  Gate gate;
  const auto parent = [](Gate* g) -> Task<int> {
    const int now = co_await Add(1, 2);
    const int later = co_await AddAfter(g, 10, 20);
    co_return now + later;
  };
  auto task = parent(&gate);
  EXPECT_FALSE(task.Start());
  gate.Open();
  EXPECT_EQ(task.promise().Take(), 33);
}

TEST(Task, MovesResultsThatCannotBeCopied) {
  const auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  const auto parent = [](Task<std::unique_ptr<int>> child) -> Task<int> {
    const std::unique_ptr<int> value = co_await std::move(child);
    co_return *value;
  };
  auto task = parent(make());
  ASSERT_TRUE(task.Start());
  EXPECT_EQ(task.promise().Take(), 7);
}

Task<> SumInstantChildren(int64_t* sum, int children) {
  for (int i = 0; i < children; ++i) *sum += co_await Add(i, 1);
}

TEST(Task, AwaitsAMillionChildrenOnConstantStack) {
  constexpr int kChildren = 1'000'000;
  int64_t sum = 0;
  auto task = SumInstantChildren(&sum, kChildren);
  ASSERT_TRUE(task.Start());
  EXPECT_EQ(sum, int64_t{kChildren} * (kChildren + 1) / 2);
}

Task<> SumGatedChildren(Gate* gate, int64_t* sum, int children) {
  for (int i = 0; i < children; ++i) *sum += co_await AddAfter(gate, i, 1);
}

TEST(Task, AwaitsAMillionSuspendingChildrenOnConstantStack) {
  constexpr int kChildren = 1'000'000;
  Gate gate;
  int64_t sum = 0;
  auto task = SumGatedChildren(&gate, &sum, kChildren);
  task.Start();
  while (!task.done()) gate.Open();
  EXPECT_EQ(sum, int64_t{kChildren} * (kChildren + 1) / 2);
}

TEST(Task, DestroysWhatNeverStarted) {
  Census census;
  {
    const auto hold = [](Counted) -> Task<> { co_return; };
    auto task = hold(Counted(census));
    EXPECT_EQ(census.alive(), 1u);
  }
  EXPECT_EQ(census.alive(), 0u);
  EXPECT_EQ(census.faults(), 0);
}

// Three frames deep, with counted parameters and locals in each.
Task<int> Deep(Census* census, Gate* gate, Counted parameter, int depth) {
  const Counted local(*census);
  if (depth == 0) {
    co_await gate->Pass();
    co_await gate->Pass();
    co_return 0;
  }
  const Counted child(parameter);
  const int below = co_await Deep(census, gate, child, depth - 1);
  const Counted after(*census);
  co_await gate->Pass();
  co_return below + 1;
}

TEST(Task, DestroysEveryFrameOnceAtEverySuspension) {
  constexpr int kSuspensions = 5;  // Two at the bottom, one in each of the three above.
  for (int opened = 0; opened <= kSuspensions; ++opened) {
    Census census;
    {
      Gate gate;
      auto task = Deep(&census, &gate, Counted(census), 3);
      task.Start();
      for (int i = 0; i < opened; ++i) gate.Open();
      EXPECT_EQ(task.done(), opened == kSuspensions);
      EXPECT_GT(census.alive(), 0u);
    }
    EXPECT_EQ(census.alive(), 0u) << "destroyed after " << opened;
    EXPECT_EQ(census.faults(), 0) << "destroyed after " << opened;
  }
}

TEST(Task, DestroysTheOldFrameWhenAnotherIsMovedOverIt) {
  Census census;
  Gate gate;
  auto task = Deep(&census, &gate, Counted(census), 1);
  task.Start();
  task = Task<int>();
  EXPECT_FALSE(task);
  EXPECT_EQ(census.alive(), 0u);
}

Task<absl::StatusOr<int>> Parse(int value) {
  if (value < 0) co_return absl::InvalidArgumentError("negative");
  co_return value;
}

Task<absl::StatusOr<int>> ParseAfter(Gate* gate, int value) {
  co_await gate->Pass();
  if (value < 0) co_return absl::InvalidArgumentError("negative later");
  co_return value;
}

Task<absl::Status> Check(int value) {
  if (value < 0) co_return absl::OutOfRangeError("below");
  co_return absl::OkStatus();
}

Task<absl::StatusOr<int>> Total(Gate* gate, Census* census, std::vector<std::string>* steps,
                                int first, int second, int third) {
  const Counted local(*census);
  const int a = co_await Try(Parse(first));
  steps->push_back("first");
  const int b = co_await Try(ParseAfter(gate, second));
  steps->push_back("second");
  co_await Try(Check(third));
  steps->push_back("third");
  co_return a + b + third;
}

class TryTest : public testing::Test {
 protected:
  absl::StatusOr<int> Run(int first, int second, int third) {
    auto task = Total(&gate_, &census_, &steps_, first, second, third);
    if (!task.Start()) gate_.Open();
    EXPECT_TRUE(task.done());
    return task.promise().Take();
  }

  Gate gate_;
  Census census_;
  std::vector<std::string> steps_;
};

TEST_F(TryTest, YieldsTheValues) {
  EXPECT_EQ(*Run(1, 2, 3), 6);
  EXPECT_THAT(steps_, ElementsAre("first", "second", "third"));
}

TEST_F(TryTest, LeavesWithAnErrorThatComesAtOnce) {
  EXPECT_EQ(Run(-1, 2, 3).status(), absl::InvalidArgumentError("negative"));
  EXPECT_THAT(steps_, ElementsAre());
  EXPECT_EQ(census_.alive(), 0u);
  EXPECT_EQ(census_.faults(), 0);
}

TEST_F(TryTest, LeavesWithAnErrorThatComesLater) {
  EXPECT_EQ(Run(1, -2, 3).status(), absl::InvalidArgumentError("negative later"));
  EXPECT_THAT(steps_, ElementsAre("first"));
  EXPECT_EQ(census_.alive(), 0u);
  EXPECT_EQ(census_.faults(), 0);
}

TEST_F(TryTest, LeavesWithAStatus) {
  EXPECT_EQ(Run(1, 2, -3).status(), absl::OutOfRangeError("below"));
  EXPECT_THAT(steps_, ElementsAre("first", "second"));
  EXPECT_EQ(census_.alive(), 0u);
}

TEST_F(TryTest, LeavesThroughSeveralFrames) {
  const auto outer = [](Gate* gate) -> Task<absl::Status> {
    const auto middle = [](Gate* g) -> Task<absl::StatusOr<int>> {
      const int value = co_await Try(ParseAfter(g, -1));
      co_return value + 1;
    };
    const int value = co_await Try(middle(gate));
    co_return absl::InternalError(std::to_string(value));
  };
  auto task = outer(&gate_);
  EXPECT_FALSE(task.Start());
  gate_.Open();
  ASSERT_TRUE(task.done());
  EXPECT_EQ(task.promise().Take(), absl::InvalidArgumentError("negative later"));
}

TEST_F(TryTest, TakesResultsThatAreThereAlready) {
  const auto sum = [](absl::StatusOr<int> a, absl::Status b) -> Task<absl::StatusOr<int>> {
    const int value = co_await Try(std::move(a));
    co_await Try(std::move(b));
    co_return value;
  };
  auto good = sum(5, absl::OkStatus());
  ASSERT_TRUE(good.Start());
  EXPECT_EQ(*good.promise().Take(), 5);
  auto bad = sum(5, absl::AbortedError("no"));
  ASSERT_TRUE(bad.Start() || bad.done());
  EXPECT_EQ(bad.promise().Take().status(), absl::AbortedError("no"));
}

}  // namespace
}  // namespace sim
