// Goal: WhenAll, WhenAny and WithTimeout give the results of their tasks, and
// the tasks that lose, or outlive their limit, or belong to a frame that dies,
// are destroyed with everything they hold and leave nothing in the queue.
// Method: naps of known length with a counted object in each frame; every story
// is also cut short after each of its events.

#include "sim/core/gather.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/census.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Result of a nap that was long enough.
Task<absl::StatusOr<int>> Nap(Simulation* simulation, Census* census, Nanos length, int value) {
  const Counted here(*census);
  if (length > 0) co_await Sleeper(*simulation, length);
  co_return value;
}

class GatherTest : public testing::Test {
 protected:
  using Naps = std::vector<Task<absl::StatusOr<int>>>;

  GatherTest() : simulation_(/*seed=*/1, nullptr, TraceDepth::kRing) {}

  Naps NapsOf(std::vector<Nanos> lengths) {
    Naps naps;
    for (size_t i = 0; i < lengths.size(); ++i) {
      naps.push_back(Nap(&simulation_, &census_, lengths[i], static_cast<int>(i)));
    }
    return naps;
  }

  void RunToTheEnd() { EXPECT_TRUE(simulation_.RunUntil(Seconds(100), 1000)); }

  // Runs `story` in a scope that is cleared after 0, 1, 2 ... events.
  void CutEverywhere(const std::function<Task<>()>& story) {
    for (int events = 0; events < 20; ++events) {
      {
        TaskScope scope(simulation_, nullptr, "node");
        scope.Spawn("story", "", story());
        for (int i = 0; i < events && !simulation_.events().empty(); ++i) {
          simulation_.events().FireNext();
          simulation_.Bury();
        }
      }
      simulation_.Bury();
      EXPECT_EQ(census_.alive(), 0u) << "cut after " << events;
      EXPECT_EQ(census_.faults(), 0) << "cut after " << events;
      EXPECT_TRUE(simulation_.events().empty()) << "cut after " << events;
    }
  }

  Census census_;
  Simulation simulation_;
  std::vector<std::string> log_;
};

Task<> All(Simulation* simulation, std::vector<Task<absl::StatusOr<int>>> naps,
           std::vector<int>* results, Nanos* ended) {
  const std::vector<absl::StatusOr<int>> done = co_await WhenAll(std::move(naps));
  for (const auto& one : done) results->push_back(*one);
  *ended = simulation->now();
}

