// What many runs come to. Runs are written by hand: every way in which a campaign
// can end must have the verdict, the reason and the exit code of its kind.

#include "scenarios/command/tally.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "reports/words.h"

namespace scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

settle::RunResult Held(uint64_t seed) {
  auto run = Parse<settle::RunResult>(
      "verdict: HELD events: 100 simulated_nanos: 1000"
      " check { name: 'once' catalogue: 'M4' claim: 'Once.' exercised: 5 judged: true }");
  run.set_seed(seed);
  return run;
}

settle::RunResult Violated(uint64_t seed, int faults, const std::string& what) {
  settle::RunResult run = Held(seed);
  run.set_verdict(settle::VIOLATED);
  run.set_digest(seed * 1000);
  run.mutable_check(0)->set_findings(1);
  settle::FindingResult& finding = *run.add_finding();
  finding.set_check("once");
  finding.set_key("order-7");
  finding.set_what(what);
  for (int i = 1; i <= faults; ++i) {
    settle::Pin& pin = *run.add_fired();
    pin.set_point("reply exchange.Submit a<b order-7");
    pin.set_occurrence(static_cast<uint64_t>(i));
    pin.set_choice(settle::Pin::DROP);
  }
  return run;
}

Tally TallyOf(const std::string& begun) {
  return Tally(Parse<settle::CampaignResult>("scenario: 'pay' " + begun), settle::Repro());
}

TEST(Tally, HoldsWhenEnoughSeedsHeldAndEveryCheckWasExercised) {
  Tally tally = TallyOf("expect: HELD min_seeds: 2");
  tally.Add(Held(1));
  tally.Add(Held(2));
  const settle::CampaignResult total = tally.Total("");
  EXPECT_EQ(total.verdict(), settle::HELD);
  EXPECT_TRUE(total.as_expected());
  EXPECT_EQ(total.held(), 2u);
  EXPECT_EQ(total.events(), 200u);
  EXPECT_EQ(total.check(0).exercised(), 10u);
  EXPECT_EQ(total.check(0).seeds_exercised(), 2u);
  EXPECT_EQ(ExitCodeOf(total), kExitOk);
}

// Fourteen thousand seeds of two weeks are more than nanoseconds can say.
TEST(Tally, SimulatesForAnyNumberOfYears) {
  Tally tally = TallyOf("expect: HELD");
  settle::RunResult century = Held(1);
  century.set_simulated_nanos(3'155'760'000'000'000'000);
  for (int years = 0; years < 400; years += 100) tally.Add(century);
  EXPECT_EQ(reports::Elapsed(tally.Total("").simulated_nanos()), "292 years or more");
}

TEST(Tally, AddsUpHowOftenEachStepWasReachedAndStruck) {
  Tally tally = TallyOf("expect: HELD");
  for (const uint64_t struck : {0, 1}) {
    settle::RunResult run = Held(1 + struck);
    for (const char* name : {"ab.A.insert.after", "ab.B.debit.after"}) {
      settle::StepCount& step = *run.add_step();
      step.set_name(name);
      step.set_reached(name[3] == 'A' ? 10 : 0);
      step.set_struck(name[3] == 'A' ? struck : 0);
    }
    tally.Add(run);
  }
  const settle::CampaignResult total = tally.Total("");
  ASSERT_EQ(total.step_size(), 2);
  EXPECT_EQ(total.step(0).reached(), 20u);
  EXPECT_EQ(total.step(0).struck(), 1u);
  EXPECT_EQ(total.step(1).reached(), 0u);
}

TEST(Tally, IsNotExercisedWhenNoRunCameToAPinThatMustBeReached) {
  Tally tally = TallyOf(
      "expect: HELD pin { where: 'pay:7' must_reach: true } pin { where: 'plan:3' }"
      " pin { where: 'pay:9' must_reach: true }");
  settle::RunResult run = Held(1);
  for (const bool reached : {false, false, true}) run.add_pin_reached(reached);
  tally.Add(run);
  const settle::CampaignResult total = tally.Total("");
  EXPECT_EQ(total.verdict(), settle::NOT_EXERCISED);
  EXPECT_THAT(total.because(), ElementsAre("pay:7: no run came to the point of this pin"));
}

