// Goal: the lock goes to who came first, and never gets lost, whoever is
// destroyed and whenever. Method: tasks in scopes of their own, so that each can
// be destroyed alone between any two events.

#include "sim/storage/lock_queue.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "sim/core/simulation.h"
#include "sim/core/task_scope.h"

namespace sim {
namespace {

class LockQueueTest : public testing::Test {
 protected:
  static Task<> Hold(LockQueueTest* test, std::string name, Nanos duration) {
    const LockQueue::Lease lease = co_await test->queue_.Wait(test->simulation_, Seconds(50));
    test->story_ += lease ? name : name + "-late";
    test->story_ += ' ';
    if (lease) co_await Sleeper(test->simulation_, duration);
  }
  std::unique_ptr<TaskScope> Start(const std::string& name, Nanos duration = Seconds(1)) {
    auto scope = std::make_unique<TaskScope>(simulation_, nullptr, name);
    scope->Spawn(name, "", Hold(this, name, duration));
    return scope;
  }
  void RunFor(Nanos duration) { simulation_.RunUntil(simulation_.now() + duration, 1000); }

  Simulation simulation_{/*seed=*/1, /*adversary=*/nullptr, TraceDepth::kWhole};
  LockQueue queue_;
  std::string story_;
};

TEST_F(LockQueueTest, FirstComeFirstServed) {
  const auto a = Start("a");
  const auto b = Start("b");
  const auto c = Start("c");
  EXPECT_EQ(story_, "a ");
  EXPECT_EQ(queue_.waiting(), 2u);
  RunFor(Seconds(10));
  EXPECT_EQ(story_, "a b c ");
  EXPECT_FALSE(queue_.held());
}

TEST_F(LockQueueTest, NobodyOvertakesWhoWasGrantedTheLock) {
  auto a = Start("a");
  const auto b = Start("b");
  a.reset();  // Grants to b, who has not run.
  const auto c = Start("c");
  RunFor(Seconds(10));
  EXPECT_EQ(story_, "a b c ");
}

TEST_F(LockQueueTest, WaitingTooLongGivesAnEmptyLease) {
  const auto a = Start("a", Seconds(60));
  const auto b = Start("b");
  RunFor(Seconds(1));
  const auto c = Start("c");
  RunFor(Seconds(49) + Millis(500));
  EXPECT_EQ(story_, "a b-late ");
  EXPECT_EQ(queue_.waiting(), 1u);
  RunFor(Seconds(100));
  EXPECT_EQ(story_, "a b-late c-late ");
  EXPECT_FALSE(queue_.held());
}

TEST_F(LockQueueTest, DestroyedHolderPassesOn) {
  auto a = Start("a", kForever);
  const auto b = Start("b");
  a.reset();
  RunFor(Seconds(10));
  EXPECT_EQ(story_, "a b ");
}

TEST_F(LockQueueTest, DestroyedWaiterLeavesTheQueue) {
  const auto a = Start("a");
  auto b = Start("b");
  const auto c = Start("c");
  b.reset();
  RunFor(Seconds(10));
  EXPECT_EQ(story_, "a c ");
  EXPECT_FALSE(queue_.held());
}

TEST_F(LockQueueTest, WaiterDestroyedBetweenGrantAndRunPassesOn) {
  auto a = Start("a", kForever);
  auto b = Start("b");
  const auto c = Start("c");
  a.reset();
  EXPECT_EQ(queue_.waiting(), 1u);  // b was granted the lock and has not run.
  b.reset();
  RunFor(Seconds(10));
  EXPECT_EQ(story_, "a c ");
  EXPECT_FALSE(queue_.held());
}

TEST_F(LockQueueTest, LastGrantedWaiterFreesTheLock) {
  auto a = Start("a", kForever);
  auto b = Start("b");
  a.reset();
  b.reset();
  EXPECT_FALSE(queue_.held());
  const auto c = Start("c");
  EXPECT_EQ(story_, "a c ");
}

}  // namespace
}  // namespace sim
