// Goal: what stands between a node and its shared database is told as it is: a statement
// that a partition swallows is late, or neither done nor failed, who could not connect has done
// nothing, who dies before a COMMIT has not
// committed, who would wait for itself is told so, and the server's own faults reach the
// statement of the very task. Method: one node inserts "k" in a transaction on a server;
// one fault at a place of it; another node comes later.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/test_world.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"
#include "sim/world/shared_database.h"

namespace sim {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kInsert[] = "INSERT INTO entry VALUES('k', 1)";

// What BEGIN, INSERT and COMMIT were answered.
using Told = std::vector<StatusCode>;

Task<> Insert(Env* env, Told* told) {
  Database db = env->database();
  absl::StatusOr<Transaction> txn = co_await db.Begin();
  told->push_back(txn.status().code());
  if (!txn.ok()) co_return;
  const auto inserted = co_await txn->Execute(kInsert);
  told->push_back(inserted.status().code());
  const absl::Status committed = co_await txn->Commit();
  told->push_back(committed.code());
}

Task<> InsertAlone(Env* env, Told* told) {
  Database db = env->database();
  const auto inserted = co_await db.Execute(kInsert);
  told->push_back(inserted.status().code());
}

// One node "one" that runs a task when it boots for the first time, and a Book "two".
class Shared {
 public:
  using Work = Task<> (*)(Env*, Told*);

  Shared(Work work, Pin pin, WorldOptions options = WorldOptions()) : world_(std::move(options)) {
    world_.adversary().Add(std::move(pin));
    world_.Share("one", "orders", Book::kSchema);
    world_.Share("two", "orders", Book::kSchema);
    world_.Start("one", Acting::System([this, work](Env& env) {
                   if (!std::exchange(started_, true)) {
                     env.Spawn("insert", "k", work(&env, &told_));
                   }
                 }));
    world_.Start<Book>("two", Book::kSchema);
  }

  Shared& RunFor(absl::Duration duration) {
    world_.RunFor(duration);
    return *this;
  }
  absl::Status Put(const std::string& key) {
    return world_.Call("two", kPut, MakePut(key, 5), {.timeout = absl::Seconds(40)}).status();
  }
  const Told& told() const { return told_; }
  std::string Rows() { return Entries(*world_.database("orders")); }
  bool struck() { return world_.adversary().left() == 0; }
  TestWorld& world() { return world_; }

 private:
  Told told_;
  bool started_ = false;
  TestWorld world_;
};

Pin Cut(const std::string& link) { return MakePin(link, 0, ChoiceKind::kPartition, Minutes(3)); }

// ---------------------------------------------------------------- partitions

// The slot of time begins with the boot, so even BEGIN does not get through.
TEST(SharedDatabasePartition, NothingIsDoneWhereNothingArrives) {
  Shared shared(Insert, Cut("link one>orders"));
  shared.RunFor(absl::Seconds(8));
  EXPECT_THAT(shared.told(), ElementsAre()) << "neither done nor failed";
  shared.RunFor(absl::Seconds(8));
  EXPECT_TRUE(shared.struck());
  EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kUnavailable));
  EXPECT_EQ(shared.Rows(), "");
}

TEST(SharedDatabasePartition, WhoCannotConnectHasDoneNothing) {
  for (const char* link : {"link one>orders", "link orders>one", "link orders<>one"}) {
    Shared shared(InsertAlone, Cut(link));
    shared.RunFor(absl::Seconds(8));
    EXPECT_THAT(shared.told(), ElementsAre()) << link;
    shared.RunFor(absl::Seconds(12));
    EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kUnavailable)) << link;
    shared.RunFor(absl::Minutes(5));
    EXPECT_EQ(shared.Rows(), "") << link;
    EXPECT_THAT(shared.Put("k"), IsOk()) << link;
  }
}

TEST(SharedDatabasePartition, WhoConnectsThroughAShortOneIsLate) {
  for (const char* link : {"link one>orders", "link orders>one"}) {
    Shared shared(Insert, MakePin(link, 0, ChoiceKind::kPartition, Seconds(3)));
    shared.RunFor(absl::Seconds(2));
    EXPECT_THAT(shared.told(), ElementsAre()) << link;
    shared.RunFor(absl::Seconds(2));
    EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kOk, StatusCode::kOk, StatusCode::kOk))
        << link;
  }
}

