// Goal: a scope owns its roots until they end; clearing it is a crash, newest
// first; a root that ends at once, or spawns another, is no special case.
// Method: roots that note their birth and, by a local's destructor, their death.

#include "sim/core/task_scope.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/waiter.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Writes a name when it dies.
class Epitaph {
 public:
  Epitaph(std::string name, std::vector<std::string>* deaths)
      : name_(std::move(name)), deaths_(deaths) {}
  Epitaph(const Epitaph&) = delete;
  ~Epitaph() { deaths_->push_back(name_); }

 private:
  std::string name_;
  std::vector<std::string>* deaths_;
};

class TaskScopeTest : public testing::Test {
 protected:
  TaskScopeTest() : simulation_(/*seed=*/1, nullptr, TraceDepth::kRing) {}

  void RunToTheEnd() { EXPECT_TRUE(simulation_.RunUntil(Seconds(1), 1000)); }

  Simulation simulation_;
  std::vector<std::string> deaths_;
  TaskScope scope_{simulation_, nullptr, "b"};
};

Task<> Live(Simulation* simulation, std::string name, std::vector<std::string>* deaths,
            Nanos length) {
  const Epitaph here(std::move(name), deaths);
  co_await Sleeper(*simulation, length);
}

Task<> EndAtOnce(std::string name, std::vector<std::string>* deaths) {
  const Epitaph here(std::move(name), deaths);
  co_return;
}

TEST_F(TaskScopeTest, OwnsWhatItSpawnsUntilItEnds) {
  scope_.Spawn("short", "", Live(&simulation_, "short", &deaths_, 10));
  scope_.Spawn("long", "", Live(&simulation_, "long", &deaths_, 20));
  EXPECT_EQ(scope_.size(), 2u);
  EXPECT_TRUE(simulation_.RunUntil(15, 1000));
  EXPECT_THAT(deaths_, ElementsAre("short"));
  EXPECT_THAT(scope_.Names(), ElementsAre("long"));
  RunToTheEnd();
  EXPECT_EQ(scope_.size(), 0u);
}

TEST_F(TaskScopeTest, KnowsWhatItWorksFor) {
  scope_.Spawn("process", "order-7", Live(&simulation_, "", &deaths_, 10));
  scope_.Spawn("sweep", "", Live(&simulation_, "", &deaths_, 10));
  const HashedText order = absl::string_view("order-7");
  EXPECT_TRUE(scope_.WorksFor(order, {HashName("query")}));
  EXPECT_FALSE(scope_.WorksFor(order, {HashName("query"), HashName("process")}));
  EXPECT_FALSE(scope_.WorksFor(absl::string_view("order-8"), {}));
  EXPECT_FALSE(scope_.WorksFor(absl::string_view(""), {}));
  RunToTheEnd();
  EXPECT_FALSE(scope_.WorksFor(order, {}));
}

TEST_F(TaskScopeTest, NamesItsRootsOldestFirst) {
  scope_.Spawn("exchange.Submit", "order-7", Live(&simulation_, "", &deaths_, 10));
  scope_.Spawn("sweep", "", Live(&simulation_, "", &deaths_, 5));
  scope_.Spawn("exchange.Submit", "order-8", Live(&simulation_, "", &deaths_, 10));
  EXPECT_THAT(scope_.Names(),
              ElementsAre("exchange.Submit order-7", "sweep", "exchange.Submit order-8"));
  EXPECT_TRUE(simulation_.RunUntil(5, 1000));
  EXPECT_THAT(scope_.Names(), ElementsAre("exchange.Submit order-7", "exchange.Submit order-8"));
}

TEST_F(TaskScopeTest, DestroysTheNewestFirst) {
  for (const std::string name : {"first", "second", "third"}) {
    scope_.Spawn(name, "", Live(&simulation_, name, &deaths_, 10));
  }
  scope_.Clear();
  EXPECT_THAT(deaths_, ElementsAre("third", "second", "first"));
  EXPECT_TRUE(simulation_.events().empty());
}