TEST(Tally, IsInconclusiveWithFewerSeedsThanTheMinimum) {
  Tally tally = TallyOf("expect: HELD min_seeds: 50");
  tally.Add(Held(1));
  const settle::CampaignResult total = tally.Total("");
  EXPECT_EQ(total.verdict(), settle::INCONCLUSIVE);
  EXPECT_THAT(total.because(),
              ElementsAre("1 seed ran; the scenario needs at least 50 to say that its promises "
                          "held"));
  EXPECT_EQ(ExitCodeOf(total), kExitInconclusive);
}

TEST(Tally, IsInconclusiveWhenCutShort) {
  Tally tally = TallyOf("expect: HELD min_seeds: 1");
  tally.Add(Held(1));
  const settle::CampaignResult total = tally.Total("then the command was interrupted");
  EXPECT_EQ(total.verdict(), settle::INCONCLUSIVE);
  EXPECT_THAT(total.because(), ElementsAre("1 seed ran, then the command was interrupted"));
}

TEST(Tally, IsInconclusiveWhenARunWas) {
  Tally tally = TallyOf("expect: HELD");
  tally.Add(Held(1));
  settle::RunResult busy = Held(2);
  busy.set_verdict(settle::INCONCLUSIVE);
  busy.add_going_on("b: notify order-7");
  busy.add_going_on("a: query order-9");
  tally.Add(busy);
  settle::RunResult later = Held(3);
  later.set_verdict(settle::INCONCLUSIVE);
  later.add_going_on("b: something else");
  tally.Add(later);
  const settle::CampaignResult total = tally.Total("");
  EXPECT_EQ(total.verdict(), settle::INCONCLUSIVE);
  EXPECT_THAT(total.because(), ElementsAre("2 seeds were inconclusive, seed 2 first"));
  EXPECT_THAT(total.going_on(), ElementsAre("b: notify order-7", "a: query order-9"));
}

TEST(Tally, ACheckMayBeExercisedInSomeSeedsOnly) {
  Tally tally = TallyOf("expect: HELD");
  settle::RunResult idle = Held(1);
  idle.set_verdict(settle::NOT_EXERCISED);
  idle.mutable_check(0)->set_exercised(0);
  tally.Add(idle);
  EXPECT_EQ(tally.Total("").verdict(), settle::NOT_EXERCISED);
  EXPECT_EQ(ExitCodeOf(tally.Total("")), kExitInconclusive);
  tally.Add(Held(2));
  EXPECT_EQ(tally.Total("").verdict(), settle::HELD);
  EXPECT_EQ(tally.Total("").not_exercised(), 1u);
}

TEST(Tally, ARuleThatMustMatchMustMatchInSomeSeed) {
  Tally tally = TallyOf("expect: HELD rule { where: 'p.textproto:3' must_match: true }");
  settle::RunResult run = Held(1);
  run.add_rule_matched(0);
  tally.Add(run);
  EXPECT_EQ(tally.Total("").verdict(), settle::NOT_EXERCISED);
  EXPECT_THAT(tally.Total("").because(0), HasSubstr("p.textproto:3"));
  run.set_rule_matched(0, 3);
  run.add_rule_fired(1);
  tally.Add(run);
  EXPECT_EQ(tally.Total("").verdict(), settle::HELD);
  EXPECT_EQ(tally.Total("").rule(0).matched(), 3u);
  EXPECT_EQ(tally.Total("").rule(0).fired(), 1u);
}

TEST(Tally, AViolationOutweighsEverything) {
  Tally tally = TallyOf("expect: HELD min_seeds: 50");
  tally.Add(Violated(1, 1, "order-7 is booked 2 times"));
  const settle::CampaignResult total = tally.Total("then the command was interrupted");
  EXPECT_EQ(total.verdict(), settle::VIOLATED);
  EXPECT_EQ(ExitCodeOf(total), kExitUnexpected);
  EXPECT_TRUE(tally.Decided());
}

TEST(Tally, AViolationMayBeExpected) {
  Tally tally = TallyOf("expect: VIOLATED expect_violated: 'once'");
  EXPECT_FALSE(tally.Decided());
  tally.Add(Violated(1, 1, "order-7 is booked 2 times"));
  EXPECT_TRUE(tally.Decided());
  EXPECT_TRUE(tally.Total("").as_expected());
  EXPECT_EQ(ExitCodeOf(tally.Total("")), kExitOk);
}

