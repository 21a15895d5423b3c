// Goal: a wait that is destroyed leaves no trace: it leaves the queue, and a lock
// that was granted to it before it ran passes on, although its transaction stays
// open. Method: transactions that outlive the tasks which use them; the tasks are
// destroyed between two events.

#include "sim/storage/lock_wait.h"

#include <memory>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/task_scope.h"
#include "sim/storage/storage_bench.h"

namespace sim {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr char kSchema[] =
    "CREATE TABLE t(id INT NOT NULL PRIMARY KEY, v INTEGER) WITHOUT ROWID; INSERT INTO t VALUES(1, "
    "0)";

class LockWaitTest : public testing::Test {
 protected:
  struct User {
    std::optional<Transaction> txn;
    std::unique_ptr<TaskScope> scope;
    bool done = false;
  };
  static Task<> Begin(Database* db, User* user) {
    auto begun = co_await db->Begin();
    user->txn.emplace(*std::move(begun));
  }
  static Task<> Update(User* user) {
    const auto updated = co_await user->txn->Execute("UPDATE t SET v = v + 1 WHERE id = 1");
    user->done = updated.ok();
  }
  void Start(User& user, const std::string& name, CrashSite* site = nullptr) {
    bench_.Spawn("begin", Begin(&bench_.db(), &user));
    user.scope = std::make_unique<TaskScope>(bench_.simulation(), site, name);
    user.scope->Spawn(name, "", Update(&user));
    RunFor(Millis(1));
  }
  void RunFor(Nanos time) { bench_.simulation().RunUntil(bench_.simulation().now() + time, 1000); }
  void RunOn() { bench_.simulation().RunUntil(bench_.simulation().now() + Seconds(1), 1000); }

  // Where each turn of a task takes a while.
  class SlowSite final : public CrashSite {
   public:
    SlowSite() { pace().SlowDown(kForever); }
    bool Strikes(Root&) override { return false; }
  };

  SlowSite slow_;
  StorageBench bench_{/*seed=*/1, kSchema};
  User a_, b_, c_;
};

TEST_F(LockWaitTest, GrantedInTheOrderOfTheQueue) {
  Start(a_, "a");
  Start(b_, "b");
  Start(c_, "c");
  EXPECT_TRUE(a_.done);
  EXPECT_THAT(bench_.server().Waits(), SizeIs(2));
  EXPECT_THAT(bench_.simulation().events().Unfinished(9)[0], HasSubstr("for t 1, locked by"));
  a_.txn.reset();
  RunOn();
  EXPECT_TRUE(b_.done);
  EXPECT_FALSE(c_.done);
}

TEST_F(LockWaitTest, DestroyedWhileItWaitsItLeavesTheQueue) {
  Start(a_, "a");
  Start(b_, "b");
  Start(c_, "c");
  b_.scope.reset();
  EXPECT_THAT(bench_.server().Waits(), SizeIs(1));
  a_.txn.reset();
  RunOn();
  EXPECT_TRUE(c_.done);
}

TEST_F(LockWaitTest, DestroyedBetweenGrantAndRunItPassesOn) {
  Start(a_, "a");
  Start(b_, "b");
  Start(c_, "c");
  a_.txn.reset();    // Grants to b,
  b_.scope.reset();  // who never runs, and whose transaction stays open.
  RunOn();
  EXPECT_FALSE(b_.done);
  EXPECT_TRUE(c_.done);
}

TEST_F(LockWaitTest, DestroyedBetweenItsEndAndItsTurnItIsForgotten) {
  Start(a_, "a");
  Start(b_, "b", &slow_);
  RunFor(Millis(100));
  ASSERT_THAT(bench_.server().Waits(), SizeIs(1));
  while (!bench_.server().Waits().empty()) RunFor(Millis(1));
  ASSERT_EQ(b_.scope->size(), 1u);  // It is too late, which the task does not know yet.
  b_.scope.reset();
  b_.txn.reset();
  RunOn();
  EXPECT_FALSE(b_.done);
}

TEST_F(LockWaitTest, AnEndedTransactionTellsItsWaiter) {
  Start(a_, "a");
  Start(b_, "b");
  b_.txn.reset();
  RunOn();
  EXPECT_FALSE(b_.done);
  EXPECT_EQ(b_.scope->size(), 0u);
}

}  // namespace
}  // namespace sim
