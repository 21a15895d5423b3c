// Goal: a guided search plans the same runs however many workers there are and whoever is
// first, and goes on where an earlier one has ended. Method: answers that are a function of
// the run, given back in different orders.

#include "scenarios/command/guided_runs.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace scenarios {
namespace {

// One feature that many runs have, one that few have, and alternatives of two families.
Covered AnswerTo(const GuidedRun& run) {
  Covered covered;
  covered.features = {1, 100 + run.seed % 7, 1000 + run.pins.size()};
  for (uint32_t i = 0; i < 10; ++i) {
    Alternative one;
    one.feature = 2000 + i;
    one.family = i % 2;
    one.pin.point = absl::StrCat("request toy.Pay a>b ", run.seed % 5, "-", i);
    one.pin.occurrence = 1;
    one.pin.kind = sim::ChoiceKind::kDrop;
    covered.alternatives.push_back(one);
  }
  return covered;
}

std::string Text(const GuidedRun& run) {
  std::string text = absl::StrCat(run.number, ":", run.seed);
  for (const sim::Pin& pin : run.pins) absl::StrAppend(&text, " ", pin.point);
  return text + "\n";
}

// All runs, by so many workers of which the last that began is the first to answer.
std::string RunAll(GuidedRuns& runs, size_t workers) {
  std::string all;
  std::vector<GuidedRun> going_on;
  while (true) {
    while (going_on.size() < workers) {
      const std::optional<GuidedRun> next = runs.Take();
      if (!next.has_value()) break;
      all += Text(*next);
      going_on.push_back(*next);
    }
    if (going_on.empty()) break;
    const GuidedRun done = going_on.back();
    going_on.pop_back();
    runs.Return(done.number, done.pins, AnswerTo(done));
    // Who waits for the oldest one gets it.
    std::rotate(going_on.begin(), going_on.begin() + (going_on.empty() ? 0 : 1), going_on.end());
  }
  runs.LearnAll();
  return all;
}

TEST(GuidedRunsTest, PlansTheSameForAnyNumberOfWorkers) {
  const faults::Plan plan;
  std::string first;
  for (const size_t workers : {1, 2, 7, 100}) {
    GuidedRuns runs(plan, 5, 200, Hits());
    const std::string all = RunAll(runs, workers);
    EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 200);
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << workers;
    EXPECT_TRUE(runs.empty());
    EXPECT_EQ(runs.made(), 200u);
  }
  EXPECT_NE(first.find("toy.Pay"), std::string::npos) << "never was a pin added";
}

TEST(GuidedRunsTest, WaitsForTheRunOnWhichTheNextDepends) {
  const faults::Plan plan;
  GuidedRuns runs(plan, 1, 1000, Hits());
  for (uint64_t i = 0; i < GuidedRuns::kInFlight; ++i) ASSERT_TRUE(runs.Take().has_value());
  EXPECT_FALSE(runs.Take().has_value());
  runs.Return(1, {}, AnswerTo(runs.taken(1)));
  EXPECT_FALSE(runs.Take().has_value());
  runs.Return(0, {}, AnswerTo(runs.taken(0)));
  EXPECT_TRUE(runs.Take().has_value());
  EXPECT_EQ(runs.made(), 1u) << "what was learned, without a gap";
}

TEST(GuidedRunsTest, KnowsWhatEarlierSearchesCameTo) {
  const faults::Plan plan;
  GuidedRuns runs(plan, 1, 50, Hits());
  RunAll(runs, 1);
  const Hits known = runs.TakeNews();
  EXPECT_EQ(known.size(), runs.features());
  EXPECT_EQ(runs.TakeNews().size(), 0u);
  EXPECT_EQ(GuidedRuns(plan, 7, 60, known).features(), known.size());
}

// Of a search of 700 runs, killed after 300.
TEST(GuidedRunsTest, GoesOnAsIfItHadNeverEnded) {
  const faults::Plan plan;
  GuidedRuns whole(plan, 1, 700, Hits());
  const std::string all = RunAll(whole, 3);

  GuidedRuns killed(plan, 1, 300, Hits());
  EXPECT_FALSE(killed.TakeStateIsNew());
  RunAll(killed, 3);
  EXPECT_TRUE(killed.TakeStateIsNew());
  EXPECT_FALSE(killed.TakeStateIsNew());

  GuidedRuns more(plan, 1, 700, Hits());
  ASSERT_TRUE(more.GoOn(killed.state(), killed.made()));
  EXPECT_EQ(RunAll(more, 2), all.substr(all.find("\n256:") + 1));
  EXPECT_EQ(more.made(), 700u);
  EXPECT_EQ(more.state(), whole.state());
}

TEST(GuidedRunsTest, HasNothingToDoWhenAllIsMade) {
  const faults::Plan plan;
  GuidedRuns runs(plan, 1, 50, Hits());
  RunAll(runs, 1);
  GuidedRuns again(plan, 1, 50, Hits());
  ASSERT_TRUE(again.GoOn(runs.state(), runs.made()));
  EXPECT_TRUE(again.empty());
  EXPECT_FALSE(again.GoOn("no state", 0));
}

}  // namespace
}  // namespace scenarios
