// Goal: a prepared branch survives its session and every crash with its locks,
// ends once, and its changes are facts when it commits; changes are undone unless
// somebody has written since; a broken connection rolls back what was open; a
// replica lags. Method: tasks on one database (StorageBench).

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/waiter.h"
#include "sim/storage/storage_bench.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kSchema[] =
    "CREATE TABLE account(id TEXT NOT NULL PRIMARY KEY, cents INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE entry(id INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL UNIQUE);"
    "INSERT INTO account VALUES('a', 100), ('b', 100)";
constexpr char kAccounts[] = "SELECT * FROM account ORDER BY id";

Task<absl::Status> Prepare(Database* db, std::string xid) {
  Transaction txn = co_await Try(db->XaStart(xid));
  co_await Try(txn.Execute("UPDATE account SET cents = cents - 10 WHERE id = 'a'"));
  co_await Try(txn.Execute("INSERT INTO entry(reference) VALUES(?)", xid));
  co_await Try(txn.XaEnd());
  co_return co_await txn.XaPrepare();
}

Task<absl::Status> Update(Database* db, std::string account) {
  auto done = co_await db->Execute("UPDATE account SET cents = 0 WHERE id = ?", account);
  co_return done.status();
}

Task<> Note(Task<absl::Status> task, std::string* out) {
  const absl::Status status = co_await std::move(task);
  *out = status.ToString();
}

class XaTest : public testing::Test {
 protected:
  // What became of `task`; "waits" if it has not ended a minute later.
  std::string Run(Task<absl::Status> task, Nanos limit = Seconds(10)) {
    outcomes_.push_back(std::make_unique<std::string>("waits"));
    bench_->Spawn("task", Note(std::move(task), outcomes_.back().get()));
    Simulation& simulation = bench_->simulation();
    simulation.RunUntil(simulation.now() + limit, 1000);
    return *outcomes_.back();
  }
  void Crash() { ASSERT_TRUE(bench_->Reboot(DiskFate::kLoseAll).ok()); }
  std::string Prepared() {
    std::string names;
    bench_->Spawn("recover", [](Database* db, std::string* out) -> Task<> {
      const auto found = co_await db->XaRecover();
      *out = absl::StrJoin(*found, " ");
    }(&bench_->db(), &names));
    bench_->simulation().RunUntil(bench_->simulation().now() + Seconds(1), 1000);
    return names;
  }
  std::vector<std::unique_ptr<std::string>> outcomes_;  // Outlive the tasks.
  std::unique_ptr<StorageBench> bench_ = std::make_unique<StorageBench>(/*seed=*/1, kSchema);
};

TEST_F(XaTest, PreparedBranchHidesItsChangesAndKeepsItsLocks) {
  EXPECT_EQ(Run(Prepare(&bench_->db(), "x1")), "OK");
  EXPECT_EQ(bench_->Peek(kAccounts), "a|100 b|100");
  EXPECT_TRUE(bench_->commits().empty());
  EXPECT_EQ(Run(Update(&bench_->db(), "a")), "waits");
  EXPECT_THAT(bench_->server().Waits()[0], HasSubstr("locked by the prepared branch x1 of node"));
  EXPECT_EQ(Run(Update(&bench_->db(), "b")), "OK");
}

TEST_F(XaTest, CommitAfterACrashPublishesWhatTheBranchDid) {
  ASSERT_EQ(Run(Prepare(&bench_->db(), "x1")), "OK");
  ASSERT_EQ(Run(Prepare(&bench_->db(), "x1")), "ALREADY_EXISTS: there is a branch x1");
  Crash();
  EXPECT_EQ(Prepared(), "x1");
  EXPECT_EQ(Run(Update(&bench_->db(), "a")), "waits");
  EXPECT_EQ(Run(bench_->db().XaCommit("x1")), "OK");
  ASSERT_EQ(bench_->commits().size(), 2u);  // The update that waited came after it.
  const Commit& commit = bench_->commits()[0];
  ASSERT_EQ(commit.changes.size(), 2u);
  EXPECT_EQ(commit.changes[0].Key(), "a");
  EXPECT_EQ(commit.changes[1].statement, 1);
  ASSERT_EQ(commit.statements.size(), 2u);
  EXPECT_EQ(commit.statements[0].text->table, "account");
  EXPECT_THAT(commit.statements[0].text->compared, ElementsAre("id"));
  EXPECT_EQ(bench_->Peek(kAccounts), "a|0 b|100");
  EXPECT_EQ(Prepared(), "");
  EXPECT_THAT(Run(bench_->db().XaCommit("x1")), HasSubstr("NOT_FOUND"));
}

