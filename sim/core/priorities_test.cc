// Goal: with priorities, ties are decided alike at all instants, and a bug that needs two
// orderings is found as often as PCT promises. Method: walkers that take their steps at one
// instant, with a step of one between two of another; two thousand seeds.

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/core/event_queue.h"
#include "sim/core/hash.h"

namespace sim {
namespace {

// An owner's next step follows at the same instant.
class Walker final : public Event {
 public:
  Walker(EventQueue& queue, std::string& log, char name, int steps)
      : queue_(queue), log_(log), name_(name), left_(steps) {
    set_owner(static_cast<uint64_t>(name));
    queue_.Schedule(*this, 10);
  }
  void Fire() override {
    log_ += name_;
    if (--left_ > 0) queue_.Schedule(*this, 10);
  }

 private:
  EventQueue& queue_;
  std::string& log_;
  const char name_;
  int left_;
};

constexpr uint64_t kStepsOfAll = 15;  // three walkers, five each

// One letter a step. `depth` of 0: no priorities.
std::string Walk(uint64_t seed, int depth) {
  EventQueue queue(Mix(seed));
  if (depth > 0) {
    std::vector<uint64_t> falls;
    for (uint64_t i = 1; i < static_cast<uint64_t>(depth); ++i) {
      falls.push_back(1 + Mix(seed * 100 + i) % kStepsOfAll);
    }
    queue.UsePriorities(falls);
  }
  std::string log;
  Walker a(queue, log, 'a', 5), b(queue, log, 'b', 5), c(queue, log, 'c', 5);
  while (!queue.empty()) queue.FireNext();
  return log;
}

// The bug of depth 2: b acts between the second and the third step of a, which a thinks
// are one.
bool Shows(const std::string& log) {
  size_t third = log.find('a');
  const size_t second = third = log.find('a', third + 1);
  third = log.find('a', third + 1);
  return log.substr(second, third - second).find('b') != std::string::npos;
}

TEST(PrioritiesTest, FindABugOfDepthTwoAsOftenAsPromised) {
  constexpr int kRuns = 2000;
  int drawn = 0, first_depth = 0, second_depth = 0;
  for (uint64_t seed = 1; seed <= kRuns; ++seed) {
    if (Shows(Walk(seed, 0))) ++drawn;
    if (Shows(Walk(seed, 1))) ++first_depth;
    if (Shows(Walk(seed, 2))) ++second_depth;
  }
  EXPECT_GE(second_depth, kRuns / (3 * static_cast<int>(kStepsOfAll)));
  EXPECT_EQ(first_depth, 0) << "nobody falls";
  EXPECT_EQ(drawn, 0) << "the order at an instant is drawn once";
}

class Noted final : public Event {
 public:
  Noted(EventQueue& queue, std::string& log, char name, Nanos when) : log_(log), name_(name) {
    set_owner(static_cast<uint64_t>(name));
    queue.Schedule(*this, when);
  }
  void Fire() override { log_ += name_; }

 private:
  std::string& log_;
  const char name_;
};

TEST(PrioritiesTest, LastForTheWholeRun) {
  std::set<std::string> orders;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    EventQueue queue(Mix(seed));
    queue.UsePriorities({});
    std::string log;
    Noted early_a(queue, log, 'a', 10), early_b(queue, log, 'b', 10);
    Noted late_a(queue, log, 'a', 1'000'000'000), late_b(queue, log, 'b', 1'000'000'000);
    while (!queue.empty()) queue.FireNext();
    orders.insert(log);
  }
  EXPECT_THAT(orders, testing::ElementsAre("abab", "baba")) << "the seed decides";
}

// Whoever falls is behind all others that are at hand already, also those of other ticks.
TEST(PrioritiesTest, WhoFallsIsLast) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    EventQueue queue(Mix(seed));
    queue.UsePriorities({1});
    std::string log;
    Noted a(queue, log, 'a', 10), b(queue, log, 'b', 10), c(queue, log, 'c', 10);
    Noted again_a(queue, log, 'a', 20), again_b(queue, log, 'b', 20), again_c(queue, log, 'c', 20);
    while (!queue.empty()) queue.FireNext();
    ASSERT_EQ(log.size(), 6u);
    EXPECT_EQ(log.substr(0, 3), log.substr(3)) << "the one that was about to act first";
  }
}

}  // namespace
}  // namespace sim
