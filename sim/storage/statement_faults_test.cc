// Goal: what a database does to a statement although nobody stands in its way: the
// victim of a deadlock is rolled back, a wait in vain undoes the statement alone, and a
// replica shows the past. Method: tasks on one database (StorageBench), whose faults
// the test chooses; what happens to whom is read off the rows.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/waiter.h"
#include "sim/storage/storage_bench.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

constexpr char kSchema[] =
    "CREATE TABLE account(id TEXT NOT NULL PRIMARY KEY, cents INTEGER NOT NULL) WITHOUT ROWID;"
    "INSERT INTO account VALUES('a', 100), ('b', 100)";
constexpr char kAccounts[] = "SELECT * FROM account ORDER BY id";
constexpr char kTake[] = "UPDATE account SET cents = cents - 10 WHERE id = ?";

// What the statements of one transaction and its COMMIT were answered.
struct Told {
  absl::Status first, second, committed;
};

Task<> TakeFromBoth(Database* db, Told* told) {
  auto txn = co_await db->Begin();
  told->first = (co_await txn->Execute(kTake, "a")).status();
  told->second = (co_await txn->Execute(kTake, "b")).status();
  told->committed = co_await txn->Commit();
}

Task<> Take(Database* db, std::string account, absl::Status* told) {
  *told = (co_await db->Execute(kTake, account)).status();
}

Task<> TakeAll(Database* db) {
  (co_await db->Execute("UPDATE account SET cents = 0")).status().IgnoreError();
}

Task<> Undo(Database* db, Told* told) {
  auto txn = co_await db->Begin();
  told->first = (co_await txn->Execute(kTake, "a")).status();
  std::vector<RowChange> changes = txn->changes();
  told->committed = co_await txn->Commit();
  auto undoing = co_await db->Begin();
  told->second = co_await undoing->Undo(std::move(changes));
}

Task<> Read(Database db, std::string* out) {
  const auto rows = co_await db.Execute("SELECT cents FROM account WHERE id = 'a'");
  *out = rows.ok() ? ToText((*rows)[0][0]) : rows.status().ToString();
}

class StatementFaultsTest : public testing::Test {
 protected:
  // The `nth` place of this kind.
  void Strike(PlaceKind kind, int nth, ChoiceKind fault, Nanos amount = 0) {
    bench_.set_statement_fault([this, kind, nth, fault, amount](PlaceKind here) {
      Choice choice;
      if (here != kind || ++asked_ != nth) return choice;
      choice.kind = fault;
      choice.amount = amount;
      return choice;
    });
  }
  std::string ReadReplica() {
    DatabaseServer::Peer peer;
    peer.node = "report";
    peer.replica = true;
    std::string read;
    bench_.Run(Read(Database(bench_.server(), bench_.server().OpenSession(peer)), &read));
    return read;
  }

  StorageBench bench_{/*seed=*/1, kSchema};
  int asked_ = 0;
};

TEST_F(StatementFaultsTest, ADeadlockTakesTheWholeTransaction) {
  Strike(PlaceKind::kLock, 2, ChoiceKind::kDeadlock);
  Told told;
  bench_.Run(TakeFromBoth(&bench_.db(), &told));
  EXPECT_TRUE(told.first.ok());
  EXPECT_TRUE(absl::IsAborted(told.second));
  EXPECT_EQ(told.second.message(), absl::StrCat("deadlock: node test is the victim: ", kTake));
  EXPECT_TRUE(absl::IsFailedPrecondition(told.committed)) << told.committed;
  EXPECT_EQ(bench_.Peek(kAccounts), "a|100 b|100");
  absl::Status free;
  bench_.Run(Take(&bench_.db(), "a", &free));
  EXPECT_TRUE(free.ok()) << "its locks are free";
}

TEST_F(StatementFaultsTest, ADeadlockOfAStatementAloneLeavesNothing) {
  Strike(PlaceKind::kLock, 1, ChoiceKind::kDeadlock);
  absl::Status told;
  bench_.Run(Take(&bench_.db(), "a", &told));
  EXPECT_TRUE(absl::IsAborted(told)) << told;
  EXPECT_EQ(bench_.Peek(kAccounts), "a|100 b|100");
}

TEST_F(StatementFaultsTest, ALockTimeoutTakesTheStatementOnly) {
  Strike(PlaceKind::kLock, 2, ChoiceKind::kLockTimeout, Seconds(5));
  Told told;
  bench_.Run(TakeFromBoth(&bench_.db(), &told));
  EXPECT_TRUE(absl::IsDeadlineExceeded(told.second));
  EXPECT_TRUE(told.committed.ok()) << told.committed;
  EXPECT_EQ(bench_.Peek(kAccounts), "a|90 b|100");
  EXPECT_GE(bench_.simulation().now(), Seconds(5));
}

