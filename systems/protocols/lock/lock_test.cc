// Goal: one at a time has a lock, over a cache and over a table alike; it is renewed
// while its holder lives, and free again when that dies; a stale or invented token is
// refused by what the lock guards.
// Method: two holders on nodes that a test drives by hand, over each kind of lock.

#include "systems/protocols/lock/lock.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/cache/cache.h"
#include "systems/protocols/lock/cache_locks.h"
#include "systems/protocols/lock/guard.h"
#include "systems/protocols/lock/table_locks.h"

namespace lock {
namespace {

using sim::Task;
using testing::ElementsAre;

constexpr absl::Duration kLent = absl::Seconds(10);

// What one holder did, seen by the test; it outlives crashes of its node.
struct Record {
  bool keep = true;  // the lock, until it is false
  std::optional<absl::Status> acquired;
  int64_t token = 0;
  std::optional<absl::Status> released;
  bool sure = false;  // of the lock, before it was released
};

// Takes the lock "x" when the test says so.
class Holder final : public sim::Component {
 public:
  Holder(sim::Env& env, Quirks quirks, bool in_table, Holder** self) : env_(env) {
    if (in_table) {
      locks_ = std::make_unique<TableLocks>(env, quirks);
    } else {
      tokens_ = std::make_unique<CacheTokens>(env, env.peer("cache"));
      locks_ = std::make_unique<CacheLocks>(env, env.peer("cache"), *tokens_, quirks);
    }
    *self = this;
  }

  Task<absl::Status> Start() override { co_return absl::OkStatus(); }

  void Hold(Record& record) { env_.Spawn("hold", HoldOnce(&record)); }

 private:
  Task<> HoldOnce(Record* record) {
    auto lock = co_await locks_->Acquire("x", kLent);
    record->acquired = lock.status();
    if (!lock.ok()) co_return;
    record->token = lock->token();
    while (record->keep) co_await env_.clock().Sleep(absl::Milliseconds(100));
    record->sure = lock->LastsFor(absl::ZeroDuration());
    record->released = co_await lock->Release();
  }

  sim::Env& env_;
  std::unique_ptr<Tokens> tokens_;
  std::unique_ptr<Locks> locks_;
};

// Two holders, "a" and "b".
class LockTest : public testing::TestWithParam<bool> {
 protected:
  void Boot(Quirks quirks = {}) {
    if (InTable()) {
      world_.Share("a", "locks", kLockTable);
      world_.Share("b", "locks", kLockTable);
    } else {
      world_.Start("c", cache::CacheSystem());
    }
    world_.Start("a", System(quirks, &a_), Peers());
    world_.Start("b", System(quirks, &b_), Peers());
  }
  sim::TestWorld::Peers Peers() const {
    if (InTable()) return {};
    return {{"cache", "c"}};
  }
  sim::SystemSpec System(Quirks quirks, Holder** self) {
    sim::SystemSpec system;
    system.name = "holder";
    if (InTable()) system.schema = [](const sim::Settings&) { return std::string(kLockTable); };
    system.make = [quirks, in_table = InTable(), self](sim::Env& env) {
      return std::make_unique<Holder>(env, quirks, in_table, self);
    };
    return system;
  }
  bool InTable() const { return GetParam(); }

  // Lets `holder` take the lock, and waits until it has it or has not.
  void Hold(Holder* holder, Record& record) {
    holder->Hold(record);
    world_.RunFor(absl::Seconds(1));
    ASSERT_TRUE(record.acquired.has_value());
  }
  void GiveBack(Record& record) {
    record.keep = false;
    world_.RunFor(absl::Seconds(1));
    ASSERT_TRUE(record.released.has_value());
  }

