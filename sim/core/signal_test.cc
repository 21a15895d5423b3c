// Goal: news is neither lost nor told twice: who waits is woken, what nobody
// waited for is remembered once, and what reached a waiter that was destroyed
// before it ran is passed on.
// Method: waiters that write their number into a log, destroyed at every moment.

#include "sim/core/signal.h"

#include <optional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Task<> Wait(Simulation* simulation, Signal* signal, std::vector<int>* log, int number) {
  co_await signal->Wait(*simulation);
  log->push_back(number);
}

class SignalTest : public testing::Test {
 protected:
  SignalTest() : simulation_(/*seed=*/1, nullptr, TraceDepth::kRing) {}

  Task<> Waiting(int number) {
    auto task = Wait(&simulation_, &signal_, &log_, number);
    task.Start();
    return task;
  }
  void Run() { EXPECT_TRUE(simulation_.RunUntil(simulation_.now() + 1, 1000)); }

  Simulation simulation_;
  Signal signal_;
  std::vector<int> log_;
};

TEST_F(SignalTest, WakesAllWhoWaitInTheirOrder) {
  auto one = Waiting(1);
  auto two = Waiting(2);
  auto three = Waiting(3);
  Run();
  EXPECT_THAT(log_, IsEmpty());
  signal_.Notify();
  EXPECT_THAT(log_, IsEmpty()) << "each is woken by an event of its own";
  Run();
  EXPECT_THAT(log_, ElementsAre(1, 2, 3));
}

TEST_F(SignalTest, RemembersOneNewsForTheNext) {
  signal_.Notify();
  signal_.Notify();
  auto one = Waiting(1);
  EXPECT_THAT(log_, ElementsAre(1)) << "at once";
  auto two = Waiting(2);
  Run();
  EXPECT_THAT(log_, ElementsAre(1)) << "the memory is of one";
}

TEST_F(SignalTest, RemembersNothingThatWasHeard) {
  auto one = Waiting(1);
  signal_.Notify();
  Run();
  auto two = Waiting(2);
  Run();
  EXPECT_THAT(log_, ElementsAre(1));
}

TEST_F(SignalTest, ForgetsWhoIsDestroyedWhileWaiting) {
  auto one = Waiting(1);
  std::optional<Task<>> two = Waiting(2);
  auto three = Waiting(3);
  two.reset();
  signal_.Notify();
  Run();
  EXPECT_THAT(log_, ElementsAre(1, 3));
}

TEST_F(SignalTest, PassesOnWhatReachedNobody) {
  std::optional<Task<>> one = Waiting(1);
  signal_.Notify();
  one.reset();
  auto two = Waiting(2);
  EXPECT_THAT(log_, ElementsAre(2));
}

TEST_F(SignalTest, PassesOnToWhoCameInBetween) {
  std::optional<Task<>> one = Waiting(1);
  signal_.Notify();
  auto two = Waiting(2);
  Run();
  EXPECT_THAT(log_, ElementsAre(1)) << "two came too late for this news";
  signal_.Notify();
  auto three = Waiting(3);
  two = Task<>();
  Run();
  EXPECT_THAT(log_, ElementsAre(1, 3));
}

TEST_F(SignalTest, WakesTheOthersWhenOneOfThemDies) {
  auto one = Waiting(1);
  std::optional<Task<>> two = Waiting(2);
  auto three = Waiting(3);
  signal_.Notify();
  two.reset();
  Run();
  EXPECT_THAT(log_, ElementsAre(1, 3));
}

TEST_F(SignalTest, MayGoAfterAllItsWaiters) {
  {
    auto one = Waiting(1);
    auto two = Waiting(2);
    signal_.Notify();
  }
  EXPECT_TRUE(simulation_.events().empty());
}

}  // namespace
}  // namespace sim
