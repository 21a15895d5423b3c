// Goal: a component is told what its disk has done in the words of database.h, and
// lives on; a node whose disk broke its promise is down for good, and said to be
// damaged; a disk that grows without end is an error that names its node.
// Method: one transaction, and one fault at a place of its disk work.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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
using testing::ElementsAre;
using testing::Not;

// ---- errors that pass -----------------------------------------------------------

// A node that inserts one row after the other, and what it was told each time.
class Inserter {
 public:
  explicit Inserter(const std::vector<Pin>& pins) {
    for (const Pin& pin : pins) world_.adversary().Add(pin);
    SystemSpec system = Acting::System([this](Env& env) {
      env.Spawn("insert", "k", Insert(&env, "k", &told_));
      env.Spawn("later", "", Later(&env, "l", &told_));
    });
    system.schema = [](const Settings&) { return std::string(Book::kSchema); };
    world_.Start("node", std::move(system));
    world_.RunFor(absl::Minutes(2));
    EXPECT_EQ(world_.adversary().left(), 0u);
  }

  const std::vector<StatusCode>& told() const { return told_; }
  std::string Rows() { return Entries(*world_.database("node")); }
  bool damaged() { return world_.world().damaged("node"); }

 private:
  static Task<> Insert(Env* env, std::string key, std::vector<StatusCode>* told) {
    Database db = env->database();
    absl::StatusOr<Transaction> txn = co_await db.Begin();
    const auto inserted = co_await txn->Execute("INSERT INTO entry VALUES(?, 1)", key);
    if (!inserted.ok()) {
      told->push_back(inserted.status().code());
      // The transaction is gone.
      const absl::Status committed = co_await txn->Commit();
      EXPECT_THAT(committed, StatusIs(StatusCode::kFailedPrecondition));
      co_return;
    }
    const absl::Status committed = co_await txn->Commit();
    told->push_back(committed.code());
  }
  static Task<> Later(Env* env, std::string key, std::vector<StatusCode>* told) {
    co_await env->clock().Sleep(absl::Minutes(1));
    co_await Insert(env, key, told);
  }

  TestWorld world_;
  std::vector<StatusCode> told_;
};

TEST(NodeDisk, AnErrorInAStatementRollsBack) {
  Inserter node({MakePin("write node insert k", 1, ChoiceKind::kIoError)});
  EXPECT_THAT(node.told(), ElementsAre(StatusCode::kUnavailable, StatusCode::kOk));
  EXPECT_EQ(node.Rows(), "l=1");
}

TEST(NodeDisk, AnErrorInCommitIsUnknown) {
  Inserter first({MakePin("fsync node insert k", 1, ChoiceKind::kIoError)});
  EXPECT_THAT(first.told(), ElementsAre(StatusCode::kUnknown, StatusCode::kOk));
  EXPECT_EQ(first.Rows(), "l=1");

  // The last sync makes the truncation of the journal durable, which is the commit.
  Inserter last({MakePin("fsync node insert k", 4, ChoiceKind::kIoError)});
  EXPECT_THAT(last.told(), ElementsAre(StatusCode::kUnknown, StatusCode::kOk));
  EXPECT_EQ(last.Rows(), "k=1 l=1");
}

TEST(NodeDisk, AFullDiskRollsBackAndTheServiceLivesOn) {
  Inserter node({MakePin("write node insert k", 1, ChoiceKind::kDiskFull, Seconds(30))});
  EXPECT_THAT(node.told(), ElementsAre(StatusCode::kUnavailable, StatusCode::kOk));
  EXPECT_EQ(node.Rows(), "l=1");
}

TEST(NodeDisk, ASlowDiskIsOnlySlow) {
  Inserter node({MakePin("fsync node insert k", 1, ChoiceKind::kLate, Seconds(90))});
  // The other one is waiting for the lock when the first is told.
  EXPECT_THAT(node.told(), ElementsAre(StatusCode::kOk, StatusCode::kOk));
  EXPECT_EQ(node.Rows(), "k=1 l=1");
  EXPECT_FALSE(node.damaged());
}

