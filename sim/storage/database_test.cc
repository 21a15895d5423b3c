// Goal: transactions are all or nothing, wait for locks, fail as documented, and
// publish what they did; a commit that a crash has cut is settled either way.
//
// Method: tasks on one database without a world around it (StorageBench). Where
// it matters when something is destroyed, it is destroyed at every instant.

#include "sim/storage/database.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/gather.h"
#include "sim/storage/storage_bench.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kSchema[] =
    "CREATE TABLE account(id TEXT NOT NULL PRIMARY KEY, cents INTEGER NOT NULL CHECK(cents >= 0)) "
    "WITHOUT ROWID;"
    "CREATE TABLE entry(id INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL UNIQUE,"
    "  cents INTEGER NOT NULL);"
    "INSERT INTO account VALUES('ann', 1000), ('bob', 0)";

constexpr char kEntries[] = "SELECT reference FROM entry ORDER BY id";
constexpr char kAccounts[] = "SELECT * FROM account ORDER BY id";

Task<absl::Status> Transfer(Database* db, std::string reference, int64_t cents) {
  Transaction txn = co_await Try(db->Begin());
  co_await Try(txn.Execute("UPDATE account SET cents = cents - ? WHERE id = 'ann' AND cents >= ?",
                           cents, cents));
  co_await Try(txn.Execute("UPDATE account SET cents = cents + ? WHERE id = ?", cents, "bob"));
  co_await Try(txn.Execute("INSERT INTO entry(reference, cents) VALUES(?, ?)", reference, cents));
  co_return co_await txn.Commit();
}

Task<absl::Status> Insert(Database* db, std::string reference) {
  co_await Try(db->Execute("INSERT INTO entry(reference, cents) VALUES(?, 1)", reference));
  co_return absl::OkStatus();
}

// Begins, inserts, waits, and ends as told.
Task<absl::Status> InsertSlowly(StorageBench* bench, std::string reference, Nanos wait,
                                bool commit) {
  Transaction txn = co_await Try(bench->db().Begin());
  co_await Try(txn.Execute("INSERT INTO entry(reference, cents) VALUES(?, 1)", reference));
  co_await Sleeper(bench->simulation(), wait);
  if (!commit) co_return absl::CancelledError("rolled back");
  co_return co_await txn.Commit();
}

Task<> Report(Task<absl::Status> task, absl::Status* out) { *out = co_await std::move(task); }

class DatabaseTest : public testing::Test {
 protected:
  void Spawn(const std::string& name, Task<absl::Status> task) {
    statuses_[name] = absl::UnknownError("has not ended");
    bench_.Spawn(name, Report(std::move(task), &statuses_[name]));
  }
  absl::Status Run(Task<absl::Status> task) {
    Spawn("run", std::move(task));
    bench_.RunAll();
    return statuses_["run"];
  }
  // Runs `task` until the power is cut at `place`, and again after a reboot.
  void CutAt(const std::string& place, int skip, Task<absl::Status> task, DiskFate fate) {
    bench_.set_cut([place, skip](absl::string_view here, absl::string_view file) mutable {
      return absl::StrCat(here, " ", file) == place && skip-- == 0;
    });
    Spawn("cut", std::move(task));
    bench_.RunAll();
    EXPECT_TRUE(bench_.dead()) << place;
    EXPECT_EQ(statuses_["cut"].message(), "has not ended");
    ASSERT_TRUE(bench_.Reboot(fate).ok());
  }
  std::vector<std::string> Kinds() {
    std::vector<std::string> kinds;
    Trace& trace = bench_.simulation().trace();
    for (RecordId id = 1; id <= trace.size(); ++id) {
      kinds.emplace_back(RecordKindName(RecordKind(trace.record(id).kind)));
    }
    return kinds;
  }

  StorageBench bench_{/*seed=*/1, kSchema};
  Database* db_ = &bench_.db();
  std::map<std::string, absl::Status> statuses_;
};

TEST_F(DatabaseTest, CommitMakesAllChangesDurable) {
  EXPECT_TRUE(Run(Transfer(db_, "r1", 300)).ok());
  ASSERT_TRUE(bench_.Reboot(DiskFate::kLoseAll).ok());
  EXPECT_EQ(bench_.Peek(kAccounts), "ann|700 bob|300");
  EXPECT_EQ(bench_.Peek(kEntries), "r1");
}