  sim::TestWorld world_;
  Holder* a_ = nullptr;
  Holder* b_ = nullptr;
};

TEST_P(LockTest, IsHeldByOneAtATime) {
  Boot();
  Record first;
  Record second;
  Record third;
  Hold(a_, first);
  Hold(b_, second);
  EXPECT_TRUE(first.acquired->ok());
  EXPECT_TRUE(IsTaken(*second.acquired));
  GiveBack(first);
  EXPECT_TRUE(first.released->ok());
  Hold(b_, third);
  EXPECT_TRUE(third.acquired->ok());
  EXPECT_EQ(first.token, 1);
  EXPECT_EQ(third.token, 2);
}

TEST_P(LockTest, IsRenewedWhileItsHolderLives) {
  Boot();
  Record first;
  Record second;
  Hold(a_, first);
  world_.RunFor(10 * kLent);
  Hold(b_, second);
  EXPECT_TRUE(IsTaken(*second.acquired));
  GiveBack(first);
  EXPECT_TRUE(first.sure);
  EXPECT_TRUE(first.released->ok());
}

TEST_P(LockTest, IsFreeAgainAfterItsHolderHasDied) {
  Boot();
  Record first;
  Record early;
  Record late;
  Hold(a_, first);
  world_.Crash("a");
  Hold(b_, early);
  EXPECT_TRUE(IsTaken(*early.acquired));
  world_.RunFor(kLent);
  Hold(b_, late);
  EXPECT_TRUE(late.acquired->ok());
  EXPECT_GT(late.token, first.token);
}

TEST_P(LockTest, WithoutExpiryItIsTakenForEver) {
  Quirks quirks;
  quirks.no_expiry = true;
  Boot(quirks);
  Record first;
  Record late;
  Hold(a_, first);
  world_.Crash("a");
  world_.RunFor(100 * kLent);
  Hold(b_, late);
  EXPECT_TRUE(IsTaken(*late.acquired));
}

TEST_P(LockTest, IsLostByWhoDoesNotRenewAndBelievesInIt) {
  Quirks quirks;
  quirks.no_renew = true;
  Boot(quirks);
  Record first;
  Record second;
  Hold(a_, first);
  world_.RunFor(kLent);
  Hold(b_, second);
  EXPECT_TRUE(second.acquired->ok());
  GiveBack(first);
  EXPECT_TRUE(first.sure);
  EXPECT_TRUE(absl::IsFailedPrecondition(*first.released));
}

TEST_P(LockTest, IsReleasedByItsOwnerOnly) {
  Quirks quirks;
  quirks.no_renew = true;
  Boot(quirks);
  Record first;
  Record second;
  Record third;
  Hold(a_, first);
  world_.RunFor(kLent);
  Hold(b_, second);
  GiveBack(first);
  Hold(a_, third);
  EXPECT_TRUE(IsTaken(*third.acquired));
}

TEST_P(LockTest, IsReleasedByAnyoneWhoDoesNotCompare) {
  Quirks quirks;
  quirks.no_renew = true;
  quirks.release_unowned = true;
  Boot(quirks);
  Record first;
  Record second;
  Record third;
  Hold(a_, first);
  world_.RunFor(kLent);
  Hold(b_, second);
  GiveBack(first);
  Hold(a_, third);
  EXPECT_TRUE(third.acquired->ok());
}

INSTANTIATE_TEST_SUITE_P(OverBoth, LockTest, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "Table" : "Cache"; });

class TableLockTest : public LockTest {};

TEST_P(TableLockTest, IsADeadHoldersForEverIfNobodyLooksAtTheExpiry) {
  Quirks quirks;
  quirks.ignore_expiry = true;
  Boot(quirks);
  Record first;
  Record second;
  Record late;
  Hold(a_, first);
  GiveBack(first);
  Hold(a_, second);
  EXPECT_TRUE(second.acquired->ok());
  world_.Crash("a");
  world_.RunFor(100 * kLent);
  Hold(b_, late);
  EXPECT_TRUE(IsTaken(*late.acquired));
}

INSTANTIATE_TEST_SUITE_P(OverTable, TableLockTest, testing::Values(true),
                         [](const auto&) { return "Table"; });

class CacheLockTest : public LockTest {};

TEST_P(CacheLockTest, AFailOverLendsItTwiceWithOneToken) {
  Boot();
  Record first;
  Record second;
  a_->Hold(first);
  world_.RunFor(absl::Milliseconds(100));
  world_.adversary().AddNext("cache c cache.Set lock/x", sim::ChoiceKind::kFailOver,
                             sim::Seconds(1));
  Hold(b_, second);
  EXPECT_TRUE(second.acquired->ok());
  EXPECT_EQ(second.token, first.token);
  world_.RunFor(kLent);
  GiveBack(first);
  EXPECT_FALSE(first.sure);
  EXPECT_TRUE(absl::IsFailedPrecondition(*first.released));
}

TEST_P(CacheLockTest, ARestartForgetsLockAndTokens) {
  Boot();
  Record first;
  Record second;
  Hold(a_, first);
  world_.Crash("c");
  world_.AwaitRestart("c");
  Hold(b_, second);
  EXPECT_TRUE(second.acquired->ok());
  EXPECT_EQ(second.token, 1);
}

INSTANTIATE_TEST_SUITE_P(OverCache, CacheLockTest, testing::Values(false),
                         [](const auto&) { return "Cache"; });

// A resource "x" with a counter, asked in one transaction after the other.
class Resource final : public sim::Component {
 public:
  Resource(sim::Env& env, Resource** self) : env_(env), db_(env.database()) { *self = this; }
  Task<absl::Status> Start() override { co_return absl::OkStatus(); }

