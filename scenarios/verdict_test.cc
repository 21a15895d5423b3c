// Goal: VIOLATED before INCONCLUSIVE before NOT_EXERCISED before HELD.
// Method: check results by hand.

#include "scenarios/verdict.h"

#include "gtest/gtest.h"

namespace scenarios {
namespace {

class VerdictTest : public testing::Test {
 protected:
  void AddCheck(uint64_t exercised, uint64_t findings, bool judged = true) {
    settle::CheckResult& check = *checks_.Add();
    check.set_exercised(exercised);
    check.set_findings(findings);
    check.set_judged(judged);
  }

  CheckResults checks_;
};

TEST_F(VerdictTest, HoldsIfEveryPromiseWasTestedAndHeld) {
  AddCheck(3, 0);
  AddCheck(1, 0);

  EXPECT_EQ(VerdictOf(checks_, /*quiet=*/true, /*rules_matched=*/true), settle::HELD);
}

TEST_F(VerdictTest, IsNotExercisedIfOnePromiseWasNotTested) {
  AddCheck(3, 0);
  AddCheck(0, 0);

  EXPECT_EQ(VerdictOf(checks_, true, true), settle::NOT_EXERCISED);
}

TEST_F(VerdictTest, IsNotExercisedIfARuleThatMustMatchDidNot) {
  AddCheck(3, 0);

  EXPECT_EQ(VerdictOf(checks_, true, false), settle::NOT_EXERCISED);
}

TEST_F(VerdictTest, IsInconclusiveIfTheRunWasStillBusy) {
  AddCheck(0, 0);

  EXPECT_EQ(VerdictOf(checks_, false, true), settle::INCONCLUSIVE);
}

TEST_F(VerdictTest, IsViolatedHoweverTheRunEnded) {
  AddCheck(0, 0);
  AddCheck(0, 1);

  EXPECT_EQ(VerdictOf(checks_, false, false), settle::VIOLATED);
}

TEST_F(VerdictTest, IsInconclusiveIfACheckCouldNotBeJudged) {
  AddCheck(3, 0);
  AddCheck(3, 0);
  checks_[1].set_unknown("sql: integer overflow");
  EXPECT_EQ(VerdictOf(checks_, true, true), settle::INCONCLUSIVE);

  checks_[1].set_findings(1);
  EXPECT_EQ(VerdictOf(checks_, true, true), settle::VIOLATED);
}

TEST_F(VerdictTest, PassesOverChecksThatCouldNotBeJudged) {
  AddCheck(3, 0);
  AddCheck(0, 5, /*judged=*/false);

  EXPECT_EQ(VerdictOf(checks_, true, true), settle::HELD);
}

TEST_F(VerdictTest, IsNotExercisedIfNoCheckCouldBeJudged) {
  AddCheck(3, 0, /*judged=*/false);

  EXPECT_EQ(VerdictOf(checks_, true, true), settle::NOT_EXERCISED);
}

}  // namespace
}  // namespace scenarios
