// The alternatives of a place are those of the rules that match it, whatever their rate.

#include "faults/alternatives.h"

#include "faults/plan.h"
#include "gtest/gtest.h"

namespace faults {
namespace {

sim::Place Request() {
  sim::Place place;
  place.kind = sim::PlaceKind::kMessage;
  place.leg = sim::Leg::kRequest;
  place.node = "a";
  place.peer = "b";
  place.method = "b.Pay";
  place.key = "order-7";
  return place;
}

Rule RuleOf(sim::ChoiceKind fault, std::vector<int64_t> amounts) {
  Rule rule;
  rule.fault = fault;
  rule.amounts = std::move(amounts);
  rule.one_in = 1'000'000;
  return rule;
}

TEST(Alternatives, AreLeastAndGreatestOfEachRule) {
  Plan plan;
  plan.rules = {RuleOf(sim::ChoiceKind::kDrop, {0}), RuleOf(sim::ChoiceKind::kLate, {5, 10, 20})};
  const std::vector<sim::Pin> found = AlternativesAt(plan, Request(), 3, 0);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].kind, sim::ChoiceKind::kDrop);
  EXPECT_EQ(found[1].amount, 5);
  EXPECT_EQ(found[2].amount, 20);
  EXPECT_EQ(found[2].point, "request b.Pay a>b order-7");
  EXPECT_EQ(found[2].occurrence, 3u);
}

TEST(Alternatives, OfACrashAreToLoseAndToKeep) {
  sim::Place task;
  task.kind = sim::PlaceKind::kSuspension;
  task.node = "a";
  task.method = "pay";
  Plan plan;
  plan.rules = {RuleOf(sim::ChoiceKind::kCrash, {7})};
  plan.rules[0].place = sim::PlaceKind::kSuspension;
  const std::vector<sim::Pin> found = AlternativesAt(plan, task, 1, 0);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].disk, sim::DiskFate::kLoseAll);
  EXPECT_EQ(found[1].disk, sim::DiskFate::kKeepAll);
}

TEST(Alternatives, OfASlowPairLastAsLongAsTheRuleSays) {
  sim::Place link;
  link.kind = sim::PlaceKind::kLink;
  link.node = "a";
  link.peer = "b";
  Plan plan;
  plan.rules = {RuleOf(sim::ChoiceKind::kSlowPair, {5, 10})};
  plan.rules[0].place = sim::PlaceKind::kLink;
  plan.rules[0].lasts = 300;
  const std::vector<sim::Pin> found = AlternativesAt(plan, link, 0, 0);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].amount, 5);
  EXPECT_EQ(found[0].lasts, 300);
  EXPECT_EQ(found[1].amount, 10);
}

TEST(Alternatives, AreNoneWhereNoRuleSpeaks) {
  Plan plan;
  plan.rules = {RuleOf(sim::ChoiceKind::kDrop, {0}), RuleOf(sim::ChoiceKind::kDrop, {0}),
                RuleOf(sim::ChoiceKind::kDrop, {0}), RuleOf(sim::ChoiceKind::kOutcome, {1})};
  plan.rules[0].method = "b.Other";
  plan.rules[1].to = 100;
  plan.rules[2].does_not_apply = "there is no such node";
  plan.rules[3].place = sim::PlaceKind::kOutcome;
  EXPECT_TRUE(AlternativesAt(plan, Request(), 1, 100).empty());
  EXPECT_EQ(PlacesOf(plan), 1u << static_cast<int>(sim::PlaceKind::kMessage));
}

TEST(Alternatives, AreNotRepeated) {
  Plan plan;
  plan.rules = {RuleOf(sim::ChoiceKind::kDrop, {0}), RuleOf(sim::ChoiceKind::kDrop, {0})};
  EXPECT_EQ(AlternativesAt(plan, Request(), 1, 0).size(), 1u);
}

}  // namespace
}  // namespace faults