// Connects, and naps across the start of the next slot, in which its statement is cut.
Task<> ReadAndInsertAlone(Env* env, Told* told) {
  Database db = env->database();
  (co_await db.Execute("SELECT count(*) FROM entry")).status().IgnoreError();
  co_await env->clock().Sleep(absl::Seconds(12));
  const auto inserted = co_await db.Execute(kInsert);
  told->push_back(inserted.status().code());
}

TEST(SharedDatabasePartition, AStatementAloneIsUnknownWhereverItWasSwallowed) {
  const auto cut = [](const char* link) {
    return MakePin(link, 1, ChoiceKind::kPartition, Minutes(3));
  };
  Shared there(ReadAndInsertAlone, cut("link one>orders"));
  there.RunFor(absl::Minutes(1));
  EXPECT_THAT(there.told(), ElementsAre(StatusCode::kUnknown));
  EXPECT_EQ(there.Rows(), "");
  Shared back(ReadAndInsertAlone, cut("link orders>one"));
  back.RunFor(absl::Minutes(1));
  EXPECT_THAT(back.told(), ElementsAre(StatusCode::kUnknown));
  EXPECT_EQ(back.Rows(), "k=1");
}

// The transaction naps across the start of the next slot, in which its COMMIT is cut.
Task<> InsertSlowly(Env* env, Told* told) {
  Database db = env->database();
  absl::StatusOr<Transaction> txn = co_await db.Begin();
  const auto inserted = co_await txn->Execute(kInsert);
  told->push_back(inserted.status().code());
  co_await env->clock().Sleep(absl::Seconds(12));
  const absl::Status committed = co_await txn->Commit();
  told->push_back(committed.code());
}

TEST(SharedDatabasePartition, ACommitIsUnknownWhereverItWasSwallowed) {
  for (const char* link : {"link one>orders", "link orders>one", "link orders<>one"}) {
    Shared shared(InsertSlowly, MakePin(link, 1, ChoiceKind::kPartition, Minutes(3)));
    shared.RunFor(absl::Seconds(15));
    EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kOk)) << link;
    shared.RunFor(absl::Seconds(15));
    EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kOk, StatusCode::kUnknown)) << link;
    EXPECT_EQ(shared.Rows(), link == std::string("link orders>one") ? "k=1" : "") << link;
  }
}

TEST(SharedDatabasePartition, ACommitIsLateThroughAShortOne) {
  for (const char* link : {"link one>orders", "link orders>one", "link orders<>one"}) {
    Shared shared(InsertSlowly, MakePin(link, 1, ChoiceKind::kPartition, Seconds(3)));
    shared.RunFor(absl::Seconds(14));
    EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kOk)) << link;
    shared.RunFor(absl::Seconds(2));
    EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kOk, StatusCode::kOk)) << link;
    EXPECT_EQ(shared.Rows(), "k=1") << link;
  }
}

// Gives up what it has inserted, in a slot that is cut, and tries once more.
Task<> InsertOnceMore(Env* env, Told* told) {
  Database db = env->database();
  {
    absl::StatusOr<Transaction> txn = co_await db.Begin();
    const auto inserted = co_await txn->Execute(kInsert);
    told->push_back(inserted.status().code());
    co_await env->clock().Sleep(absl::Seconds(12));
  }
  co_await env->clock().Sleep(absl::Seconds(4));
  Task<> again = InsertAlone(env, told);
  co_await std::move(again);
}

// The cut ends three seconds after the ROLLBACK, which is sent again then.
TEST(SharedDatabasePartition, AClogIsAPartitionToAConnection) {
  Shared late(Insert, MakePin("link one>orders", 0, ChoiceKind::kClog, Seconds(3)));
  late.RunFor(absl::Seconds(2));
  EXPECT_THAT(late.told(), ElementsAre());
  late.RunFor(absl::Seconds(2));
  EXPECT_THAT(late.told(), ElementsAre(StatusCode::kOk, StatusCode::kOk, StatusCode::kOk));
  Shared broken(Insert, MakePin("link one>orders", 0, ChoiceKind::kClog, Minutes(3)));
  broken.RunFor(absl::Seconds(13));
  EXPECT_THAT(broken.told(), ElementsAre(StatusCode::kUnavailable));
}