TEST_F(XaTest, AReplicaEndsNoBranch) {
  ASSERT_EQ(Run(Prepare(&bench_->db(), "x1")), "OK");
  DatabaseServer::Peer peer;
  peer.node = "report";
  peer.replica = true;
  Database replica(bench_->server(), bench_->server().OpenSession(peer));
  EXPECT_THAT(Run(replica.XaCommit("x1")), HasSubstr("a replica can only be read"));
  EXPECT_THAT(Run(replica.XaRollback("x1")), HasSubstr("a replica can only be read"));
  EXPECT_EQ(Run(bench_->db().XaCommit("x1")), "OK");
}

// The disk fails once, at the n-th work of the first phase, or of the second. What
// branches there are does not depend on whether a crash follows.
TEST_F(XaTest, AnErrorOfTheDiskLeavesNoDoubtForLong) {
  for (const bool second : {false, true}) {
    bool struck = true;
    for (int nth = 0; struck; ++nth) {
      ASSERT_LT(nth, 100);
      bench_ = std::make_unique<StorageBench>(/*seed=*/1, kSchema);
      int left = nth;
      const auto fail = [&left](absl::string_view, absl::string_view) {
        Choice choice;
        if (left-- == 0) choice.kind = ChoiceKind::kIoError;
        return choice;
      };
      if (!second) bench_->set_fault(fail);
      const std::string prepared = Run(Prepare(&bench_->db(), "x1"));
      if (second) bench_->set_fault(fail);
      const std::string committed = second ? Run(bench_->db().XaCommit("x1")) : "";
      struck = left < 0;
      bench_->set_fault(nullptr);
      const std::string names = Prepared();
      if (prepared == "OK" && !second) {
        EXPECT_EQ(names, "x1");
      }
      if (committed == "OK") {
        EXPECT_EQ(names, "");
      }
      Crash();
      EXPECT_EQ(Prepared(), names) << prepared << committed << nth;
      if (!names.empty()) {
        EXPECT_EQ(Run(bench_->db().XaCommit("x1")), "OK");
      }
      const bool happened = second || !names.empty();
      EXPECT_EQ(bench_->Peek(kAccounts), happened ? "a|90 b|100" : "a|100 b|100") << nth;
      EXPECT_EQ(bench_->commits().size(), happened ? 1u : 0u) << nth;
    }
  }
}

// The disk fails once, at the n-th work of XA ROLLBACK. Whether the branch is gone is known
// as soon as the disk answers, whatever was told; and who rolls back again is done.
TEST_F(XaTest, ARollbackThatTheDiskCutsIsSettledOrMadeAgain) {
  int unknown = 0;
  bool struck = true;
  for (int nth = 0; struck; ++nth) {
    ASSERT_LT(nth, 100);
    bench_ = std::make_unique<StorageBench>(/*seed=*/1, kSchema);
    ASSERT_EQ(Run(Prepare(&bench_->db(), "x1")), "OK");
    int left = nth;
    bench_->set_fault([&left](absl::string_view, absl::string_view) {
      Choice choice;
      if (left-- == 0) choice.kind = ChoiceKind::kIoError;
      return choice;
    });
    const std::string told = Run(bench_->db().XaRollback("x1"));
    struck = left < 0;
    bench_->set_fault(nullptr);
    unknown += absl::StartsWith(told, "UNKNOWN") ? 1 : 0;
    const std::string names = Prepared();
    EXPECT_TRUE(told != "OK" || names.empty()) << nth;
    EXPECT_EQ(Run(Update(&bench_->db(), "a"), Seconds(1)), names.empty() ? "OK" : "waits") << nth;
    Crash();
    EXPECT_EQ(Prepared(), names) << told << nth;
    const std::string again = Run(bench_->db().XaRollback("x1"));
    EXPECT_EQ(again.substr(0, 9), names.empty() ? "NOT_FOUND" : "OK") << nth;
    EXPECT_EQ(Run(Update(&bench_->db(), "a")), "OK") << nth;
  }
  EXPECT_GE(unknown, 2);
}

TEST_F(XaTest, RollbackAfterACrashFreesTheLocks) {
  ASSERT_EQ(Run(Prepare(&bench_->db(), "x1")), "OK");
  Crash();
  EXPECT_EQ(Run(bench_->db().XaRollback("x1")), "OK");
  EXPECT_EQ(Run(Update(&bench_->db(), "a")), "OK");
  EXPECT_EQ(bench_->Peek("SELECT count(*) FROM entry"), "0");
  Crash();
  EXPECT_EQ(Prepared(), "");
}