TEST_F(DatabaseTest, DestroyedTransactionIsRolledBack) {
  EXPECT_TRUE(absl::IsCancelled(Run(InsertSlowly(&bench_, "r1", 0, /*commit=*/false))));
  EXPECT_EQ(bench_.Peek(kEntries), "");
  EXPECT_TRUE(bench_.commits().empty());
  EXPECT_THAT(Kinds(), ElementsAre("statement", "rollback"));
}

TEST_F(DatabaseTest, StatementsTakeTime) {
  ASSERT_TRUE(Run(Insert(db_, "r1")).ok());
  const Record& row = bench_.simulation().trace().record(3);
  EXPECT_EQ(row.at, 0);
  EXPECT_EQ(bench_.commits()[0].at, 0);
  Spawn("two", Insert(db_, "r2"));
  EXPECT_EQ(bench_.Peek(kEntries), "r1 r2");               // It has happened,
  EXPECT_EQ(statuses_["two"].message(), "has not ended");  // and nobody knows yet.
}

TEST_F(DatabaseTest, TransactionsAreOpenSideBySide) {
  Spawn("a", InsertSlowly(&bench_, "a", Seconds(5), /*commit=*/true));
  Spawn("b", InsertSlowly(&bench_, "b", Seconds(1), /*commit=*/true));
  EXPECT_TRUE(Run(Insert(db_, "c")).ok());
  EXPECT_EQ(bench_.commits()[0].changes[0].Key(), "3");  // The ids of a and b are taken.
  EXPECT_EQ(bench_.commits()[1].changes[0].Key(), "2");
  EXPECT_EQ(bench_.Peek(kEntries), "a b c");
}

TEST_F(DatabaseTest, ADuplicateOfAnUncommittedRowWaitsForItsFate) {
  Spawn("a", InsertSlowly(&bench_, "same", Seconds(5), /*commit=*/true));
  Spawn("b", Insert(db_, "same"));
  bench_.RunAll();
  EXPECT_TRUE(absl::IsAlreadyExists(statuses_["b"])) << statuses_["b"];
  Spawn("c", InsertSlowly(&bench_, "other", Seconds(5), /*commit=*/false));
  Spawn("d", Insert(db_, "other"));
  bench_.RunAll();
  EXPECT_TRUE(statuses_["d"].ok()) << statuses_["d"];
}

TEST_F(DatabaseTest, WaitingTooLongUndoesTheStatementOnly) {
  Spawn("a", InsertSlowly(&bench_, "same", Seconds(60), /*commit=*/true));
  Spawn("b", Insert(db_, "same"));
  Spawn("c", Transfer(db_, "same", 1));
  bench_.RunAll();
  EXPECT_TRUE(absl::IsDeadlineExceeded(statuses_["b"])) << statuses_["b"];
  EXPECT_TRUE(absl::IsDeadlineExceeded(statuses_["c"])) << statuses_["c"];
  EXPECT_TRUE(statuses_["a"].ok());
  EXPECT_EQ(bench_.Peek(kEntries), "same");
}

Task<absl::Status> InsertTwice(Database* db) {
  Transaction txn = co_await Try(db->Begin());
  co_await Try(txn.Execute("INSERT INTO entry(reference, cents) VALUES('r1', 1)"));
  auto again =
      co_await txn.Execute("INSERT INTO entry(reference, cents) VALUES('r2', 1), ('r1', 1)");
  EXPECT_TRUE(absl::IsAlreadyExists(again.status())) << again.status();
  auto negative = co_await txn.Execute("UPDATE account SET cents = -1 WHERE id = 'ann'");
  EXPECT_TRUE(absl::IsOutOfRange(negative.status())) << negative.status();
  co_return co_await txn.Commit();
}

TEST_F(DatabaseTest, TransactionGoesOnAfterADuplicateKey) {
  EXPECT_TRUE(Run(InsertTwice(db_)).ok());
  EXPECT_EQ(bench_.Peek(kEntries), "r1");
  ASSERT_EQ(bench_.commits().size(), 1u);
  EXPECT_EQ(bench_.commits()[0].changes.size(), 1u);
  EXPECT_EQ(bench_.commits()[0].statements.size(), 1u);
}

