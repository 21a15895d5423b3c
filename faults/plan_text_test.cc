// Goal: a plan is one thing however many files it is written in, and an error
// carries the name of the file that it is in. Method: the plans in testdata.

#include "faults/plan_text.h"

#include "gtest/gtest.h"

namespace faults {
namespace {

constexpr char kFolder[] = "faults/testdata/";

TEST(PlanTextTest, ReadsRulesAndPins) {
  Diagnostics problems;
  const PlanText text = ReadPlan(std::string(kFolder) + "lost_answers.textproto", problems);
  EXPECT_EQ(ToStatus(problems), absl::OkStatus());
  ASSERT_EQ(text.rules.size(), 3u);
  EXPECT_EQ(text.rules[0].where.ToString(), "faults/testdata/lost_answers.textproto:6");
  EXPECT_FALSE(text.rules[0].included);
  ASSERT_EQ(text.pins.size(), 1u);
  EXPECT_EQ(text.pins[0].pin.choice(), settle::Pin::LATE);
}

TEST(PlanTextTest, PutsOwnRulesFirstAndIncludesOnce) {
  Diagnostics problems;
  const PlanText text = ReadPlan(std::string(kFolder) + "outer.textproto", problems);
  EXPECT_EQ(ToStatus(problems), absl::OkStatus());
  ASSERT_EQ(text.rules.size(), 5u);
  EXPECT_EQ(text.rules[0].where.ToString(), "faults/testdata/outer.textproto:6");
  EXPECT_EQ(text.rules[1].where.ToString(), "faults/testdata/lost_answers.textproto:6");
  EXPECT_EQ(text.rules[4].where.ToString(), "faults/testdata/middle.textproto:3");
  EXPECT_FALSE(text.rules[0].included);
  EXPECT_TRUE(text.rules[1].included);
  EXPECT_TRUE(text.rules[4].included);
  EXPECT_EQ(text.pins.size(), 1u);
}

TEST(PlanTextTest, RefusesCircles) {
  Diagnostics problems;
  ReadPlan(std::string(kFolder) + "cycle.textproto", problems);
  EXPECT_EQ(ToStatus(problems).message(),
            "faults/testdata/cycle_back.textproto:2:1: error: this plan includes itself: "
            "faults/testdata/cycle.textproto includes faults/testdata/cycle_back.textproto "
            "includes faults/testdata/cycle.textproto");
}

TEST(PlanTextTest, NamesTheFileThatIsWrong) {
  Diagnostics problems;
  ReadPlan(std::string(kFolder) + "broken.textproto", problems);
  EXPECT_EQ(ToStatus(problems).message(),
            "faults/testdata/misspelt.textproto:1:36: error: Message type \"settle.Rule\" has no "
            "field named \"one_inn\"; did you mean \"one_in\"?\n"
            "faults/testdata/broken.textproto:2:1: error: cannot read "
            "faults/testdata/nowhere.textproto: No such file or directory");
}

TEST(PlanTextTest, SaysThatAPlanIsMissing) {
  Diagnostics problems;
  ReadPlan("nowhere.textproto", problems);
  EXPECT_EQ(ToStatus(problems).message(),
            "nowhere.textproto: error: cannot read nowhere.textproto: No such file or directory");
}

}  // namespace
}  // namespace faults