TEST(SharedDatabasePartition, StatementsAreLateOnASlowPair) {
  Pin slow = MakePin("link one>orders", 0, ChoiceKind::kSlowPair, Seconds(2));
  slow.lasts = Minutes(1);
  Shared shared(Insert, slow);
  shared.RunFor(absl::Seconds(1));
  EXPECT_EQ(shared.Rows(), "");
  shared.RunFor(absl::Seconds(30));
  EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kOk, StatusCode::kOk, StatusCode::kOk));
}

TEST(SharedDatabasePartition, ARollbackIsLateThroughAShortOne) {
  Shared late(InsertOnceMore, MakePin("link one>orders", 1, ChoiceKind::kPartition, Seconds(3)));
  late.RunFor(absl::Seconds(13));
  const Nanos before = late.world().simulation().now();
  EXPECT_THAT(late.Put("j"), IsOk()) << "others are not cut";
  EXPECT_LT(late.world().simulation().now(), before + Seconds(1));
  EXPECT_THAT(late.Put("k"), IsOk()) << "the row is free";
  EXPECT_LT(late.world().simulation().now(), before + Seconds(3));
}

// The cut ends after 3.5 s, and the ROLLBACK would be sent again 6.2 s after the first
// time; the INSERT comes in between.
TEST(SharedDatabasePartition, WhatIsSentAfterARollbackArrivesAfterIt) {
  Shared shared(InsertOnceMore,
                MakePin("link one>orders", 1, ChoiceKind::kPartition, Millis(3500)));
  shared.RunFor(absl::Seconds(17));
  EXPECT_THAT(shared.told(), ElementsAre(StatusCode::kOk, StatusCode::kOk));
  EXPECT_EQ(shared.Rows(), "k=1");
}

TEST(SharedDatabasePartition, ARollbackThatIsSwallowedIsNoticed) {
  Shared shared(InsertOnceMore, MakePin("link one>orders", 1, ChoiceKind::kPartition, Hours(1)));
  shared.RunFor(absl::Seconds(13));
  const Nanos before = shared.world().simulation().now();
  EXPECT_THAT(shared.Put("k"), IsOk()) << "the row of the lost transaction is free";
  EXPECT_GT(shared.world().simulation().now(), before + Seconds(8));
  EXPECT_LT(shared.world().simulation().now(), before + Seconds(10));
}

TEST(SharedDatabasePartition, OthersGetThroughWhenTheServerHasNoticed) {
  Shared shared(InsertSlowly, MakePin("link one>orders", 1, ChoiceKind::kPartition, Hours(1)));
  shared.RunFor(absl::Seconds(15));
  const Nanos before = shared.world().simulation().now();
  EXPECT_THAT(shared.Put("k"), IsOk()) << "the row of the lost transaction is free";
  EXPECT_GT(shared.world().simulation().now(), before + Seconds(3));
  EXPECT_EQ(shared.Rows(), "k=5");
}

// ---------------------------------------------------------------- steps

WorldOptions WithStep(Step::Moment moment) {
  WorldOptions options;
  Step step;
  step.name = "the.step";
  step.node = "one";
  step.moment = moment;
  step.on = Step::On::kCommit;
  step.what = "entry";
  options.steps.push_back(step);
  return options;
}

Pin AtStep() { return MakePin("step one the.step k", 1, ChoiceKind::kCrash, Minutes(5)); }

TEST(SharedDatabaseStep, WhoDiesBeforeACommitHasNotCommitted) {
  for (const Shared::Work work : {Insert, InsertAlone}) {
    Shared shared(work, AtStep(), WithStep(Step::Moment::kBefore));
    shared.RunFor(absl::Minutes(1));
    EXPECT_TRUE(shared.struck());
    EXPECT_EQ(shared.Rows(), "");
    EXPECT_THAT(shared.Put("k"), IsOk());
  }
}

TEST(SharedDatabaseStep, ItsLocksAreHeldUntilTheServerNotices) {
  Shared shared(Insert, AtStep(), WithStep(Step::Moment::kBefore));
  ASSERT_TRUE(shared.RunFor(absl::Seconds(1)).struck());
  const Nanos before = shared.world().simulation().now();
  EXPECT_THAT(shared.Put("k"), IsOk());
  EXPECT_GT(shared.world().simulation().now(), before + SharedDatabase::kNoticeAfter - Seconds(2));
  EXPECT_EQ(shared.Rows(), "k=5");
}

