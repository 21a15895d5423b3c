// Goal: a campaign is the same whatever the number of workers, and one that dies is
// noticed and named. Method: runs that do no more than sleep, tell their seed, or die.

#include "scenarios/command/workers.h"

#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The result of a seed, with a text of `size`; early seeds take longest.
settle::RunResult Told(uint64_t seed, size_t size) {
  usleep(static_cast<useconds_t>(3000 / seed));
  settle::RunResult result;
  result.set_seed(seed);
  result.set_scenario(std::string(size, 'x'));
  return result;
}

std::vector<uint64_t> SeedsOf(Workers& workers, size_t count) {
  std::vector<uint64_t> seeds;
  for (size_t i = 0; i < count; ++i) {
    const auto result = workers.Next();
    EXPECT_TRUE(result.ok()) << result.status();
    seeds.push_back(result.ok() ? result->seed() : 0);
  }
  return seeds;
}

TEST(WorkersTest, GiveResultsInTheOrderOfTheSeeds) {
  for (const int number : {1, 2, 5, 9}) {
    Workers workers(number, {3, 15, 2}, [](uint64_t seed) { return Told(seed, 10); });
    EXPECT_THAT(SeedsOf(workers, 7), ElementsAre(3, 5, 7, 9, 11, 13, 15)) << number;
  }
}

TEST(WorkersTest, CarryResultsThatAPipeCannotHold) {
  Workers workers(2, {1, 4, 1}, [](uint64_t seed) { return Told(seed, 1'000'000); });
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const auto result = workers.Next();
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->seed(), seed);
    EXPECT_EQ(result->scenario().size(), 1'000'000u);
  }
}

TEST(WorkersTest, AreGoneWithWhatTheyWereDoing) {
  Workers workers(3, {1, 1000, 1}, [](uint64_t seed) {
    if (seed > 2) sleep(1000);
    return Told(seed, 10);
  });
  EXPECT_THAT(SeedsOf(workers, 2), ElementsAre(1, 2));
}

// Nobody waits for the seed that takes long; what had ended behind it is not lost.
TEST(WorkersTest, GiveWhatTheyHaveWhenToldToStop) {
  bool stop = false;
  Workers workers(
      2, {1, 4, 1},
      [](uint64_t seed) {
        if (seed == 2) sleep(1000);
        return Told(seed, 10);
      },
      [&stop] { return stop; });
  EXPECT_THAT(SeedsOf(workers, 1), ElementsAre(1));
  stop = true;
  for (;;) {
    const auto result = workers.Next();
    if (!result.ok()) {
      EXPECT_TRUE(absl::IsCancelled(result.status())) << result.status();
      break;
    }
    EXPECT_GT(result->seed(), 2u);
  }
}

TEST(WorkersTest, RunInOtherProcesses) {
  const std::string here = absl::StrCat(getpid());
  Workers workers(1, {1, 1, 1}, [](uint64_t seed) {
    settle::RunResult result = Told(seed, 0);
    result.set_scenario(absl::StrCat(getpid()));
    return result;
  });
  EXPECT_NE(workers.Next()->scenario(), here);
}

TEST(WorkersTest, NameTheSeedInWhichOneDied) {
  Workers exits(2, {1, 20, 1}, [](uint64_t seed) {
    if (seed == 7) _exit(70);
    return Told(seed, 10);
  });
  EXPECT_THAT(SeedsOf(exits, 6), ElementsAre(1, 2, 3, 4, 5, 6));
  const auto exited = exits.Next();
  EXPECT_TRUE(absl::IsInternal(exited.status()));
  EXPECT_EQ(exited.status().message(), "a worker died in seed 7, with code 70");

  Workers killed(2, {1, 20, 1}, [](uint64_t seed) {
    if (seed == 7) raise(SIGKILL);
    return Told(seed, 10);
  });
  absl::Status status;
  for (int i = 0; i < 20 && status.ok(); ++i) status = killed.Next().status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("died in seed 7, by signal 9"));
}

}  // namespace
}  // namespace scenarios