TEST_F(StatementFaultsTest, WhoWaitsInVainKeepsItsLocks) {
  Strike(PlaceKind::kLock, 2, ChoiceKind::kLockTimeout, Seconds(5));
  Told told;
  absl::Status other;
  bench_.Spawn("task", TakeFromBoth(&bench_.db(), &told));
  bench_.simulation().RunUntil(Seconds(1), 1000);
  bench_.Spawn("other", Take(&bench_.db(), "a", &other));
  bench_.simulation().RunUntil(Seconds(2), 1000);
  EXPECT_THAT(bench_.server().Waits(),
              ElementsAre(HasSubstr("task waits since"),
                          HasSubstr("other waits since 1s for account a, locked by node task")));
  bench_.RunAll();
  EXPECT_TRUE(other.ok()) << other;
  EXPECT_EQ(bench_.Peek(kAccounts), "a|80 b|100");
}

TEST_F(StatementFaultsTest, AWaitInVainIsToldAsAPersonReadsIt) {
  bench_.simulation().RunUntil(Seconds(1), 1000);
  Strike(PlaceKind::kLock, 2, ChoiceKind::kLockTimeout, Seconds(5));
  Told told;
  bench_.Spawn("transfer", TakeFromBoth(&bench_.db(), &told));
  bench_.simulation().RunUntil(Seconds(2), 1000);
  const std::vector<std::string> waits = bench_.server().Waits();
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_THAT(waits[0], MatchesRegex("node transfer waits since 1\\.[0-9]*s for account b, which a "
                                     "fault keeps from it: UPDATE account .*"));
  bench_.RunAll();
  EXPECT_EQ(told.second.message(), absl::StrCat("waited 5s: ", waits[0]));
  EXPECT_TRUE(bench_.server().Waits().empty());
}

TEST_F(StatementFaultsTest, AWaitInVainForRowsThatNobodyNamesIsForOneOfTheTable) {
  Strike(PlaceKind::kLock, 1, ChoiceKind::kLockTimeout, Seconds(5));
  bench_.Spawn("task", TakeAll(&bench_.db()));
  EXPECT_THAT(bench_.server().Waits(),
              ElementsAre(HasSubstr("for a row of account, which a fault")));
  bench_.tasks().Clear();
  EXPECT_TRUE(bench_.server().Waits().empty()) << "nobody waits any more";
}

TEST_F(StatementFaultsTest, AnUndoThatWaitsInVainIsListed) {
  Strike(PlaceKind::kLock, 2, ChoiceKind::kLockTimeout, Seconds(5));
  Told told;
  bench_.Spawn("task", Undo(&bench_.db(), &told));
  bench_.simulation().RunUntil(Seconds(1), 1000);
  EXPECT_THAT(bench_.server().Waits(),
              ElementsAre(HasSubstr("for account a, which a fault keeps from it: undo")));
  bench_.RunAll();
  EXPECT_TRUE(absl::IsDeadlineExceeded(told.second));
}

TEST_F(StatementFaultsTest, AnUndoLocksRowsLikeAnyOther) {
  Strike(PlaceKind::kLock, 2, ChoiceKind::kDeadlock);
  Told told;
  bench_.Run(Undo(&bench_.db(), &told));
  EXPECT_TRUE(absl::IsAborted(told.second)) << told.second;
  EXPECT_EQ(bench_.Peek(kAccounts), "a|90 b|100");
}

TEST_F(StatementFaultsTest, PlainReadsLockNothing) {
  Strike(PlaceKind::kLock, 1, ChoiceKind::kDeadlock);
  std::string read;
  bench_.Run(Read(bench_.db(), &read));
  EXPECT_EQ(read, "100");
  EXPECT_EQ(asked_, 0);
}

TEST_F(StatementFaultsTest, AReplicaThatLagsShowsThePast) {
  bench_.LetReplicasLag(Hours(100));
  EXPECT_EQ(ReadReplica(), "100");
  absl::Status done;
  bench_.Run(Take(&bench_.db(), "a", &done));
  EXPECT_EQ(ReadReplica(), "90") << "it does not lag by itself";
  bench_.simulation().RunUntil(bench_.simulation().now() + Seconds(3), 1000);
  Strike(PlaceKind::kReplica, 1, ChoiceKind::kReplicaLag, Hours(100));
  EXPECT_EQ(ReadReplica(), "100");
  EXPECT_EQ(ReadReplica(), "90");
  std::string read;
  bench_.Run(Read(bench_.db(), &read));
  EXPECT_EQ(read, "90");
  EXPECT_EQ(asked_, 2) << "only replicas are asked about";
}

}  // namespace
}  // namespace sim