TEST_F(DatabaseTest, FailedStatementAloneLeavesNothing) {
  ASSERT_TRUE(Run(Insert(db_, "r1")).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(Run(Insert(db_, "r1"))));
  EXPECT_TRUE(Run(Insert(db_, "r2")).ok());
  EXPECT_EQ(bench_.Peek(kEntries), "r1 r2");
}

Task<absl::Status> WaitForItself(Database* db) {
  Transaction txn = co_await Try(db->Begin());
  co_await Try(txn.Execute("UPDATE account SET cents = 0 WHERE id = 'ann'"));
  co_await Try(Insert(db, "r1"));  // Needs no lock of the transaction.
  co_return co_await Transfer(db, "r2", 1);
}

TEST_F(DatabaseTest, WaitingForOneselfIsAnErrorAtOnce) {
  const absl::Status status = Run(WaitForItself(db_));
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("the lock on account ann"));
  EXPECT_EQ(bench_.Peek(kEntries), "r1");
  EXPECT_TRUE(Run(Transfer(db_, "r2", 1)).ok());
}

Task<absl::Status> UseAfterCommit(Database* db) {
  Transaction txn = co_await Try(db->Begin());
  co_await Try(txn.Commit());
  EXPECT_TRUE(absl::IsFailedPrecondition(co_await txn.Commit()));
  auto late = co_await txn.Execute("SELECT 1");
  co_return late.status();
}

TEST_F(DatabaseTest, EndedTransactionRefusesEverything) {
  EXPECT_TRUE(absl::IsFailedPrecondition(Run(UseAfterCommit(db_))));
}

Task<absl::Status> InsertId(Database* db, std::vector<int64_t>* ids) {
  Result first = co_await Try(db->Execute("INSERT INTO entry(reference, cents) VALUES('a', 1)"));
  Result second = co_await Try(db->Execute("INSERT INTO entry(reference, cents) VALUES('b', 1)"));
  Result other = co_await Try(db->Execute("UPDATE entry SET cents = 2 WHERE reference = 'a'"));
  *ids = {first.inserted_id(), second.inserted_id(), other.inserted_id()};
  co_return absl::OkStatus();
}

TEST_F(DatabaseTest, InsertedIdIsThatOfAutoincrement) {
  std::vector<int64_t> ids;
  ASSERT_TRUE(Run(InsertId(db_, &ids)).ok());
  EXPECT_THAT(ids, ElementsAre(1, 2, 0));
}

TEST_F(DatabaseTest, FactsTellWhatTheTransactionDid) {
  ASSERT_TRUE(Run(Transfer(db_, "r1", 300)).ok());
  ASSERT_EQ(bench_.commits().size(), 1u);
  const Commit& commit = bench_.commits()[0];
  EXPECT_EQ(commit.database, "ledger");
  EXPECT_EQ(commit.node, "node");
  EXPECT_FALSE(commit.found_at_reopen);

  ASSERT_EQ(commit.statements.size(), 3u);
  EXPECT_EQ(commit.statements[0].text->table, "account");
  EXPECT_EQ(commit.statements[0].affected, 1);
  EXPECT_THAT(commit.statements[0].text->compared, ElementsAre("id"));

  ASSERT_EQ(commit.changes.size(), 3u);
  EXPECT_EQ(commit.changes[1].table->name, "account");
  EXPECT_EQ(commit.changes[1].kind, ChangeKind::kUpdate);
  EXPECT_EQ(commit.changes[1].Key(), "bob");
  EXPECT_EQ(ToSql(commit.changes[1].old_row[1]), "0");
  EXPECT_EQ(ToSql(commit.changes[1].new_row[1]), "300");
  EXPECT_EQ(commit.changes[1].statement, 1);
  EXPECT_EQ(commit.changes[2].kind, ChangeKind::kInsert);

  EXPECT_THAT(Kinds(),
              ElementsAre("statement", "statement", "statement", "commit", "row", "row", "row"));
  EXPECT_EQ(bench_.simulation().trace().record(commit.cause).kind,
            static_cast<uint64_t>(RecordKind::kCommit));
}

