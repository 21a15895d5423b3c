// Goal: each anomaly is allowed or forbidden as the isolation level says, and each
// conflict of locks waits, is refused or is a deadlock as documented.
//
// Method: stories of two or three transactions, told in the order of time: each is
// a task that acts at its own instants, a second apart.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/waiter.h"
#include "sim/storage/storage_bench.h"

namespace sim {
namespace {

using testing::HasSubstr;

constexpr char kSchema[] =
    "CREATE TABLE account(id TEXT NOT NULL PRIMARY KEY, owner TEXT UNIQUE, cents INTEGER NOT NULL,"
    "  status TEXT NOT NULL) WITHOUT ROWID;"
    "INSERT INTO account VALUES('a', 'ann', 100, 'NEW'), ('b', 'bob', 100, 'NEW')";

// What a transaction does: SQL at an instant, in seconds; or COMMIT, or ROLLBACK.
struct Act {
  int at;
  std::string sql;
};
using Part = std::vector<Act>;

std::string Outcome(const absl::StatusOr<Result>& result) {
  if (!result.ok()) return absl::StatusCodeToString(result.status().code());
  std::string text;
  for (const Row& row : *result) {
    for (size_t i = 0; i < row.size(); ++i)
      absl::StrAppend(&text, i == 0 ? "" : "|", ToText(row[i]));
    text += ' ';
  }
  return result->empty() ? absl::StrCat(result->affected()) : text.substr(0, text.size() - 1);
}

class Story {
 public:
  explicit Story(LockRules rules = LockRules()) : bench_(/*seed=*/1, kSchema, rules) {}

  Story& With(const std::string& name, Part part, Isolation isolation = Isolation::kReadCommitted) {
    bench_.Spawn(name, Play(this, name, std::move(part), isolation));
    return *this;
  }
  // "a: 1; b@5: 1" - who, at which second if it was late, what came of it.
  std::string Tell() {
    bench_.RunAll();
    return absl::StrJoin(lines_, "; ");
  }
  std::string Accounts() {
    return bench_.Peek("SELECT id, cents, status FROM account ORDER BY id");
  }
  StorageBench& bench() { return bench_; }
  const std::string& last_error() const { return last_error_; }

 private:
  static Task<> Play(Story* story, std::string name, Part part, Isolation isolation) {
    Simulation& simulation = story->bench_.simulation();
    auto begun = co_await story->bench_.db().Begin(isolation);
    std::optional<Transaction> txn = std::move(*begun);
    for (const Act& act : part) {
      co_await Sleeper(simulation, Seconds(act.at) - simulation.now());
      std::string outcome;
      if (act.sql == "COMMIT") {
        const absl::Status status = co_await txn->Commit();
        outcome = absl::StatusCodeToString(status.code());
      } else if (act.sql == "ROLLBACK") {
        txn.reset();
        outcome = "rolled back";
      } else {
        const absl::StatusOr<Result> result = co_await txn->Execute(act.sql);
        outcome = Outcome(result);
        if (!result.ok()) story->last_error_ = std::string(result.status().message());
      }
      const int64_t now = simulation.now() / Seconds(1);
      const std::string late = now == act.at ? "" : absl::StrCat("@", now);
      story->lines_.push_back(absl::StrCat(name, late, ": ", outcome));
    }
  }