TEST(Tally, AnotherViolationThanTheExpectedOneIsAFailure) {
  Tally tally = TallyOf("expect: VIOLATED expect_violated: 'agree'");
  tally.Add(Violated(1, 1, "order-7 is booked 2 times"));
  const settle::CampaignResult total = tally.Total("");
  EXPECT_FALSE(tally.Decided());
  EXPECT_FALSE(total.as_expected());
  EXPECT_THAT(total.because(), ElementsAre("agree was to be violated, and was not"));
  EXPECT_EQ(ExitCodeOf(total), kExitUnexpected);
}

TEST(Tally, WhatHeldAlthoughViolationWasExpectedIsAFailure) {
  Tally tally = TallyOf("expect: VIOLATED expect_violated: 'once'");
  tally.Add(Held(1));
  EXPECT_EQ(ExitCodeOf(tally.Total("")), kExitUnexpected);
}

TEST(Tally, TooFewSeedsMayJustHaveMissedTheExpectedViolation) {
  Tally tally = TallyOf("expect: VIOLATED expect_violated: 'agree' min_seeds: 50");
  tally.Add(Violated(1, 1, "order-7 is booked 2 times"));
  EXPECT_EQ(ExitCodeOf(tally.Total("")), kExitInconclusive);
}

TEST(Tally, KeepsOfEachFailureTheRunWithFewestFaults) {
  Tally tally = TallyOf("expect: HELD");
  tally.Add(Violated(1, 3, "order-7 is booked 2 times"));
  tally.Add(Violated(2, 1, "order-7 is booked 3 times"));
  tally.Add(Violated(3, 1, "order-7 is booked 2 times"));
  tally.Add(Violated(4, 2, "order-7 is lost"));
  const settle::CampaignResult total = tally.Total("");
  ASSERT_EQ(total.failure_size(), 2);
  const settle::Failure& twice = total.failure(0);
  EXPECT_EQ(twice.seeds(), 3u);
  EXPECT_EQ(twice.first_seed(), 1u);
  EXPECT_EQ(twice.repro().seed(), 2u);
  EXPECT_EQ(twice.repro().digest(), 2000u);
  EXPECT_EQ(twice.repro().pin_size(), 1);
  ASSERT_EQ(twice.fault_size(), 1);
  EXPECT_THAT(twice.fault(0), HasSubstr("lost"));
  EXPECT_EQ(total.failure(1).finding().what(), "order-7 is lost");
  EXPECT_EQ(total.check(0).seeds_violated(), 4u);
  EXPECT_EQ(total.check(0).first_violated_seed(), 1u);
}

TEST(Tally, CountsSeedsInWhichADamagedDiskKeptACheckFromJudging) {
  Tally tally = TallyOf("expect: HELD");
  settle::RunResult run = Held(1);
  run.mutable_check(0)->set_judged(false);
  run.mutable_check(0)->set_exercised(0);
  tally.Add(run);
  EXPECT_EQ(tally.Total("").check(0).seeds_not_judged(), 1u);
  EXPECT_EQ(tally.Total("").verdict(), settle::NOT_EXERCISED);
}

TEST(Tally, NeverCallsHeldWhatCouldNotBeJudgedOnce) {
  Tally tally = TallyOf("expect: HELD");
  tally.Add(Held(1));
  settle::RunResult run = Held(2);
  run.set_verdict(settle::INCONCLUSIVE);
  run.mutable_check(0)->set_unknown("sql: integer overflow");
  tally.Add(run);

  const settle::CampaignResult total = tally.Total("");

  EXPECT_EQ(total.verdict(), settle::INCONCLUSIVE);
  EXPECT_EQ(total.check(0).verdict(), settle::INCONCLUSIVE);
  EXPECT_EQ(total.check(0).seeds_unknown(), 1u);
  EXPECT_EQ(total.check(0).unknown(), "sql: integer overflow");
  EXPECT_TRUE(total.going_on().empty());
  EXPECT_EQ(ExitCodeOf(total), kExitInconclusive);
}

TEST(ExitCode, OfSeveralScenariosIsTheWorst) {
  EXPECT_EQ(Worse(kExitOk, kExitOk), kExitOk);
  EXPECT_EQ(Worse(kExitOk, kExitInconclusive), kExitInconclusive);
  EXPECT_EQ(Worse(kExitInconclusive, kExitUnexpected), kExitUnexpected);
  EXPECT_EQ(Worse(kExitInterrupted, kExitUnexpected), kExitInterrupted);
  EXPECT_EQ(Worse(kExitEnvironment, kExitNondeterminism), kExitNondeterminism);
}

}  // namespace
}  // namespace scenarios