// The first phase, and then the second, are cut at their n-th write, truncation
// or sync.
TEST_F(XaTest, CutAnywhereABranchIsPreparedOrNotAndCommittedOrPrepared) {
  int prepared = 0, committed = 0, cuts = 0;
  for (int n = 0; n < 60; ++n) {
    StorageBench bench(/*seed=*/static_cast<uint64_t>(n) + 1, kSchema);
    bench.set_cut([left = n](absl::string_view place, absl::string_view) mutable {
      return place != "resume" && left-- == 0;
    });
    std::string first, second;
    bench.Spawn("prepare", Note(Prepare(&bench.db(), "x1"), &first));
    bench.RunAll();
    if (!bench.dead()) {
      bench.Spawn("commit", Note(bench.db().XaCommit("x1"), &second));
      bench.RunAll();
    }
    cuts += bench.dead();
    ASSERT_TRUE(bench.Reboot(DiskFate::kEach).ok()) << n;
    bench.set_cut(nullptr);
    std::vector<std::string> names;
    bench.Run([](Database* db, std::vector<std::string>* out) -> Task<> {
      auto found = co_await db->XaRecover();
      *out = *std::move(found);
    }(&bench.db(), &names));
    const bool done = bench.Peek("SELECT cents FROM account WHERE id = 'a'") == "90";
    ASSERT_EQ(bench.Peek("SELECT count(*) FROM entry"), done ? "1" : "0") << n;
    ASSERT_EQ(bench.commits().size(), done ? 1u : 0u) << n;
    ASSERT_FALSE(done && !names.empty()) << n;
    ASSERT_TRUE(first != "OK" || done || names.size() == 1) << n;
    prepared += !names.empty();
    committed += done;
  }
  EXPECT_GT(prepared, 5);
  EXPECT_GT(committed, 5);
  EXPECT_GT(cuts, 20);
}

TEST_F(XaTest, VerbsComeInTheirOrder) {
  auto story = [](Database* db) -> Task<absl::Status> {
    Transaction txn = co_await Try(db->XaStart("x1"));
    EXPECT_TRUE(absl::IsFailedPrecondition(co_await txn.XaPrepare()));
    co_await Try(txn.XaEnd());
    auto late = co_await txn.Execute("UPDATE account SET cents = 0");
    EXPECT_TRUE(absl::IsFailedPrecondition(late.status()));
    co_await Try(txn.XaPrepare());
    co_return co_await txn.Commit();
  };
  EXPECT_THAT(Run(story(&bench_->db())), HasSubstr("FAILED_PRECONDITION"));
  EXPECT_EQ(Prepared(), "x1");
}

// ---------------------------------------------------------------- undo

Task<absl::Status> Change(Database* db, std::string* text) {
  Transaction txn = co_await Try(db->Begin());
  co_await Try(txn.Execute("UPDATE account SET cents = cents - 10 WHERE id = 'a'"));
  co_await Try(txn.Execute("DELETE FROM account WHERE id = 'b'"));
  co_await Try(txn.Execute("INSERT INTO account VALUES('c', 7)"));
  *text = Database::ToText(txn.changes());
  co_return co_await txn.Commit();
}

Task<absl::Status> Undo(Database* db, const std::string* text) {
  Transaction txn = co_await Try(db->Begin());
  std::vector<RowChange> changes = co_await Try(db->ToChanges(*text));
  co_await Try(txn.Undo(std::move(changes)));
  co_return co_await txn.Commit();
}

TEST_F(XaTest, UndoneChangesAreAsIfTheyHadNotBeen) {
  std::string text;
  ASSERT_EQ(Run(Change(&bench_->db(), &text)), "OK");
  EXPECT_EQ(bench_->Peek(kAccounts), "a|90 c|7");
  EXPECT_EQ(Run(Undo(&bench_->db(), &text)), "OK");
  EXPECT_EQ(bench_->Peek(kAccounts), "a|100 b|100");
  ASSERT_EQ(bench_->commits().size(), 2u);
  EXPECT_EQ(bench_->commits()[1].changes.size(), 3u);
  EXPECT_EQ(bench_->commits()[1].statements.size(), 3u);
}

TEST_F(XaTest, UndoMeetsADirtyWriteAndChangesNothing) {
  std::string text;
  ASSERT_EQ(Run(Change(&bench_->db(), &text)), "OK");
  ASSERT_EQ(Run(Update(&bench_->db(), "c")), "OK");
  EXPECT_THAT(Run(Undo(&bench_->db(), &text)), HasSubstr("NOT_FOUND: dirty write: account c"));
  EXPECT_EQ(bench_->Peek(kAccounts), "a|90 c|0");
}