TEST_F(DatabaseTest, StatementThatChangesNothingIsReported) {
  ASSERT_TRUE(Run(Transfer(db_, "r1", 5000)).ok());
  ASSERT_EQ(bench_.commits().size(), 1u);
  EXPECT_EQ(bench_.commits()[0].statements[0].affected, 0);
}

Task<absl::Status> Read(Database* db) {
  Transaction txn = co_await Try(db->Begin());
  co_await Try(txn.Execute("SELECT * FROM account WHERE id = 'ann' FOR UPDATE"));
  co_return co_await txn.Commit();
}

TEST_F(DatabaseTest, ReadingLeavesNoRecord) {
  ASSERT_TRUE(Run(Read(db_)).ok());
  EXPECT_TRUE(Kinds().empty());
  EXPECT_TRUE(bench_.commits().empty());
}

Task<absl::Status> NoteEffect(StorageBench* bench, bool commit, bool* effect) {
  co_await Try(bench->db().Execute("SELECT 1"));
  absl::Status done = co_await InsertSlowly(bench, "r", 0, commit);
  *effect = bench->simulation().root()->had_effect;
  co_return done;
}

TEST_F(DatabaseTest, OnlyACommitIsAnEffect) {
  bool effect = true;
  EXPECT_FALSE(Run(NoteEffect(&bench_, /*commit=*/false, &effect)).ok());
  EXPECT_FALSE(effect);
  EXPECT_TRUE(Run(NoteEffect(&bench_, /*commit=*/true, &effect)).ok());
  EXPECT_TRUE(effect);
}

TEST_F(DatabaseTest, PeekSeesCommittedRowsOnly) {
  Spawn("a", InsertSlowly(&bench_, "a", Seconds(5), /*commit=*/true));
  EXPECT_EQ(bench_.Peek(kEntries), "");
  bench_.RunAll();
  EXPECT_EQ(bench_.Peek(kEntries), "a");
  EXPECT_THAT(bench_.Peek("DELETE FROM entry"), HasSubstr("may only read"));
}

// The third sync of the journal makes the commit durable.
constexpr int kLastJournalSync = 2;

TEST_F(DatabaseTest, CutCommitThatHappenedIsPublishedAtReopen) {
  CutAt("sync ledger.db-journal", kLastJournalSync, Transfer(db_, "r1", 300), DiskFate::kKeepAll);
  EXPECT_EQ(bench_.Peek(kAccounts), "ann|700 bob|300");
  ASSERT_EQ(bench_.commits().size(), 1u);
  EXPECT_TRUE(bench_.commits()[0].found_at_reopen);
  EXPECT_EQ(bench_.commits()[0].changes.size(), 3u);
  EXPECT_THAT(Kinds(), ElementsAre("statement", "statement", "statement", "unsettled", "commit",
                                   "row", "row", "row"));
}

TEST_F(DatabaseTest, CutCommitThatDidNotHappenIsForgotten) {
  CutAt("sync ledger.db-journal", kLastJournalSync, Transfer(db_, "r1", 300), DiskFate::kLoseAll);
  EXPECT_EQ(bench_.Peek(kAccounts), "ann|1000 bob|0");
  EXPECT_TRUE(bench_.commits().empty());
  EXPECT_THAT(Kinds(), ElementsAre("statement", "statement", "statement", "unsettled"));
}

TEST_F(DatabaseTest, PowerCutBeforeCommitLeavesNothingToSettle) {
  CutAt("before commit ", 0, Transfer(db_, "r1", 300), DiskFate::kKeepAll);
  EXPECT_EQ(bench_.Peek(kEntries), "");
  EXPECT_THAT(Kinds(), ElementsAre("statement", "statement", "statement"));
}

TEST_F(DatabaseTest, PowerCutAfterCommitLosesTheAnswerOnly) {
  CutAt("after commit ", 0, Transfer(db_, "r1", 300), DiskFate::kLoseAll);
  EXPECT_EQ(bench_.Peek(kEntries), "r1");
  ASSERT_EQ(bench_.commits().size(), 1u);
  EXPECT_FALSE(bench_.commits()[0].found_at_reopen);
}