  void Issue() { env_.Spawn("issue", IssueOnce()); }
  void Show(int64_t token, Issuer issuer, Admission& admission) {
    env_.Spawn("show", ShowOnce(token, issuer, &admission));
  }

 private:
  Task<> IssueOnce() {
    auto txn = co_await db_.Begin();
    const auto token = co_await IssueToken(*txn, "x");
    EXPECT_TRUE(token.ok()) << token.status();
    const absl::Status committed = co_await txn->Commit();
    EXPECT_TRUE(committed.ok());
  }
  Task<> ShowOnce(int64_t token, Issuer issuer, Admission* admission) {
    auto txn = co_await db_.Begin();
    const auto admitted = co_await Admit(*txn, "x", token, issuer);
    EXPECT_TRUE(admitted.ok()) << admitted.status();
    *admission = *admitted;
    const absl::Status committed = co_await txn->Commit();
    EXPECT_TRUE(committed.ok());
  }

  sim::Env& env_;
  sim::Database db_;
};

class GuardTest : public testing::Test {
 protected:
  GuardTest() {
    sim::SystemSpec system;
    system.name = "resource";
    system.schema = [](const sim::Settings&) { return absl::StrCat(kLockTable, kGuardTables); };
    system.make = [this](sim::Env& env) { return std::make_unique<Resource>(env, &resource_); };
    world_.Start("r", system);
  }
  void Issue(int times) {
    for (int i = 0; i < times; ++i) {
      resource_->Issue();
      world_.RunFor(absl::Seconds(1));
    }
  }
  Admission Show(int64_t token, Issuer issuer = Issuer::kHere) {
    auto admission = Admission::kAdmitted;
    resource_->Show(token, issuer, admission);
    world_.RunFor(absl::Seconds(1));
    return admission;
  }

  sim::TestWorld world_;
  Resource* resource_ = nullptr;
};

TEST_F(GuardTest, RefusesATokenSmallerThanOneItHasSeen) {
  Issue(3);
  EXPECT_EQ(Show(1), Admission::kAdmitted);
  EXPECT_EQ(Show(1), Admission::kAdmitted);
  EXPECT_EQ(Show(3), Admission::kAdmitted);
  EXPECT_EQ(Show(2), Admission::kStale);
  EXPECT_EQ(Show(3), Admission::kAdmitted);
}

TEST_F(GuardTest, RefusesATokenFromNowhereAndStaysOpenForTheRightOnes) {
  Issue(2);
  EXPECT_EQ(Show(3), Admission::kNeverIssued);
  EXPECT_EQ(Show(0), Admission::kNeverIssued);
  EXPECT_EQ(Show(-1), Admission::kNeverIssued);
  EXPECT_EQ(Show(1), Admission::kAdmitted);
  Issue(1);
  EXPECT_EQ(Show(3), Admission::kAdmitted);
}

TEST_F(GuardTest, RefusesAnyTokenBeforeTheFirstIsIssued) {
  EXPECT_EQ(Show(1), Admission::kNeverIssued);
  Issue(1);
  EXPECT_EQ(Show(1), Admission::kAdmitted);
}

TEST_F(GuardTest, TakesTokensOfElsewhereUnlessTheyAreNone) {
  EXPECT_EQ(Show(7, Issuer::kElsewhere), Admission::kAdmitted);
  EXPECT_EQ(Show(0, Issuer::kElsewhere), Admission::kNeverIssued);
}

}  // namespace
}  // namespace lock