// ---------------------------------------------------------------- sessions

Task<absl::Status> Hold(StorageBench* bench, Database db) {
  Transaction txn = co_await Try(db.Begin());
  co_await Try(txn.Execute("UPDATE account SET cents = 0 WHERE id = 'a'"));
  co_await Sleeper(bench->simulation(), Seconds(20));
  co_return co_await txn.Commit();
}

Task<absl::Status> UpdateOn(Database db, std::string account) {
  co_return co_await Update(&db, account);
}

class SessionTest : public XaTest {
 protected:
  Database Session(const std::string& node, bool replica = false) {
    DatabaseServer::Peer peer;
    peer.node = node;
    peer.replica = replica;
    last_ = bench_->server().OpenSession(std::move(peer));
    return Database(bench_->server(), last_);
  }
  uint64_t last_ = 0;
};

TEST_F(SessionTest, ABrokenConnectionRollsBackWhatWasOpen) {
  EXPECT_EQ(Run(Hold(bench_.get(), Session("shop"))), "waits");
  const uint64_t shop = last_;
  EXPECT_EQ(Run(UpdateOn(Session("bank"), "a"), Seconds(1)), "waits");
  EXPECT_THAT(bench_->server().Waits()[0], HasSubstr("bank task waits"));
  EXPECT_THAT(bench_->server().Waits()[0], HasSubstr("locked by shop task"));
  bench_->server().Break(shop);
  bench_->RunAll();
  EXPECT_THAT(*outcomes_[0], HasSubstr("FAILED_PRECONDITION"));
  EXPECT_EQ(*outcomes_[1], "OK");
  EXPECT_EQ(bench_->commits()[0].node, "bank");
}

TEST_F(SessionTest, WhoWaitsOnABrokenConnectionIsToldSo) {
  EXPECT_EQ(Run(Hold(bench_.get(), Session("shop"))), "waits");
  EXPECT_EQ(Run(UpdateOn(Session("bank"), "a"), Seconds(1)), "waits");
  bench_->server().Break(last_);
  bench_->RunAll();
  EXPECT_THAT(*outcomes_[1], HasSubstr("UNAVAILABLE: the connection of bank with ledger broke"));
  EXPECT_EQ(*outcomes_[0], "OK");
}

TEST_F(SessionTest, ACommitWhoseAnswerIsLostIsUnknown) {
  Database db = Session("shop");
  EXPECT_EQ(Run(UpdateOn(db, "a"), /*limit=*/0), "waits");  // Committed, not answered.
  bench_->server().Break(last_);
  bench_->RunAll();
  EXPECT_THAT(*outcomes_[0], HasSubstr("UNKNOWN"));
  EXPECT_EQ(bench_->commits().size(), 1u);
}

TEST_F(SessionTest, AReplicaSeesThePastAndWritesNothing) {
  bench_->LetReplicasLag(Seconds(5));
  Database replica = Session("report", /*replica=*/true);
  bench_->set_statement_fault([](PlaceKind kind) {
    Choice choice;
    if (kind != PlaceKind::kReplica) return choice;
    choice.kind = ChoiceKind::kReplicaLag;
    choice.amount = Seconds(5);
    return choice;
  });
  auto read = [](Database db, int64_t expected) -> Task<absl::Status> {
    Result found = co_await Try(db.Execute("SELECT cents FROM account WHERE id = 'a'"));
    EXPECT_EQ(found[0].Int(0), expected);
    co_return absl::OkStatus();
  };
  ASSERT_EQ(Run(Update(&bench_->db(), "a"), Seconds(1)), "OK");
  EXPECT_EQ(Run(read(replica, 100), Seconds(1)), "OK");
  EXPECT_EQ(Run(read(bench_->db(), 0), Seconds(4)), "OK");
  EXPECT_EQ(Run(read(replica, 0)), "OK");
  EXPECT_THAT(Run(UpdateOn(replica, "a")), HasSubstr("can only be read"));
}

TEST_F(SessionTest, AStatementOnADatabaseThatIsDownNamesItAndItself) {
  Database db = Session("shop");
  bench_->disk().Freeze();
  const std::string outcome = Run(UpdateOn(db, "a"));
  EXPECT_THAT(outcome, HasSubstr("UNAVAILABLE: database ledger is down"));
  EXPECT_THAT(outcome, HasSubstr("shop task: UPDATE account"));
}

}  // namespace
}  // namespace sim