TEST_F(DatabaseTest, CutCommitOutlivesACrashDuringRecovery) {
  bench_.set_cut([syncs = 0](absl::string_view here, absl::string_view) mutable {
    return here == "sync" && syncs++ == 2;  // The database file: the journal is hot.
  });
  Spawn("cut", Transfer(db_, "r1", 300));
  bench_.RunAll();
  bench_.set_cut([](absl::string_view here, absl::string_view) { return here == "sync"; });
  EXPECT_TRUE(absl::IsUnavailable(bench_.Reboot(DiskFate::kKeepAll)));
  ASSERT_TRUE(bench_.Reboot(DiskFate::kKeepAll).ok());
  EXPECT_EQ(Kinds().back(), "unsettled");
  EXPECT_EQ(bench_.Peek(kAccounts), "ann|1000 bob|0");
}

Task<absl::Status> TransferInTime(StorageBench* bench, std::string reference, Nanos limit) {
  Task<absl::Status> transfer = Transfer(&bench->db(), reference, 100);
  co_return co_await WithTimeout(bench->simulation(), std::move(transfer), FromNanos(limit));
}

// Three transfers contend; the second is destroyed after `limit`, which passes
// every instant between its first wait and its end.
TEST_F(DatabaseTest, CancelledAtAnyInstantNothingIsLeftBehind) {
  int committed = 0;
  int round = 0;
  for (Nanos limit = 0; limit < Millis(3); limit += Micros(5)) {
    StorageBench bench(/*seed=*/static_cast<uint64_t>(++round), kSchema);
    absl::Status first, second, third, after;
    bench.Spawn("1", Report(Transfer(&bench.db(), "1", 100), &first));
    bench.Spawn("2", Report(TransferInTime(&bench, "2", limit), &second));
    bench.Spawn("3", Report(Transfer(&bench.db(), "3", 100), &third));
    bench.RunAll();
    bench.Run(Report(Transfer(&bench.db(), "4", 100), &after));
    ASSERT_TRUE(first.ok() && third.ok() && after.ok()) << limit;
    const bool happened = bench.commits().size() == 4;
    ASSERT_EQ(bench.Peek(kEntries), happened ? "1 2 3 4" : "1 3 4") << limit;
    ASSERT_EQ(bench.Peek(kAccounts), happened ? "ann|600 bob|400" : "ann|700 bob|300") << limit;
    ASSERT_TRUE(happened || absl::IsDeadlineExceeded(second)) << limit;
    committed += happened;
  }
  EXPECT_GT(committed, 10);
  EXPECT_LT(committed, round - 10);
}

// As above, but the node dies at the n-th time that any task would go on.
TEST_F(DatabaseTest, CrashAtAnySuspensionLeavesWholeTransactions) {
  for (int n = 0; n < 14; ++n) {
    StorageBench bench(/*seed=*/7, kSchema);
    absl::Status first, second;
    bench.set_cut([n, seen = 0](absl::string_view here, absl::string_view) mutable {
      return here == "resume" && seen++ == n;
    });
    bench.Spawn("1", Report(Transfer(&bench.db(), "1", 100), &first));
    bench.Spawn("2", Report(Transfer(&bench.db(), "2", 100), &second));
    bench.RunAll();
    ASSERT_EQ(bench.dead(), n < 9) << n;
    ASSERT_TRUE(bench.Reboot(DiskFate::kEach).ok());
    EXPECT_EQ(bench.Peek("SELECT (SELECT sum(cents) FROM entry) = "
                         "(SELECT cents FROM account WHERE id = 'bob')"),
              n < 3 ? "NULL" : "1");
    EXPECT_EQ(bench.Peek("SELECT count(*) FROM entry"), absl::StrCat(bench.commits().size()));
  }
}

TEST_F(DatabaseTest, SameSeedSameDigest) {
  uint64_t digests[2];
  for (uint64_t& digest : digests) {
    StorageBench bench(/*seed=*/3, kSchema);
    absl::Status first, second;
    bench.Spawn("1", Report(Transfer(&bench.db(), "1", 100), &first));
    bench.Spawn("2", Report(Transfer(&bench.db(), "2", 100), &second));
    bench.RunAll();
    digest = bench.simulation().trace().digest();
  }
  EXPECT_EQ(digests[0], digests[1]);
}

}  // namespace
}  // namespace sim