TEST_F(TaskScopeTest, TakesATaskThatEndsAtOnce) {
  scope_.Spawn("instant", "", EndAtOnce("instant", &deaths_));
  EXPECT_EQ(scope_.size(), 0u);
  EXPECT_EQ(simulation_.root(), nullptr);
  simulation_.Bury();
  EXPECT_THAT(deaths_, ElementsAre("instant"));
}

// Spawns `depth` generations, each of which ends at once.
Task<> Ancestor(TaskScope* scope, std::vector<std::string>* deaths, int depth) {
  if (depth > 0) scope->Spawn("child", "", Ancestor(scope, deaths, depth - 1));
  const Epitaph here(std::to_string(depth), deaths);
  co_return;
}

TEST_F(TaskScopeTest, TakesTasksThatSpawnTasks) {
  scope_.Spawn("ancestor", "", Ancestor(&scope_, &deaths_, 3));
  simulation_.Bury();
  EXPECT_THAT(deaths_, ElementsAre("0", "1", "2", "3"));
  EXPECT_EQ(scope_.size(), 0u);
}

// Notes who it is, as the substrate sees it.
Task<> NoteSelf(Simulation* simulation, std::vector<std::string>* log) {
  log->push_back(simulation->root()->key);
  co_await Sleeper(*simulation, 10);
  log->push_back(simulation->root()->key);
}

TEST_F(TaskScopeTest, IsTheRunningRootOnlyWhileItRuns) {
  std::vector<std::string> log;
  scope_.Spawn("note", "one", NoteSelf(&simulation_, &log));
  EXPECT_EQ(simulation_.root(), nullptr);
  scope_.Spawn("note", "two", NoteSelf(&simulation_, &log));
  RunToTheEnd();
  EXPECT_EQ(simulation_.root(), nullptr);
  EXPECT_THAT(log, testing::UnorderedElementsAre("one", "one", "two", "two"));
}

TEST_F(TaskScopeTest, GivesTheSameTaskTheSameOwner) {
  TaskScope other(simulation_, nullptr, "b");
  TaskScope elsewhere(simulation_, nullptr, "c");
  std::vector<uint64_t> owners;
  const auto note = [](Simulation* simulation, std::vector<uint64_t>* out) -> Task<> {
    out->push_back(simulation->root()->owner);
    co_return;
  };
  scope_.Spawn("note", "k", note(&simulation_, &owners));
  other.Spawn("note", "k", note(&simulation_, &owners));
  elsewhere.Spawn("note", "k", note(&simulation_, &owners));
  scope_.Spawn("note", "l", note(&simulation_, &owners));
  scope_.Spawn("tell", "k", note(&simulation_, &owners));
  ASSERT_EQ(owners.size(), 5u);
  EXPECT_EQ(owners[0], owners[1]) << "over incarnations";
  EXPECT_NE(owners[0], owners[2]);
  EXPECT_NE(owners[0], owners[3]);
  EXPECT_NE(owners[0], owners[4]);
}

TEST_F(TaskScopeTest, DestroysNoFrameThatIsOnTheStack) {
  // A task that cuts its own power: the rites run when it has let go.
  const auto suicide = [](Simulation* simulation, TaskScope* scope,
                          std::vector<std::string>* deaths) -> Task<> {
    const Epitaph here("suicide", deaths);
    simulation->AfterThisEvent([scope] { scope->Clear(); });
    deaths->push_back("still alive");
    co_await Sleeper(*simulation, 10);
  };
  scope_.Spawn("suicide", "", suicide(&simulation_, &scope_, &deaths_));
  EXPECT_THAT(deaths_, ElementsAre("still alive"));
  simulation_.Bury();
  EXPECT_THAT(deaths_, ElementsAre("still alive", "suicide"));
  EXPECT_THAT(scope_.Names(), IsEmpty());
}

}  // namespace
}  // namespace sim