  StorageBench bench_;
  std::vector<std::string> lines_;
  std::string last_error_;
};

constexpr char kBalance[] = "SELECT cents FROM account WHERE id = 'a'";
constexpr char kTake[] = "UPDATE account SET cents = cents - 10 WHERE id = 'a'";
constexpr char kSum[] = "SELECT sum(cents) FROM account";

// ---------------------------------------------------------------- READ COMMITTED

TEST(ReadCommitted, LosesAnUpdateThatWasComputedFromARead) {
  Story story;
  story.With("x",
             {{0, kBalance}, {2, "UPDATE account SET cents = 90 WHERE id = 'a'"}, {3, "COMMIT"}});
  story.With("y",
             {{1, kBalance}, {4, "UPDATE account SET cents = 70 WHERE id = 'a'"}, {5, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 100; y: 100; x: 1; x: OK; y: 1; y: OK");
  EXPECT_EQ(story.Accounts(), "a|70|NEW b|100|NEW");
}

TEST(ReadCommitted, NeverReadsWhatIsNotCommitted) {
  Story story;
  story.With("x", {{0, kTake}, {2, kBalance}, {3, "ROLLBACK"}});
  story.With("y", {{1, kBalance}, {1, kSum}, {4, kBalance}});
  EXPECT_EQ(story.Tell(), "x: 1; y: 100; y: 200; x: 90; x: rolled back; y: 100");
}

TEST(ReadCommitted, NeverWritesOverWhatIsNotCommitted) {
  Story story;
  story.With("x", {{0, kTake}, {2, "ROLLBACK"}});
  story.With("y", {{1, kTake}, {3, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 1; x: rolled back; y@2: 1; y: OK");
  EXPECT_EQ(story.Accounts(), "a|90|NEW b|100|NEW");
}

TEST(ReadCommitted, ReadsDifferently) {
  Story story;
  story.With("x", {{0, kBalance}, {3, kBalance}});
  story.With("y", {{1, kTake}, {2, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 100; y: 1; y: OK; x: 90");
}

TEST(ReadCommitted, SeesPhantoms) {
  Story story;
  story.With("x", {{0, "SELECT count(*) FROM account"}, {3, "SELECT count(*) FROM account"}});
  story.With("y", {{1, "INSERT INTO account VALUES('c', NULL, 1, 'NEW')"}, {2, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 2; y: 1; y: OK; x: 3");
}

// Read skew: half of a transfer is seen.
TEST(ReadCommitted, SeesTwoRowsOfDifferentTimes) {
  Story story;
  story.With("x", {{0, kBalance}, {3, "SELECT cents FROM account WHERE id = 'b'"}});
  story.With(
      "y",
      {{1, kTake}, {1, "UPDATE account SET cents = cents + 10 WHERE id = 'b'"}, {2, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 100; y: 1; y: 1; y: OK; x: 110");
}

// Write skew: each checks the sum and takes from another row.
TEST(ReadCommitted, WritesOnWhatAnotherHasCheckedMeanwhile) {
  Story story;
  story.With("x", {{0, kSum}, {2, "UPDATE account SET cents = -50 WHERE id = 'a'"}, {4, "COMMIT"}});
  story.With("y", {{1, kSum}, {3, "UPDATE account SET cents = -50 WHERE id = 'b'"}, {5, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 200; y: 200; x: 1; y: 1; x: OK; y: OK");
  EXPECT_EQ(story.Accounts(), "a|-50|NEW b|-50|NEW");
}

TEST(ReadCommitted, CompareAndSetWaitsAlthoughTheCommittedRowDoesNotMatch) {
  Story story;
  story.With("x", {{0, "UPDATE account SET status = 'SENT' WHERE id = 'a'"}, {2, "COMMIT"}});
  story.With("y", {{1, "UPDATE account SET status = 'DONE' WHERE id = 'a' AND status = 'SENT'"},
                   {3, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 1; y@2: 1; x: OK; y: OK");
  EXPECT_EQ(story.Accounts(), "a|100|DONE b|100|NEW");
}

TEST(ReadCommitted, CompareAndSetOfTheSameStepMatchesOnce) {
  Story story;
  const std::string step = "UPDATE account SET status = 'SENT' WHERE id = 'a' AND status = 'NEW'";
  story.With("x", {{0, step}, {2, "COMMIT"}});
  story.With("y", {{1, step}, {3, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 1; y@2: 0; x: OK; y: OK");
}

TEST(ReadCommitted, AStatementOfManyRowsWaitsForOneAndLeavesNothingMeanwhile) {
  Story story;
  story.With("x", {{0, "UPDATE account SET cents = 1 WHERE id = 'b'"}, {4, "COMMIT"}});
  story.With("y", {{1, "UPDATE account SET cents = cents + 1 WHERE cents > 0"}, {5, "COMMIT"}});
  story.With("z", {{2, kSum}});
  EXPECT_EQ(story.Tell(), "x: 1; z: 200; y@4: 2; x: OK; y: OK");
  EXPECT_EQ(story.Accounts(), "a|101|NEW b|2|NEW");
}

TEST(ReadCommitted, AnAbsentKeyIsNotLocked) {
  Story story;
  story.With("x", {{0, "SELECT * FROM account WHERE id = 'c' FOR UPDATE"}, {9, "COMMIT"}});
  story.With("y", {{1, "INSERT INTO account VALUES('c', NULL, 1, 'NEW')"}, {2, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 0; y: 1; y: OK; x: OK");
}

// ---------------------------------------------------------------- conflicts

TEST(Conflict, ForUpdateWaitsForForUpdateAndPlainReadsDoNot) {
  Story story;
  const std::string lock = std::string(kBalance) + " FOR UPDATE";
  story.With("x", {{0, lock}, {3, kTake}, {4, "COMMIT"}});
  story.With("y", {{1, lock}, {5, "COMMIT"}});
  story.With("z", {{2, kBalance}});
  EXPECT_EQ(story.Tell(), "x: 100; z: 100; x: 1; y@4: 90; x: OK; y: OK");
}

TEST(Conflict, AnUpdateAndADeleteWaitForForUpdate) {
  for (const char* write : {kTake, "DELETE FROM account WHERE id = 'a'"}) {
    Story story;
    story.With("x", {{0, std::string(kBalance) + " FOR UPDATE"}, {3, "COMMIT"}});
    story.With("y", {{1, write}, {4, "COMMIT"}});
    story.With("z", {{2, "UPDATE account SET cents = 1 WHERE id = 'b'"}});
    EXPECT_EQ(story.Tell(), "x: 100; z: 1; y@3: 1; x: OK; y: OK") << write;
  }
}

TEST(Conflict, AnUpdateWaitsForADeleteAndFindsNothing) {
  for (const bool commit : {false, true}) {
    Story story;
    story.With("x",
               {{0, "DELETE FROM account WHERE id = 'a'"}, {2, commit ? "COMMIT" : "ROLLBACK"}});
    story.With("y", {{1, kTake}, {3, "COMMIT"}});
    EXPECT_THAT(story.Tell(), HasSubstr(commit ? "y@2: 0" : "y@2: 1"));
  }
}

TEST(Conflict, AnInsertWaitsForAnInsertOfTheSameKey) {
  for (const bool commit : {false, true}) {
    Story story;
    const std::string insert = "INSERT INTO account VALUES('c', NULL, 5, 'NEW')";
    story.With("x", {{0, insert}, {2, commit ? "COMMIT" : "ROLLBACK"}});
    story.With("y", {{1, insert}});
    EXPECT_THAT(story.Tell(), HasSubstr(commit ? "y@2: ALREADY_EXISTS" : "y@2: 1"));
  }
}

TEST(Conflict, ADeletedKeyIsFreeWhenTheDeleteIsCommitted) {
  for (const bool commit : {false, true}) {
    Story story;
    story.With("x",
               {{0, "DELETE FROM account WHERE id = 'a'"}, {2, commit ? "COMMIT" : "ROLLBACK"}});
    story.With("y", {{1, "INSERT INTO account VALUES('a', 'new', 5, 'NEW')"}});
    EXPECT_THAT(story.Tell(), HasSubstr(commit ? "y@2: 1" : "y@2: ALREADY_EXISTS"));
  }
}

TEST(Conflict, AUniqueValueThatMovesIsLockedWhereItWasAndWhereItIs) {
  for (const std::string owner : {"ann", "amy"}) {
    Story story;
    story.With("x", {{0, "UPDATE account SET owner = 'amy' WHERE id = 'a'"}, {2, "ROLLBACK"}});
    story.With("y",
               {{1, absl::StrCat("INSERT INTO account VALUES('c', '", owner, "', 5, 'NEW')")}});
    EXPECT_THAT(story.Tell(), HasSubstr(owner == "amy" ? "y@2: 1" : "y@2: ALREADY_EXISTS"));
  }
}

TEST(Conflict, AnUnchangedUniqueValueOfALockedRowIsADuplicateAtOnce) {
  Story story;
  story.With("x", {{0, kTake}, {9, "COMMIT"}});
  story.With("y", {{1, "INSERT INTO account VALUES('c', 'ann', 5, 'NEW')"}});
  EXPECT_EQ(story.Tell(), "x: 1; y: ALREADY_EXISTS; x: OK");
}

TEST(Conflict, OrIgnoreWaitsToo) {
  Story story;
  story.With("x", {{0, "INSERT INTO account VALUES('c', NULL, 5, 'NEW')"}, {2, "ROLLBACK"}});
  story.With("y", {{1, "INSERT OR IGNORE INTO account VALUES('c', NULL, 6, 'NEW')"}});
  EXPECT_EQ(story.Tell(), "x: 1; x: rolled back; y@2: 1");
}

TEST(Conflict, TheFirstWhoWaitsIsTheFirstWhoIsServed) {
  Story story;
  story.With("x", {{0, kTake}, {9, "COMMIT"}});
  story.With("y", {{1, kTake}, {20, "COMMIT"}});
  story.With("z", {{2, kTake}, {30, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 1; y@9: 1; x: OK; z@20: 1; y: OK; z: OK");
}

TEST(Conflict, WhoClosesTheCircleIsTheVictim) {
  Story story;
  story.With("x", {{0, kTake}, {2, "UPDATE account SET cents = 1 WHERE id = 'b'"}, {4, "COMMIT"}});
  story.With("y", {{1, "UPDATE account SET cents = 2 WHERE id = 'b'"}, {3, kTake}, {5, kBalance}});
  EXPECT_EQ(story.Tell(), "x: 1; y: 1; y: ABORTED; x@3: 1; x: OK; y: FAILED_PRECONDITION");
  EXPECT_EQ(story.Accounts(), "a|90|NEW b|1|NEW");
}

TEST(Conflict, AWaitIsToldAsAPersonReadsIt) {
  Story story;
  story.With("x", {{0, kTake}, {60, "COMMIT"}});
  story.With("y", {{1, kTake}});
  story.bench().simulation().RunUntil(Seconds(2), 1000);
  const std::vector<std::string> waits = story.bench().server().Waits();
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_EQ(waits[0],
            absl::StrCat("node y waits since 1s for account a, locked by node x (open since 0; ",
                         kTake, "): ", kTake));
  EXPECT_EQ(story.Tell(), "x: 1; y@51: DEADLINE_EXCEEDED; x: OK");
  EXPECT_EQ(story.last_error(), absl::StrCat("waited 50 s: ", waits[0]));
}

TEST(Conflict, ADeadlockIsToldAsAPersonReadsIt) {
  Story story;
  story.With("x", {{0, kTake}, {2, "UPDATE account SET cents = 1 WHERE id = 'b'"}});
  story.With("y", {{1, "UPDATE account SET cents = 2 WHERE id = 'b'"}, {3, kTake}});
  story.Tell();
  EXPECT_EQ(story.last_error(),
            absl::StrCat("deadlock: node y waits for account a behind node x (", kTake,
                         "); node x waits for account b behind node y (UPDATE account SET cents "
                         "= 1 WHERE id = 'b')"));
}

TEST(Conflict, ADuplicatePoisonsTheTransactionWhereItDoesInPostgres) {
  LockRules rules;
  rules.duplicates_poison = true;
  Story story(rules);
  story.With("x", {{0, kTake},
                   {1, "INSERT INTO account VALUES('a', NULL, 5, 'NEW')"},
                   {2, kBalance},
                   {3, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 1; x: ALREADY_EXISTS; x: FAILED_PRECONDITION; x: ABORTED");
  EXPECT_EQ(story.Accounts(), "a|100|NEW b|100|NEW");
}

// ---------------------------------------------------------------- REPEATABLE READ

TEST(RepeatableRead, ReadsTheSameTwiceAndItsOwnRows) {
  Story story;
  story.With("x",
             {{0, kSum},
              {4, kSum},
              {5, "UPDATE account SET cents = 7 WHERE id = 'b'"},
              {6, kSum},
              {7, "COMMIT"}},
             Isolation::kRepeatableRead);
  story.With(
      "y", {{1, kTake}, {2, "INSERT INTO account VALUES('c', NULL, 1000, 'NEW')"}, {3, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 200; y: 1; y: 1; y: OK; x: 200; x: 1; x: 107; x: OK");
  EXPECT_EQ(story.Accounts(), "a|90|NEW b|7|NEW c|1000|NEW");
}

TEST(RepeatableRead, TheSnapshotIsTakenByTheFirstRead) {
  Story story;
  story.With("x", {{2, kBalance}, {3, "COMMIT"}}, Isolation::kRepeatableRead);
  story.With("y", {{0, kTake}, {1, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "y: 1; y: OK; x: 90; x: OK");
}

TEST(RepeatableRead, WritesAndForUpdateSeeTheNewestRow) {
  Story story;
  story.With("x",
             {{0, kBalance}, {3, std::string(kBalance) + " FOR UPDATE"}, {4, kTake}, {5, "COMMIT"}},
             Isolation::kRepeatableRead);
  story.With("y", {{1, kTake}, {2, "COMMIT"}});
  EXPECT_EQ(story.Tell(), "x: 100; y: 1; y: OK; x: 90; x: 1; x: OK");
  EXPECT_EQ(story.Accounts(), "a|80|NEW b|100|NEW");
}

// As in MySQL: the write is computed from the snapshot, and made on the newest row.
TEST(RepeatableRead, LosesAnUpdateThatWasComputedFromARead) {
  Story story;
  story.With("x",
             {{0, kBalance}, {2, "UPDATE account SET cents = 90 WHERE id = 'a'"}, {3, "COMMIT"}},
             Isolation::kRepeatableRead);
  story.With("y",
             {{1, kBalance}, {4, "UPDATE account SET cents = 70 WHERE id = 'a'"}, {5, "COMMIT"}},
             Isolation::kRepeatableRead);
  EXPECT_EQ(story.Tell(), "x: 100; y: 100; x: 1; x: OK; y: 1; y: OK");
  EXPECT_EQ(story.Accounts(), "a|70|NEW b|100|NEW");
}

TEST(RepeatableRead, TwoWhoLockTheSameGapAndInsertAreADeadlock) {
  Story story;
  const std::string lock = "SELECT * FROM account WHERE id = '";
  story.With("x",
             {{0, lock + "c' FOR UPDATE"},
              {2, "INSERT INTO account VALUES('c', NULL, 1, 'N')"},
              {4, "COMMIT"}},
             Isolation::kRepeatableRead);
  story.With("y",
             {{1, lock + "d' FOR UPDATE"}, {3, "INSERT INTO account VALUES('d', NULL, 1, 'N')"}},
             Isolation::kRepeatableRead);
  EXPECT_EQ(story.Tell(), "x: 0; y: 0; x@3: 1; y: ABORTED; x: OK");
}

TEST(RepeatableRead, AGapKeepsInsertsOutAndOtherKeysAreFree) {
  Story story;
  story.With("x", {{0, "SELECT * FROM account WHERE id = 'aa' FOR UPDATE"}, {4, "COMMIT"}},
             Isolation::kRepeatableRead);
  story.With("y", {{1, "INSERT INTO account VALUES('ab', NULL, 1, 'N')"}, {5, "ROLLBACK"}});
  story.With("z", {{2, "INSERT INTO account VALUES('bb', NULL, 1, 'N')"}});
  EXPECT_EQ(story.Tell(), "x: 0; z: 1; y@4: 1; x: OK; y: rolled back");
}

}  // namespace
}  // namespace sim
