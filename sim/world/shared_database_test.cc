// Goal: nodes share a database server that outlives them; what breaks between them
// is told as it would be by a real one: what was open is gone, a COMMIT on its way is
// unknown, and nothing else is.
// Method: two nodes over one server; a client or the server dies, or the connection
// breaks, at each place of one transaction.

#include "sim/world/shared_database.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/test_world.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"
#include "sim/world/world.h"

namespace sim {
namespace {

using absl::StatusCode;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// Inserts "k" in a transaction, and is told how that went.
class Insertion {
 public:
  // `naps` with the transaction open, for so long.
  explicit Insertion(absl::Duration naps = absl::ZeroDuration()) : naps_(naps) {}

  SystemSpec System() {
    SystemSpec system = Acting::System([this](Env& env) {
      if (started_) return;
      started_ = true;
      env.Spawn("insert", "k", Insert(&env, this));
    });
    system.schema = [](const Settings&) { return std::string(Book::kSchema); };
    return system;
  }
  const std::vector<StatusCode>& told() const { return told_; }

 private:
  static Task<> Insert(Env* env, Insertion* self) {
    Database db = env->database();
    absl::StatusOr<Transaction> txn = co_await db.Begin();
    self->told_.push_back(txn.status().code());
    if (!txn.ok()) co_return;
    const auto inserted = co_await txn->Execute("INSERT INTO entry VALUES('k', 1)");
    self->told_.push_back(inserted.status().code());
    co_await env->clock().Sleep(self->naps_);
    const absl::Status committed = co_await txn->Commit();
    self->told_.push_back(committed.code());
  }

  const absl::Duration naps_;
  bool started_ = false;
  std::vector<StatusCode> told_;
};

// Holds `k` for 5 s and `l` for 10 s in transactions. Meanwhile somebody waits for `k`, gives up
// after 1 s, and waits for `l`.
class Holding {
 public:
  SystemSpec System() {
    SystemSpec system = Acting::System([this](Env& env) {
      env.Spawn("hold", "k", Hold(&env, "k", absl::Seconds(5)));
      env.Spawn("hold", "l", Hold(&env, "l", absl::Seconds(10)));
      env.Spawn("add", "k", Wait(&env, this));
    });
    system.schema = [](const Settings&) { return std::string(Book::kSchema); };
    return system;
  }
  const std::vector<StatusCode>& told() const { return told_; }
  // From the beginning to the last answer.
  absl::Duration waited() const { return waited_; }

 private:
  static constexpr char kAdd[] = "UPDATE entry SET amount = amount + 1 WHERE key = ?";

  static Task<> Hold(Env* env, std::string key, absl::Duration time) {
    Database db = env->database();
    absl::StatusOr<Transaction> txn = co_await db.Begin();
    (co_await txn->Execute(kAdd, key)).status().IgnoreError();
    co_await env->clock().Sleep(time);
    EXPECT_THAT(co_await txn->Commit(), IsOk());
  }

  static Task<> Wait(Env* env, Holding* self) {
    const absl::Time began = env->clock().Now();
    co_await env->clock().Sleep(absl::Seconds(1));
    Database db = env->database();
    Task<absl::StatusOr<Result>> first = db.Execute(kAdd, std::string("k"));
    const auto given_up = co_await env->WithTimeout(std::move(first), absl::Seconds(1));
    self->told_.push_back(given_up.status().code());
    Task<absl::StatusOr<Result>> second = db.Execute(kAdd, std::string("l"));
    const auto done = co_await env->WithTimeout(std::move(second), absl::Minutes(1));
    self->told_.push_back(done.status().code());
    self->waited_ = env->clock().Now() - began;
  }

  std::vector<StatusCode> told_;
  absl::Duration waited_;
};

class SharedDatabaseTest : public testing::Test {
 protected:
  SharedDatabaseTest() {
    world_.Share("one", "orders", Book::kSchema);
    world_.Share("two", "orders", Book::kSchema);
    world_.Start<Book>("two", Book::kSchema);
  }

  absl::StatusOr<toy::PutReply> Put(const std::string& node, const std::string& key) {
    return world_.Call(node, kPut, MakePut(key, 100), {.timeout = absl::Seconds(40)});
  }
  std::string Rows() { return Entries(*world_.database("orders")); }
  Nanos now() { return world_.simulation().now(); }

