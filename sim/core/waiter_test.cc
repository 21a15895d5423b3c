// Goal: who waits goes on when it is time, under its own task and cause, unless
// its node dies at that very point; and who is destroyed while waiting leaves
// nothing behind, at each of its suspension points.
// Method: naps under a crash site that notes who asks; stories that are cut
// after each of their events.

#include "sim/core/waiter.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/census.h"

namespace sim {
namespace {

using testing::ElementsAre;

// Strikes the root of one name and notes every root that it is asked about.
class StrikeOne final : public CrashSite {
 public:
  bool Strikes(Root& root) override {
    asked.push_back(root.name);
    return root.name == victim;
  }

  std::string victim;
  std::vector<std::string> asked;
};

class WaiterTest : public testing::Test {
 protected:
  WaiterTest() : simulation_(/*seed=*/1, nullptr, TraceDepth::kWhole) {}

  void RunToTheEnd() { EXPECT_TRUE(simulation_.RunUntil(kForever, 1000)); }

  Simulation simulation_;
  Census census_;
  StrikeOne site_;
  std::vector<Nanos> log_;
};

Task<> Naps(Simulation* simulation, Census* census, std::vector<Nanos>* log, Nanos length,
            int times) {
  for (int i = 0; i < times; ++i) {
    const Counted here(*census);
    co_await Sleeper(*simulation, length);
    log->push_back(simulation->now());
  }
}

TEST_F(WaiterTest, SleepsAsLongAsItIsTold) {
  auto task = Naps(&simulation_, &census_, &log_, 10, 3);
  task.Start();
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre(10, 20, 30));
}

TEST_F(WaiterTest, GivesTheOthersAChanceWhenItSleepsForNothing) {
  auto idle = Naps(&simulation_, &census_, &log_, -5, 1);
  EXPECT_FALSE(idle.Start());
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre(0));
}

TEST_F(WaiterTest, SleepsToTheEndOfTimeAtMost) {
  simulation_.events().AdvanceTo(Seconds(1));
  auto task = Naps(&simulation_, &census_, &log_, kForever, 1);
  task.Start();
  EXPECT_EQ(simulation_.events().next(), kForever);
}

TEST_F(WaiterTest, LeavesNothingAtAnySuspension) {
  for (int events = 0; events <= 3; ++events) {
    {
      auto task = Naps(&simulation_, &census_, &log_, 10, 4);
      task.Start();
      for (int i = 0; i < events; ++i) simulation_.events().FireNext();
      EXPECT_EQ(census_.alive(), 1u);
    }
    EXPECT_EQ(census_.alive(), 0u) << "destroyed after " << events;
    EXPECT_EQ(census_.faults(), 0) << "destroyed after " << events;
    EXPECT_TRUE(simulation_.events().empty()) << "destroyed after " << events;
  }
}

TEST_F(WaiterTest, AsksTheCrashSiteAtEverySuspension) {
  TaskScope scope(simulation_, &site_, "b");
  scope.Spawn("naps", "", Naps(&simulation_, &census_, &log_, 10, 2));
  RunToTheEnd();
  EXPECT_THAT(site_.asked, ElementsAre("naps", "naps"));
}

TEST_F(WaiterTest, DoesNotGoOnWhenItIsStruck) {
  site_.victim = "naps";
  TaskScope scope(simulation_, &site_, "b");
  scope.Spawn("naps", "", Naps(&simulation_, &census_, &log_, 10, 2));
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre());
  EXPECT_THAT(scope.Names(), ElementsAre("naps")) << "its frame is the node's to destroy";
}

TEST_F(WaiterTest, SaysWhoseItIs) {
  TaskScope scope(simulation_, nullptr, "b");
  scope.Spawn("notify", "order-7", Naps(&simulation_, &census_, &log_, 10, 1));
  scope.Spawn("boot", "", Naps(&simulation_, &census_, &log_, 20, 1));
  EXPECT_THAT(simulation_.events().Unfinished(10), ElementsAre("b: notify order-7", "b: boot"));
  auto stray = Naps(&simulation_, &census_, &log_, 10, 1);
  stray.Start();
  EXPECT_THAT(simulation_.events().Unfinished(10), testing::Contains("a task outside every node"));
}

Task<> RecordTwice(Simulation* simulation) {
  simulation->Record(RecordKind::kTimer, 0, 1, 0);
  co_await Sleeper(*simulation, 10);
  simulation->Record(RecordKind::kTimer, 0, 2, 0);
}

TEST_F(WaiterTest, GoesOnBecauseOfWhatItDidLast) {
  TaskScope scope(simulation_, nullptr, "b");
  scope.Spawn("one", "", RecordTwice(&simulation_));
  scope.Spawn("two", "", RecordTwice(&simulation_));
  RunToTheEnd();
  ASSERT_EQ(simulation_.trace().size(), 4u);
  std::vector<RecordId> causes;
  for (RecordId id = 1; id <= 4; ++id) causes.push_back(simulation_.trace().record(id).cause);
  EXPECT_THAT(causes, testing::UnorderedElementsAre(0, 0, 1, 2));
}

}  // namespace
}  // namespace sim
