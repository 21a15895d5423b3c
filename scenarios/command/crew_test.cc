// Goal: each seed of a batch is told once, whatever its worker does; one that dies or
// hangs is named, and replaced by another that begins like the first. Method: runs that do
// no more than tell their seed and process, die or sleep.

#include "scenarios/command/crew.h"

#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace scenarios {
namespace {

using absl::StrCat;
using testing::HasSubstr;

constexpr absl::Duration kPatient = absl::Minutes(10);

// All that is told until nobody has anything to do.
std::vector<Crew::News> All(Crew& crew) {
  std::vector<Crew::News> all;
  while (!crew.all_idle()) {
    const auto news = crew.Wait(100);
    EXPECT_TRUE(news.ok()) << news.status();
    if (!news.ok()) break;
    all.insert(all.end(), news->begin(), news->end());
  }
  return all;
}

// Dead, and its parent has not asked yet: all that it had open is closed.
bool IsZombie(int process) {
  std::ifstream stat(StrCat("/proc/", process, "/stat"));
  std::string number, name, state;
  stat >> number >> name >> state;
  return state == "Z";
}

TEST(CrewTest, TellsEachSeedOfABatchInOrder) {
  Crew crew(1, kPatient, [](uint32_t task, uint64_t seed, const std::string&) {
    return StrCat(task, "@", seed);
  });
  ASSERT_TRUE(crew.Give({3, 7, 2}).ok());
  EXPECT_FALSE(crew.idle());
  const auto news = All(crew);
  ASSERT_EQ(news.size(), 2u);
  EXPECT_EQ(news[0].result, "3@7");
  EXPECT_FALSE(news[0].batch_ends);
  EXPECT_EQ(news[1].result, "3@8");
  EXPECT_TRUE(news[1].batch_ends);
  EXPECT_EQ(news[1].seed, 8u);
}

TEST(CrewTest, GivesWhatARunNeedsBesides) {
  Crew crew(1, kPatient, [](uint32_t, uint64_t seed, const std::string& input) {
    return StrCat(input.size(), input.substr(0, 1), seed);
  });
  ASSERT_TRUE(crew.Give({0, 7, 2}, std::string(1'000'000, 'x')).ok());
  auto news = All(crew);
  ASSERT_EQ(news.size(), 2u);
  EXPECT_EQ(news[1].result, "1000000x8");
  ASSERT_TRUE(crew.Give({0, 9, 1}).ok());
  news = All(crew);
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].result, "09");
}

TEST(CrewTest, SharesOutBatches) {
  Crew crew(3, kPatient, [](uint32_t, uint64_t, const std::string&) { return StrCat(getpid()); });
  for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(crew.Give({0, i * 10, 10}).ok());
  EXPECT_FALSE(crew.idle());
  std::set<std::string> processes;
  std::set<uint64_t> seeds;
  for (const Crew::News& news : All(crew)) {
    processes.insert(news.result);
    seeds.insert(news.seed);
  }
  EXPECT_EQ(processes.size(), 3u);
  EXPECT_EQ(seeds.size(), 30u);
}

TEST(CrewTest, CarriesResultsThatASocketCannotHold) {
  Crew crew(1, kPatient, [](uint32_t, uint64_t seed, const std::string&) {
    return std::string(1'000'000 * seed, 'x');
  });
  ASSERT_TRUE(crew.Give({0, 0, 3}).ok());
  const auto news = All(crew);
  ASSERT_EQ(news.size(), 3u);
  EXPECT_EQ(news[0].result.size(), 0u);
  EXPECT_EQ(news[2].result.size(), 2'000'000u);
}

TEST(CrewTest, ReplacesAWorkerThatDies) {
  Crew crew(1, kPatient, [](uint32_t, uint64_t seed, const std::string&) -> std::string {
    static int runs = 0;
    if (seed == 3) raise(SIGKILL);
    if (seed == 5) _exit(70);
    return StrCat(++runs);
  });
  ASSERT_TRUE(crew.Give({2, 1, 4}).ok());
  auto news = All(crew);
  ASSERT_EQ(news.size(), 3u);
  EXPECT_EQ(news[2].seed, 3u);
  EXPECT_EQ(news[2].death, "its process died: Killed");
  EXPECT_EQ(news[2].left.task, 2u);
  EXPECT_EQ(news[2].left.first, 4u);
  EXPECT_EQ(news[2].left.count, 1u);

  ASSERT_TRUE(crew.Give({2, 4, 2}).ok());
  news = All(crew);
  ASSERT_EQ(news.size(), 2u);
  EXPECT_EQ(news[0].result, "1");  // as nothing had run before
  EXPECT_THAT(news[1].death, HasSubstr("its process ended with code 70"));
  EXPECT_EQ(news[1].left.count, 0u);
}

TEST(CrewTest, ForgetsAWorkerThatDiedWithNothingToDo) {
  Crew crew(1, kPatient, [](uint32_t, uint64_t, const std::string&) { return StrCat(getpid()); });
  ASSERT_TRUE(crew.Give({0, 1, 1}).ok());
  const auto first = All(crew);
  ASSERT_EQ(first.size(), 1u);
  int process = 0;
  ASSERT_TRUE(absl::SimpleAtoi(first[0].result, &process));
  kill(process, SIGKILL);
  while (kill(process, 0) == 0 && !IsZombie(process)) usleep(1'000);
  ASSERT_TRUE(crew.Give({0, 2, 1}).ok());
  const auto second = All(crew);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].death, "");
  EXPECT_NE(second[0].result, first[0].result);
}

TEST(CrewTest, EndsAWorkerThatHangs) {
  Crew crew(1, absl::Milliseconds(200), [](uint32_t, uint64_t seed, const std::string&) {
    while (seed == 2) pause();
    return StrCat(seed);
  });
  ASSERT_TRUE(crew.Give({0, 1, 2}).ok());
  const auto news = All(crew);
  ASSERT_EQ(news.size(), 2u);
  EXPECT_EQ(news[0].result, "1");
  EXPECT_EQ(news[1].death, "it did not end within 200ms");
}

// Not even a zombie is left.
TEST(CrewTest, IsGoneWithWhatItWasDoing) {
  int process = 0;
  {
    Crew crew(2, kPatient, [](uint32_t, uint64_t seed, const std::string&) {
      while (seed == 2) pause();
      return StrCat(getpid());
    });
    ASSERT_TRUE(crew.Give({0, 1, 2}).ok());
    std::vector<Crew::News> news;
    while (news.empty()) news = *crew.Wait(100);
    ASSERT_TRUE(absl::SimpleAtoi(news[0].result, &process));
    EXPECT_EQ(kill(process, 0), 0);
  }
  EXPECT_EQ(kill(process, 0), -1);
}

}  // namespace
}  // namespace scenarios
