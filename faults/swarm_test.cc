// Goal: a seed draws which families of faults are on and how often they strike,
// and nothing that a plan means literally is varied. Method: many seeds.

#include "faults/swarm.h"

#include <set>

#include "gtest/gtest.h"

namespace faults {
namespace {

constexpr uint64_t kSeeds = 1000;

Rule RuleOf(sim::PlaceKind place, sim::ChoiceKind fault, uint64_t one_in) {
  Rule rule;
  rule.place = place;
  rule.fault = fault;
  rule.one_in = one_in;
  rule.amounts = {0};
  return rule;
}

Rule Drop(uint64_t one_in) {
  return RuleOf(sim::PlaceKind::kMessage, sim::ChoiceKind::kDrop, one_in);
}

Rule Crash(uint64_t one_in) {
  return RuleOf(sim::PlaceKind::kSync, sim::ChoiceKind::kCrash, one_in);
}

TEST(SwarmTest, LeavesOutEachFamilyInManySeeds) {
  Plan plan;
  plan.rules = {Drop(100), Crash(100)};
  int drops = 0;
  int crashes = 0;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Swarm swarm(seed, plan);
    const bool drop = swarm.OneIn(plan.rules[0]) != 0;
    const bool crash = swarm.OneIn(plan.rules[1]) != 0;
    EXPECT_TRUE(drop || crash) << "seed " << seed << " leaves out everything";
    drops += drop;
    crashes += crash;
  }
  // Each alone in a quarter of the seeds; both in the other half.
  EXPECT_NEAR(drops, 750, 60);
  EXPECT_NEAR(crashes, 750, 60);
}

TEST(SwarmTest, ScalesAFamilyAsOne) {
  Plan plan;
  plan.rules = {Drop(100), Drop(1000)};
  std::set<uint64_t> seen;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Swarm swarm(seed, plan);
    seen.insert(swarm.OneIn(plan.rules[0]));
    EXPECT_EQ(swarm.OneIn(plan.rules[1]), swarm.OneIn(plan.rules[0]) * 10);
  }
  EXPECT_EQ(seen, (std::set<uint64_t>{25, 50, 100, 200, 400}));
}

TEST(SwarmTest, DoesNotDependOnOtherFamilies) {
  Plan plan;
  plan.rules = {Drop(100), Crash(100)};
  Plan larger = plan;
  larger.rules.push_back(RuleOf(sim::PlaceKind::kClock, sim::ChoiceKind::kSkew, 2));
  int compared = 0;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Swarm swarm(seed, plan);
    const Swarm other(seed, larger);
    if (swarm.OneIn(plan.rules[0]) == 0 || swarm.OneIn(plan.rules[1]) == 0) {
      EXPECT_EQ(swarm.OneIn(plan.rules[0]), other.OneIn(plan.rules[0]));
      ++compared;
    }
  }
  EXPECT_GT(compared, 300);
}

TEST(SwarmTest, NeverMakesARuleCertainNorTouchesACertainOne) {
  Plan plan;
  plan.rules = {Drop(2), Drop(1)};
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Swarm swarm(seed, plan);
    EXPECT_GE(swarm.OneIn(plan.rules[0]), 2u);
    EXPECT_EQ(swarm.OneIn(plan.rules[1]), 1u);
  }
}

TEST(SwarmTest, LeavesBusinessAlone) {
  Plan plan;
  plan.rules = {RuleOf(sim::PlaceKind::kOutcome, sim::ChoiceKind::kOutcome, 7), Crash(100)};
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    EXPECT_EQ(Swarm(seed, plan).OneIn(plan.rules[0]), 7u);
  }
}

TEST(SwarmTest, IsOffForScripts) {
  Plan plan;
  plan.rules = {Drop(100), Crash(50)};
  plan.swarm = false;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    EXPECT_EQ(Swarm(seed, plan).OneIn(plan.rules[0]), 100u);
    EXPECT_EQ(Swarm(seed, plan).OneIn(plan.rules[1]), 50u);
  }
}

}  // namespace
}  // namespace faults