TEST(SharedDatabaseStep, WhoDiesAfterACommitHasCommitted) {
  for (const Shared::Work work : {Insert, InsertAlone}) {
    Shared shared(work, AtStep(), WithStep(Step::Moment::kAfter));
    shared.RunFor(absl::Minutes(1));
    EXPECT_TRUE(shared.struck());
    EXPECT_EQ(shared.Rows(), "k=1");
  }
}

// ---------------------------------------------------------------- statements

Task<> WaitForItself(Env* env, std::string* told) {
  Database db = env->database();
  absl::StatusOr<Transaction> txn = co_await db.Begin();
  (co_await txn->Execute(kInsert)).IgnoreError();
  const auto beside = co_await db.Execute("UPDATE entry SET amount = 2 WHERE key = 'k'");
  *told = beside.status().ToString();
}

TEST(SharedDatabaseStatement, ThatWouldWaitForItsOwnTaskIsRefusedAtOnce) {
  TestWorld world;
  world.Share("one", "orders", Book::kSchema);
  std::string told;
  world.Start("one", Acting::System([&told](Env& env) {
                env.Spawn("insert", "k", WaitForItself(&env, &told));
              }));
  world.RunFor(absl::Seconds(1));
  EXPECT_THAT(told, HasSubstr("FAILED_PRECONDITION: this task holds the lock on entry k"));
  EXPECT_EQ(Entries(*world.database("orders")), "");
}

TEST(SharedDatabaseStatement, IsTheVictimOfADeadlock) {
  Shared shared(Insert, MakePin("lock one>orders insert k", 1, ChoiceKind::kDeadlock));
  shared.RunFor(absl::Seconds(1));
  EXPECT_TRUE(shared.struck());
  EXPECT_THAT(shared.told(),
              ElementsAre(StatusCode::kOk, StatusCode::kAborted, StatusCode::kFailedPrecondition));
  EXPECT_EQ(shared.Rows(), "");
}

TEST(SharedDatabaseStatement, WaitsForALockInVain) {
  Shared shared(Insert,
                MakePin("lock one>orders insert k", 1, ChoiceKind::kLockTimeout, Seconds(9)));
  shared.RunFor(absl::Seconds(20));
  EXPECT_TRUE(shared.struck());
  EXPECT_THAT(shared.told(),
              ElementsAre(StatusCode::kOk, StatusCode::kDeadlineExceeded, StatusCode::kOk));
  EXPECT_EQ(shared.Rows(), "");
}

// Reads what "one" has inserted, from the replica, again and again.
Task<> Count(Env* env, std::vector<int64_t>* counts) {
  Database replica = env->replica();
  for (int i = 0; i < 4; ++i) {
    co_await env->clock().Sleep(absl::Seconds(1));
    const auto rows = co_await replica.Execute("SELECT count(*) FROM entry");
    counts->push_back((*rows)[0].Int(0));
  }
  const auto written = co_await replica.Execute("DELETE FROM entry");
  counts->push_back(absl::IsFailedPrecondition(written.status()) ? -1 : 0);
}

Task<> InsertAndCount(Env* env, Told* told, std::vector<int64_t>* counts) {
  Task<> insert = Insert(env, told);
  env->replica();  // as old as this session
  co_await std::move(insert);
  co_await Count(env, counts);
}

TEST(Replica, ShowsThePastOfADatabaseOfItsOwnOrShared) {
  for (const bool shared : {false, true}) {
    TestWorld world;
    const std::string database = shared ? "orders" : "one";
    for (const uint64_t nth : {2, 3}) {
      world.adversary().Add(MakePin("replica one>" + database + " count k", nth,
                                    ChoiceKind::kReplicaLag, Minutes(30)));
    }
    if (shared) world.Share("one", "orders", Book::kSchema);
    Told told;
    std::vector<int64_t> counts;
    SystemSpec system = Acting::System(
        [&](Env& env) { env.Spawn("count", "k", InsertAndCount(&env, &told, &counts)); });
    system.schema = [](const Settings&) { return std::string(Book::kSchema); };
    world.Start("one", std::move(system));
    world.RunFor(absl::Minutes(1));
    EXPECT_THAT(counts, ElementsAre(1, 0, 0, 1, -1)) << database;
  }
}

}  // namespace
}  // namespace sim