// ---- damage ---------------------------------------------------------------------

// Puts "k" under the fault, and crashes.
class Damaged {
 public:
  explicit Damaged(Pin pin) {
    world_.adversary().Add(std::move(pin));
    world_.Start<Book>("book", Book::kSchema);
    world_.Start<Book>("other", Book::kSchema);
    put_ = Put("book", "k").status();
    struck_ = world_.adversary().left() == 0;
    world_.Crash("book");
    world_.RunFor(absl::Hours(5));
  }

  absl::StatusOr<toy::PutReply> Put(const std::string& node, const std::string& key) {
    return world_.Call(node, kPut, MakePut(key, 100), {.timeout = absl::Seconds(1)});
  }
  // Reads all there is.
  bool Read() { return database() != nullptr && database()->Peek("SELECT * FROM entry").ok(); }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }
  bool struck() const { return struck_; }
  const absl::Status& put() const { return put_; }
  bool damaged(const std::string& node) { return world_.world().damaged(node); }
  DatabaseServer* database() { return world_.database("book"); }

 private:
  TestWorld world_;
  absl::Status put_;
  bool struck_ = false;
};

// Of a fault at every place that begins so: how often the node was lost for it.
int CountLost(const std::string& place, ChoiceKind kind) {
  int lost = 0;
  for (uint64_t nth = 1;; ++nth) {
    EXPECT_LT(nth, 50u);
    Damaged story(MakePin(place, nth, kind));
    if (!story.struck()) return lost;
    EXPECT_THAT(story.put(), IsOk()) << "nobody has noticed yet";
    EXPECT_FALSE(story.damaged("other"));
    EXPECT_THAT(story.Put("other", "l"), IsOk());
    const bool put = story.Put("book", "l").ok();
    const bool readable = story.Read();
    EXPECT_NE(readable, story.damaged("book")) << "who reads the damage is down";
    if (readable) {
      EXPECT_TRUE(put);
      EXPECT_EQ(Entries(*story.database()), "k=100 l=100");
      continue;
    }
    ++lost;
    story.RunFor(absl::Hours(5));
    EXPECT_THAT(story.Put("book", "m"), Not(IsOk())) << "it never comes back";
    EXPECT_EQ(story.database(), nullptr);
  }
}

TEST(NodeDisk, ABadSectorTakesTheNodeDownWhenItIsRead) {
  EXPECT_GE(CountLost("write book toy.Put k", ChoiceKind::kBadSector), 1);
}

TEST(NodeDisk, AMisdirectedWriteTakesTheNodeDownWhenItIsRead) {
  EXPECT_GE(CountLost("write book toy.Put k", ChoiceKind::kMisdirected), 1);
}

TEST(NodeDisk, ALostSyncTakesTheNodeDownIfTheCrashMattered) {
  EXPECT_GE(CountLost("fsync book toy.Put k", ChoiceKind::kLostSync), 1);
}

// ---- too much -------------------------------------------------------------------

Task<> Fill(Env* env) {
  Database db = env->database();
  for (int i = 0;; ++i) {
    const std::string key = absl::StrCat(i, std::string(10'000, 'x'));
    const auto done = co_await db.Execute("INSERT INTO entry VALUES(?, 1)", key);
    if (!done.ok()) co_return;
  }
}

TEST(NodeDisk, HoldsNoMoreThanItMay) {
  SystemSpec system = Acting::System([](Env& env) { env.Spawn("fill", Fill(&env)); });
  system.schema = [](const Settings&) { return std::string(Book::kSchema); };
  WorldOptions options;
  options.max_disk_mib = 1;
  World world(options);
  NodeSpec node;
  node.name = "hoarder";
  node.organisation = "bank";
  node.system = &system;
  world.AddNode(node);
  const RunEnd end = world.Run();
  EXPECT_EQ(end.kind, RunEnd::Kind::kBroken);
  EXPECT_THAT(end.going_on, ElementsAre("hoarder cannot run: its disk would hold more than 1 MiB, "
                                        "the most that max_disk_mib allows"));
}

}  // namespace
}  // namespace sim