  TestWorld world_;
};

TEST_F(SharedDatabaseTest, IsOneForAll) {
  world_.Start<Book>("one", Book::kSchema);
  EXPECT_THAT(Put("one", "k"), IsOk());
  EXPECT_THAT(Put("two", "l"), IsOk());
  EXPECT_THAT(Put("two", "k"), Not(IsOk())) << "it is there";
  EXPECT_EQ(Rows(), "k=100 l=100");
  EXPECT_EQ(world_.database("one"), nullptr);
}

TEST_F(SharedDatabaseTest, CostsAWayThereAndBackForEachStatement) {
  const Nanos before = now();
  EXPECT_THAT(Put("two", "k"), IsOk());
  // Begin, INSERT and COMMIT, and the call itself.
  EXPECT_GE(now() - before, 6 * SharedDatabase::kTrip + Millis(2));
}

TEST_F(SharedDatabaseTest, OutlivesItsClients) {
  EXPECT_THAT(Put("two", "k"), IsOk());
  world_.Crash("two");
  EXPECT_EQ(Rows(), "k=100");
  world_.AwaitRestart("two");
  EXPECT_THAT(Put("two", "l"), IsOk());
  EXPECT_EQ(Rows(), "k=100 l=100");
}

TEST_F(SharedDatabaseTest, PassesOnTheLocksOfADeadClientWhenItNotices) {
  Insertion insertion(absl::Hours(1));
  world_.Start("one", insertion.System());
  world_.RunFor(absl::Seconds(1));
  EXPECT_THAT(insertion.told(), ElementsAre(StatusCode::kOk, StatusCode::kOk));
  world_.Crash("one");
  const Nanos crash = now();
  EXPECT_THAT(Put("two", "k"), IsOk());
  EXPECT_GE(now(), crash + SharedDatabase::kNoticeAfter);
  EXPECT_EQ(Rows(), "k=100");
}

TEST_F(SharedDatabaseTest, TakesOpenTransactionsAlongWhenItDies) {
  Insertion insertion(absl::Minutes(1));
  world_.Start("one", insertion.System());
  world_.RunFor(absl::Seconds(1));
  world_.Crash("orders");
  world_.RunFor(absl::Minutes(2));
  EXPECT_THAT(insertion.told(),
              ElementsAre(StatusCode::kOk, StatusCode::kOk, StatusCode::kUnavailable));
  EXPECT_EQ(Rows(), "");
  EXPECT_THAT(Put("two", "l"), IsOk());
}

TEST_F(SharedDatabaseTest, IsUnavailableWhileItIsDown) {
  world_.Crash("orders", absl::Minutes(5));
  Insertion insertion;
  world_.Start("one", insertion.System());
  world_.RunFor(absl::Seconds(1));
  EXPECT_THAT(insertion.told(), ElementsAre(StatusCode::kUnavailable));
  world_.RunFor(absl::Minutes(5));
  EXPECT_THAT(Put("two", "l"), IsOk());
}

// The server dies at every sync of one transaction.
TEST(SharedDatabase, ACommitIsUnknownIfTheServerDiesInIt) {
  for (const DiskFate fate : {DiskFate::kLoseAll, DiskFate::kKeepAll}) {
    std::set<std::string> outcomes;
    for (uint64_t nth = 1;; ++nth) {
      ASSERT_LT(nth, 50u);
      TestWorld world;
      Pin pin = MakePin("fsync orders insert k", nth, ChoiceKind::kCrash, Millis(50));
      pin.disk = fate;
      world.adversary().Add(pin);
      world.Share("one", "orders", Book::kSchema);
      Insertion insertion;
      world.Start("one", insertion.System());
      world.RunFor(absl::Minutes(1));
      if (world.adversary().left() > 0) break;
      EXPECT_THAT(insertion.told(),
                  ElementsAre(StatusCode::kOk, StatusCode::kOk, StatusCode::kUnknown));
      outcomes.insert(Entries(*world.database("orders")));
    }
    EXPECT_THAT(outcomes, Contains("")) << static_cast<int>(fate);
    if (fate == DiskFate::kKeepAll) {
      EXPECT_THAT(outcomes, Contains("k=1"));
    }
  }
}

TEST_F(SharedDatabaseTest, NobodyKnowsOfACommitWhoseConnectionBreaks) {
  struct Case {
    ChoiceKind kind;
    const char* rows;
  };
  for (const Case& one :
       {Case{ChoiceKind::kLostBeforeCommit, ""}, Case{ChoiceKind::kLostAfterCommit, "k=1"}}) {
    TestWorld world;
    world.adversary().Add(MakePin("commit one>orders insert k", 1, one.kind));
    world.Share("one", "orders", Book::kSchema);
    world.Share("two", "orders", Book::kSchema);
    Insertion insertion;
    world.Start("one", insertion.System());
    world.RunFor(absl::Minutes(1));
    EXPECT_EQ(world.adversary().left(), 0u);
    EXPECT_THAT(insertion.told(),
                ElementsAre(StatusCode::kOk, StatusCode::kOk, StatusCode::kUnknown));
    EXPECT_EQ(Entries(*world.database("orders")), one.rows);
    world.Start<Book>("two", Book::kSchema);
    EXPECT_THAT(world.Call("two", kPut, MakePut("l", 5), {.timeout = absl::Seconds(1)}), IsOk());
  }
}

// A client dies at every suspension of its transaction: all or nothing is there.
TEST(SharedDatabase, AClientDiesAtEverySuspension) {
  std::set<std::string> outcomes;
  for (uint64_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 50u);
    TestWorld world;
    world.adversary().Add(MakePin("crash one insert k", nth, ChoiceKind::kCrash, Seconds(1)));
    world.Share("one", "orders", Book::kSchema);
    Insertion insertion;
    world.Start("one", insertion.System());
    world.RunFor(absl::Minutes(1));
    if (world.adversary().left() > 0) break;
    outcomes.insert(Entries(*world.database("orders")));
  }
  EXPECT_THAT(outcomes, ElementsAre("", "k=1"));
}

// Inserts "k" and undoes that; then "l" by a branch in two phases.
Task<> UndoAndPrepare(Env* env, std::vector<StatusCode>* told, std::string* branches) {
  Database db = env->database();
  absl::StatusOr<Transaction> first = co_await db.Begin();
  const auto inserted = co_await first->Execute("INSERT INTO entry VALUES('k', 1)");
  told->push_back(inserted.status().code());
  std::vector<RowChange> changes = first->changes();
  told->push_back((co_await first->Commit()).code());
  absl::StatusOr<Transaction> second = co_await db.Begin();
  told->push_back((co_await second->Undo(std::move(changes))).code());
  told->push_back((co_await second->Commit()).code());

  absl::StatusOr<Transaction> branch = co_await db.XaStart("x");
  const auto prepared = co_await branch->Execute("INSERT INTO entry VALUES('l', 2)");
  told->push_back(prepared.status().code());
  told->push_back((co_await branch->XaEnd()).code());
  told->push_back((co_await branch->XaPrepare()).code());
  const absl::StatusOr<std::vector<std::string>> known = co_await db.XaRecover();
  *branches = absl::StrJoin(*known, ",");
  told->push_back((co_await db.XaCommit("x")).code());
  told->push_back((co_await db.XaRollback("x")).code());
}

// The memory of a call that its task has given up is the next call's.
TEST_F(SharedDatabaseTest, AnswersNobodyElseThanWhoAsked) {
  EXPECT_THAT(Put("two", "k"), IsOk());
  EXPECT_THAT(Put("two", "l"), IsOk());
  Holding holding;
  world_.Start("one", holding.System());
  world_.RunFor(absl::Minutes(1));
  EXPECT_THAT(holding.told(), ElementsAre(StatusCode::kDeadlineExceeded, StatusCode::kOk));
  EXPECT_GE(holding.waited(), absl::Seconds(9));
  EXPECT_EQ(Rows(), "k=102 l=102") << "who has given up may have changed it";
}

Task<> GiveUpBegin(Env* env, absl::Duration after, std::vector<StatusCode>* told) {
  Database db = env->database();
  Task<absl::StatusOr<Transaction>> start = db.XaStart("x");
  {
    const auto given_up = co_await env->WithTimeout(std::move(start), after);
    told->push_back(given_up.status().code());
  }
  co_await env->clock().Sleep(absl::Seconds(1));
  const auto again = co_await db.XaStart("x");
  told->push_back(again.status().code());
}

// At each moment: before it has arrived, while the server is at it, on the way back. The first
// one has to connect.
TEST(SharedDatabase, KeepsNoTransactionOfWhichNobodyKnows) {
  int given_up = 0;
  for (absl::Duration after; after < absl::Milliseconds(2); after += absl::Microseconds(20)) {
    TestWorld world;
    world.Share("one", "orders", Book::kSchema);
    std::vector<StatusCode> told;
    SystemSpec system = Acting::System(
        [&told, after](Env& env) { env.Spawn("begin", "x", GiveUpBegin(&env, after, &told)); });
    system.schema = [](const Settings&) { return std::string(Book::kSchema); };
    world.Start("one", system);
    world.RunFor(absl::Seconds(5));
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[1], StatusCode::kOk) << after;
    if (told[0] == StatusCode::kDeadlineExceeded) ++given_up;
  }
  EXPECT_GT(given_up, 10);
  EXPECT_LT(given_up, 100) << "some are in time";
}

TEST_F(SharedDatabaseTest, UndoesAndPreparesAsAPrivateOneDoes) {
  std::vector<StatusCode> told;
  std::string branches;
  world_.Start("one", Acting::System([&](Env& env) {
                 env.Spawn("undo", "k", UndoAndPrepare(&env, &told, &branches));
               }));
  world_.RunFor(absl::Seconds(1));
  std::vector<StatusCode> expected(8, StatusCode::kOk);
  expected.push_back(StatusCode::kNotFound);
  EXPECT_EQ(told, expected);
  EXPECT_EQ(branches, "x");
  EXPECT_EQ(Rows(), "l=2");
}

TEST(SharedDatabase, NeverCrossesOrganisations) {
  Insertion insertion;
  const SystemSpec system = insertion.System();
  World world{WorldOptions()};
  world.AddDatabase({"orders", "bank", Book::kSchema});
  NodeSpec node;
  node.name = "one";
  node.organisation = "shop";
  node.system = &system;
  node.database = "orders";
  EXPECT_DEATH(world.AddNode(node), "databases never cross");
}

}  // namespace
}  // namespace sim
