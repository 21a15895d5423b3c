// Goal: a lock has one holder, passes to who came first, and is never lost; gaps
// keep others out; circles of waits are found. Method: small stories.

#include "sim/storage/lock_table.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LockTableTest : public testing::Test {
 protected:
  std::vector<LockHolder*> End(LockHolder& holder) {
    std::vector<LockHolder*> granted;
    table_.ReleaseAll(holder, granted);
    return granted;
  }
  static std::vector<Value> Key(int64_t n) { return {n}; }
  static LockTable::Gap Between(int64_t low, int64_t high) { return {1, Key(low), Key(high)}; }

  LockTable table_;
  LockHolder a_, b_, c_;
};

TEST_F(LockTableTest, OneHolder) {
  EXPECT_TRUE(table_.Acquire(a_, 7));
  EXPECT_TRUE(table_.Acquire(a_, 7));
  EXPECT_FALSE(table_.Acquire(b_, 7));
  EXPECT_TRUE(table_.HeldByOther(b_, 7));
  EXPECT_FALSE(table_.HeldByOther(a_, 7));
  EXPECT_EQ(table_.HolderOf(7), &a_);
  EXPECT_EQ(table_.HolderOf(8), nullptr);
  EXPECT_TRUE(table_.Alone(a_));
  EXPECT_FALSE(table_.Alone(b_));
  EXPECT_THAT(End(a_), IsEmpty());
  EXPECT_TRUE(table_.Acquire(b_, 7));
}

TEST_F(LockTableTest, PassesToWhoCameFirstAndNobodyOvertakes) {
  table_.Acquire(a_, 7);
  table_.Wait(b_, 7);
  table_.Wait(c_, 7);
  EXPECT_THAT(End(a_), ElementsAre(&b_));
  EXPECT_FALSE(b_.waiting());
  EXPECT_FALSE(table_.Acquire(a_, 7));
  EXPECT_THAT(End(b_), ElementsAre(&c_));
  EXPECT_THAT(End(c_), IsEmpty());
}

TEST_F(LockTableTest, WhoStopsWaitingLeavesTheQueue) {
  table_.Acquire(a_, 7);
  table_.Wait(b_, 7);
  table_.Wait(c_, 7);
  table_.StopWaiting(b_);
  EXPECT_THAT(End(a_), ElementsAre(&c_));
}

TEST_F(LockTableTest, OneLockIsGivenBack) {
  table_.Acquire(a_, 7);
  table_.Acquire(a_, 8);
  table_.Wait(b_, 7);
  std::vector<LockHolder*> granted;
  table_.Release(a_, 7, granted);
  EXPECT_THAT(granted, ElementsAre(&b_));
  EXPECT_THAT(a_.held, ElementsAre(8));
}

TEST_F(LockTableTest, GapsAreSharedAndKeepOthersOut) {
  table_.AddGap(a_, Between(10, 20));
  table_.AddGap(b_, Between(10, 20));
  EXPECT_EQ(table_.KeeperOf(a_, 1, Key(15)), &b_);
  EXPECT_NE(table_.KeeperOf(c_, 1, Key(15)), nullptr);
  EXPECT_EQ(table_.KeeperOf(c_, 1, Key(10)), nullptr);
  EXPECT_EQ(table_.KeeperOf(c_, 1, Key(21)), nullptr);
  EXPECT_EQ(table_.KeeperOf(c_, 2, Key(15)), nullptr);
  table_.WaitForGap(c_, a_);
  EXPECT_THAT(End(a_), ElementsAre(&c_));
  EXPECT_EQ(table_.KeeperOf(c_, 1, Key(15)), &b_);
}

TEST_F(LockTableTest, OpenGapsReachToTheEnd) {
  table_.AddGap(a_, {1, Key(10), std::nullopt});
  EXPECT_EQ(table_.KeeperOf(b_, 1, Key(1'000'000)), &a_);
  EXPECT_EQ(table_.KeeperOf(b_, 1, Key(9)), nullptr);
}

TEST_F(LockTableTest, FindsCircles) {
  table_.Acquire(a_, 1);
  table_.Acquire(b_, 2);
  table_.Acquire(c_, 3);
  table_.Wait(a_, 2);
  table_.Wait(b_, 3);
  EXPECT_THAT(table_.Circle(b_), IsEmpty());
  table_.Wait(c_, 1);
  EXPECT_THAT(table_.Circle(c_), ElementsAre(&c_, &a_, &b_));
}

TEST_F(LockTableTest, FindsACircleThroughTheQueueAndAGap) {
  table_.Acquire(a_, 1);
  table_.AddGap(b_, Between(1, 9));
  table_.Wait(b_, 1);
  table_.WaitForGap(a_, b_);
  EXPECT_THAT(table_.Circle(a_), ElementsAre(&a_, &b_));

  table_.StopWaiting(a_);
  table_.Acquire(c_, 5);
  table_.Wait(c_, 1);  // behind b
  EXPECT_THAT(table_.WaitsFor(c_), ElementsAre(&a_, &b_));
}

}  // namespace
}  // namespace sim