TEST_F(GatherTest, AllWaitsForTheLast) {
  std::vector<int> results;
  Nanos ended = -1;
  auto task = All(&simulation_, NapsOf({30, 0, 10, 20}), &results, &ended);
  task.Start();
  RunToTheEnd();
  EXPECT_THAT(results, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(ended, 30);
  EXPECT_EQ(census_.faults(), 0);
}

TEST_F(GatherTest, AllOfWhatIsDoneAlreadyDoesNotWait) {
  std::vector<int> results;
  Nanos ended = -1;
  auto task = All(&simulation_, NapsOf({0, 0}), &results, &ended);
  EXPECT_TRUE(task.Start());
  EXPECT_THAT(results, ElementsAre(0, 1));
}

TEST_F(GatherTest, AllOfNothingDoesNotWait) {
  std::vector<int> results;
  Nanos ended = -1;
  auto task = All(&simulation_, NapsOf({}), &results, &ended);
  EXPECT_TRUE(task.Start());
  EXPECT_THAT(results, IsEmpty());
}

Task<> Any(Simulation* simulation, Census* census, std::vector<Task<absl::StatusOr<int>>> naps,
           First<int>* winner, size_t* alive, Nanos* ended) {
  First<absl::StatusOr<int>> first = co_await WhenAny(std::move(naps));
  *winner = First<int>(first.index(), *first.value());
  *alive = census->alive();
  *ended = simulation->now();
}

class AnyTest : public GatherTest {
 protected:
  Task<> AnyOf(std::vector<Nanos> lengths) {
    return Any(&simulation_, &census_, NapsOf(std::move(lengths)), &winner_, &alive_, &ended_);
  }

  First<int> winner_{99, 99};
  size_t alive_ = 99;
  Nanos ended_ = -1;
};

TEST_F(AnyTest, TakesTheFirstAndDestroysTheOthersBeforeItGoesOn) {
  auto task = AnyOf({30, 10, 20});
  task.Start();
  RunToTheEnd();
  EXPECT_EQ(winner_.index(), 1u);
  EXPECT_EQ(winner_.value(), 1);
  EXPECT_EQ(ended_, 10);
  EXPECT_EQ(alive_, 0u);
  EXPECT_EQ(simulation_.events().fired(), 1u) << "the losers' timers went with them";
}

TEST_F(AnyTest, TakesWhatIsDoneAtOnce) {
  auto task = AnyOf({30, 0, 10});
  EXPECT_TRUE(task.Start());
  EXPECT_EQ(winner_.index(), 1u);
  EXPECT_EQ(alive_, 0u);
  EXPECT_TRUE(simulation_.events().empty());
}

TEST_F(AnyTest, TakesOneOfTwoThatEndTogether) {
  auto task = AnyOf({10, 10});
  task.Start();
  RunToTheEnd();
  EXPECT_EQ(winner_.index(), 0u);
  EXPECT_EQ(simulation_.events().fired(), 1u);
}

TEST_F(AnyTest, OfNothingIsAMistake) {
  EXPECT_DEATH({ auto awaiter = WhenAny(NapsOf({})); }, "WhenAny of nothing never ends");
}

Task<> Limited(Simulation* simulation, Census* census, Task<absl::StatusOr<int>> nap, Nanos limit,
               absl::StatusOr<int>* result, size_t* alive, Nanos* ended) {
  *result = co_await WithTimeout(*simulation, std::move(nap), FromNanos(limit));
  *alive = census->alive();
  *ended = simulation->now();
}

class TimeoutTest : public GatherTest {
 protected:
  void Run(Nanos nap, Nanos limit) {
    auto task = Limited(&simulation_, &census_, Nap(&simulation_, &census_, nap, 7), limit,
                        &result_, &alive_, &ended_);
    task.Start();
    RunToTheEnd();
    EXPECT_TRUE(task.done());
    EXPECT_TRUE(simulation_.events().empty());
  }

  absl::StatusOr<int> result_;
  size_t alive_ = 99;
  Nanos ended_ = -1;
};

TEST_F(TimeoutTest, GivesTheResultThatComesInTime) {
  Run(/*nap=*/10, /*limit=*/20);
  EXPECT_EQ(*result_, 7);
  EXPECT_EQ(ended_, 10);
}

TEST_F(TimeoutTest, GivesTheResultThatIsThereAtOnce) {
  Run(/*nap=*/0, /*limit=*/20);
  EXPECT_EQ(*result_, 7);
  EXPECT_EQ(ended_, 0);
}

TEST_F(TimeoutTest, GivesUpAndDestroysTheTask) {
  Run(/*nap=*/20, /*limit=*/10);
  EXPECT_TRUE(absl::IsDeadlineExceeded(result_.status()));
  EXPECT_EQ(ended_, 10);
  EXPECT_EQ(alive_, 0u);
  EXPECT_EQ(simulation_.events().fired(), 1u);
}

TEST_F(TimeoutTest, WaitsForEverWhenToldSo) {
  auto task = Limited(&simulation_, &census_, Nap(&simulation_, &census_, Seconds(50), 7), kForever,
                      &result_, &alive_, &ended_);
  simulation_.events().AdvanceTo(Seconds(1));
  task.Start();
  RunToTheEnd();
  EXPECT_EQ(ended_, Seconds(51));
}

// All of (any of (nap, nap), nap with a limit), over three levels of frames.
Task<absl::StatusOr<int>> FirstOf(Simulation* simulation, Census* census, Nanos a, Nanos b) {
  const Counted here(*census);
  std::vector<Task<absl::StatusOr<int>>> naps;
  naps.push_back(Nap(simulation, census, a, 1));
  naps.push_back(Nap(simulation, census, b, 2));
  First<absl::StatusOr<int>> first = co_await WhenAny(std::move(naps));
  co_return first.value();
}

Task<absl::StatusOr<int>> AtMost(Simulation* simulation, Census* census, Nanos nap, Nanos limit) {
  const Counted here(*census);
  auto task = Nap(simulation, census, nap, 3);
  absl::StatusOr<int> result = co_await WithTimeout(*simulation, std::move(task), FromNanos(limit));
  co_return result;
}

Task<> Nested(Simulation* simulation, Census* census, std::vector<std::string>* log) {
  const Counted here(*census);
  std::vector<Task<absl::StatusOr<int>>> both;
  both.push_back(FirstOf(simulation, census, 40, 30));
  both.push_back(AtMost(simulation, census, 50, 20));
  std::vector<absl::StatusOr<int>> done = co_await WhenAll(std::move(both));
  for (const auto& one : done) {
    log->push_back(one.ok() ? std::to_string(*one) : std::string(one.status().message()));
  }
  co_await Sleeper(*simulation, 5);
}

TEST_F(GatherTest, NestsInItself) {
  auto task = Nested(&simulation_, &census_, &log_);
  task.Start();
  RunToTheEnd();
  EXPECT_THAT(log_, ElementsAre("2", "timed out"));
}

TEST_F(GatherTest, DiesAnywhereWithoutATrace) {
  CutEverywhere([this] { return Nested(&simulation_, &census_, &log_); });
}

}  // namespace
}  // namespace sim
