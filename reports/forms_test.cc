// The forms of one campaign, letter by letter: what is printed is an interface,
// read by people under pressure and by programs.

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/text.h"
#include "reports/words.h"

namespace reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

settle::CampaignResult AFailure() {
  return Parse<settle::CampaignResult>(R"pb(
    scenario: "retry_until_answered"
    path: "scenarios/ledger/retry_until_answered.textproto"
    scenario_hash: 0x91c0
    build: "7f3a"
    asked { first: 1 last: 200 step: 1 }
    ran: 200
    min_seeds: 50
    expect: HELD
    verdict: VIOLATED
    held: 197
    violated: 3
    events: 136800
    simulated_nanos: 273600000000000
    check {
      name: "each_key_applies_once"
      catalogue: "M4"
      claim: "A payment that succeeded is booked exactly once."
      verdict: VIOLATED
      exercised: 12000
      seeds_exercised: 200
      seeds_violated: 3
      first_violated_seed: 1
    }
    check {
      name: "acknowledged_is_durable"
      claim: "What was acknowledged is not lost."
      verdict: NOT_EXERCISED
    }
    rule { sentence: "one in 30 replies is lost" where: "p.textproto:3" matched: 900 fired: 31 }
    rule { sentence: "one in 9 calls is refused" where: "p.textproto:4" }
    rule { sentence: "node x dies" where: "p.textproto:5" does_not_apply: "no node x" }
    step { node: "gateway" name: "gateway.credit.sent" reached: 12000 struck: 7 }
    step { node: "ledger" name: "ledger.credit.before_answer" }
    failure {
      signature: "3f9c1a"
      seeds: 3
      first_seed: 1
      finding {
        check: "each_key_applies_once"
        key: "customer2-14"
        what: "customer2-14 is booked 2 times"
        at_nanos: 142000000
      }
      repro {
        seed: 17
        pin {
          point: "reply ledger.Credit gateway<ledger customer2-14"
          occurrence: 1
          choice: LATE
          by: "900ms"
        }
      }
      fault: "the 1st reply to customer2-14's ledger.Credit, ledger > gateway, is 900 ms late"
      events: 684
      repro_file: "each_key_applies_once-3f9c1a.repro.textproto"
      trace_file: "each_key_applies_once-3f9c1a.trace.txt"
    }
  )pb");
}

TextStyle Plain() {
  TextStyle style;
  style.again = "./bazelw run //:settle -- replay ";
  style.by_seed =
      "./bazelw run //:settle -- replay scenarios/ledger/retry_until_answered.textproto@";
  style.flags = " --clients=3";
  style.directory = "out/retry_until_answered/";
  return style;
}

TEST(CampaignText, TellsAFailureAndHowToRepeatIt) {
  EXPECT_EQ(
      CampaignText(AFailure(), Plain()),
      R"(FAILED  retry_until_answered   200 seeds (1..200)   197 held, 3 violated   3.1 days simulated, 136,800 events
  expected held, got VIOLATED

  VIOLATED       each_key_applies_once    M4  exercised 12,000 times in 200 seeds; violated in 3, first in seed 1
  not exercised  acknowledged_is_durable      exercised 0 times

  2 fault rules, 31 faults fired
    matched 0 times: p.textproto:4: one in 9 calls is refused
    does not apply here: p.textproto:5: node x dies (no node x)
    reached 0 times: step ledger.credit.before_answer of ledger

  VIOLATED  each_key_applies_once (M4): "A payment that succeeded is booked exactly once."
    customer2-14 is booked 2 times
    at 142 ms of seed 17, after 684 events in all; 3 seeds fail like this, seed 1 first

    1 fault fired:
      the 1st reply to customer2-14's ledger.Credit, ledger > gateway, is 900 ms late   pin { point: "reply ledger.Credit gateway<ledger customer2-14" occurrence: 1 choice: LATE by: "900ms" }
    trace:   out/retry_until_answered/each_key_applies_once-3f9c1a.trace.txt
    again:   ./bazelw run //:settle -- replay out/retry_until_answered/each_key_applies_once-3f9c1a.repro.textproto
    by seed: ./bazelw run //:settle -- replay scenarios/ledger/retry_until_answered.textproto@17 --clients=3     (build 7f3a, scenario 00000000000091c0)

)");
}

TEST(CampaignText, TellsTheFaultsOfARunOnceThatBreaksTwoPromises) {
  settle::CampaignResult campaign = AFailure();
  settle::Failure& other = *campaign.add_failure();
  other = campaign.failure(0);
  other.mutable_finding()->set_check("acknowledged_is_durable");
  EXPECT_THAT(CampaignText(campaign, Plain()),
              HasSubstr("    in the same run as above, by the same 1 fault\n"));
}

TEST(CampaignText, TellsWhatWasMeasured) {
  auto campaign = Parse<settle::CampaignResult>(
      "scenario: 'pay' asked { first: 7 last: 7 } ran: 1 expect: HELD verdict: HELD"
      " as_expected: true held: 1 events: 1 simulated_nanos: 5400000000000"
      " distribution { name: 'lag' unit: 'ns' count: 1200 least: -5 p50: 9000000 p90: 94000000000"
      "   p99: 94000000000 most: 120000000000 }"
      " distribution { name: 'lag' group: 'never agreed' unit: 'ns' count: 1 p50: -7000000"
      "   p90: 1 p99: 1 most: 1 }"
      " distribution { name: 'left' group: 'orders' unit: 'items' count: 2 p50: 1000 p90: 2000"
      "   p99: 2000 most: 2000 }");
  EXPECT_EQ(CampaignText(campaign, Plain()),
            R"(held  pay   1 seed (7)   1 held   1 h 30 min simulated, 1 event

  measured        samples  p50    p90         p99         most
  lag             1,200    9 ms   1 min 34 s  1 min 34 s  2 min
    never agreed  1        -7 ms  1 ns        1 ns        1 ns
  left            0
    orders        2        1,000  2,000       2,000       2,000

)");
}

TEST(CampaignText, IsShortWhenAllIsWellAndQuiet) {
  const auto held = Parse<settle::CampaignResult>(
      "scenario: 'pay' asked { first: 7 last: 7 } ran: 1 expect: HELD verdict: HELD"
      " as_expected: true held: 1 events: 1 simulated_nanos: 5400000000000");
  TextStyle style;
  style.detail = Detail::kHeader;
  EXPECT_EQ(CampaignText(held, style),
            "held  pay   1 seed (7)   1 held   1 h 30 min simulated, 1 event\n");
  style.wall_nanos = 2'000'000'000;
  EXPECT_THAT(CampaignText(held, style), HasSubstr("   2.0 s (0.5 seeds/s)\n"));
}

TEST(CampaignText, TellsInBriefWhatIsLeastProven) {
  const auto held = Parse<settle::CampaignResult>(
      "scenario: 'pay' asked { first: 1 last: 2 } ran: 2 expect: HELD verdict: HELD"
      " as_expected: true held: 2 events: 1"
      " check { name: 'often' exercised: 90 } check { name: 'seldom' exercised: 3 }");
  TextStyle style;
  style.detail = Detail::kBrief;
  EXPECT_THAT(CampaignText(held, style),
              HasSubstr("  2 checks held; the least exercised: seldom, 3 times\n"));
}

TEST(CampaignText, TellsInBriefHowWhatHadToBreakBroke) {
  settle::CampaignResult campaign = AFailure();
  campaign.set_expect(settle::VIOLATED);
  campaign.set_as_expected(true);
  campaign.add_expect_violated(campaign.failure(0).finding().check());
  TextStyle style = Plain();
  style.detail = Detail::kBrief;
  const std::string text = CampaignText(campaign, style);
  EXPECT_THAT(text, HasSubstr(campaign.failure(0).finding().what()));
  EXPECT_THAT(text, HasSubstr("    again:   "));
  EXPECT_THAT(text, testing::Not(HasSubstr("fired")));
}

TEST(CampaignText, SaysThatAViolationWasExpected) {
  settle::CampaignResult campaign = AFailure();
  campaign.set_expect(settle::VIOLATED);
  campaign.set_as_expected(true);
  EXPECT_THAT(CampaignText(campaign, Plain()),
              HasSubstr("VIOLATED, as expected  retry_until_answered"));
}

TEST(CampaignText, PutsRedOnWhatProvesNothing) {
  TextStyle style = Plain();
  EXPECT_THAT(CampaignText(AFailure(), style), Not(HasSubstr("\x1b[")));
  style.color = true;
  const std::string text = CampaignText(AFailure(), style);
  EXPECT_THAT(text, HasSubstr("\x1b[1;31mFAILED\x1b[0m"));
  EXPECT_THAT(text, HasSubstr("\x1b[1;31mmatched 0 times: p.textproto:4"));
  EXPECT_THAT(text, HasSubstr("\x1b[1;31mnot exercised"));
}

TEST(CampaignText, PrintsSomeOfManyFaultsAndSaysWhereTheOthersAre) {
  settle::CampaignResult campaign = AFailure();
  settle::Failure& failure = *campaign.mutable_failure(0);
  for (int i = 0; i < 99; ++i) {
    failure.add_fault("something breaks");
    *failure.mutable_repro()->add_pin() = failure.repro().pin(0);
  }
  TextStyle style = Plain();
  style.max_faults = 12;
  const std::string text = CampaignText(campaign, style);
  EXPECT_THAT(text, HasSubstr("    100 faults fired:\n"));
  EXPECT_THAT(text, HasSubstr("      and 88 more in out/retry_until_answered/"
                              "each_key_applies_once-3f9c1a.repro.textproto\n"));
}

// A refusal for want of funds is what the company is there for.
TEST(CampaignText, CountsHowBusinessEndedAsNoFault) {
  settle::CampaignResult campaign = AFailure();
  settle::Failure& failure = *campaign.mutable_failure(0);
  failure.add_fault("the 1st outcome debit of customer2-14 on ledger is 1");
  settle::Pin& outcome = *failure.mutable_repro()->add_pin();
  outcome.set_point("outcome ledger debit customer2-14");
  outcome.set_occurrence(1);
  outcome.set_choice(settle::Pin::OUTCOME);
  outcome.set_value(1);
  settle::RuleTotal& rule = *campaign.add_rule();
  rule.set_outcome(true);
  rule.set_matched(9);
  rule.set_fired(9);
  const std::string text = CampaignText(campaign, Plain());
  EXPECT_THAT(text, HasSubstr("    1 fault fired, business ended otherwise 1 time:\n"));
  EXPECT_THAT(text, HasSubstr("\n  2 fault rules, 31 faults fired\n"));
}

TEST(CampaignText, PrintsTheLineThatMakesAFailureSmall) {
  TextStyle style = Plain();
  style.shrink = "settle shrink ";
  EXPECT_THAT(CampaignText(AFailure(), style),
              HasSubstr("\n    shrink:  settle shrink out/retry_until_answered/"
                        "each_key_applies_once-3f9c1a.repro.textproto\n"));
}

TEST(CampaignText, TellsWhatWasStillGoingOn) {
  auto busy = Parse<settle::CampaignResult>(
      "scenario: 'pay' asked { first: 1 last: 9 } ran: 9 expect: HELD verdict: INCONCLUSIVE"
      " inconclusive: 2 first_inconclusive_seed: 4 because: '2 seeds were inconclusive'");
  for (int i = 1; i <= 11; ++i) busy.add_going_on(absl::StrCat("b: notify order-", i));
  const std::string all = CampaignText(busy, TextStyle());
  EXPECT_THAT(all, HasSubstr("  2 seeds were inconclusive\n  still going on in seed 4:\n"
                             "    b: notify order-1\n    b: notify order-2\n"));
  EXPECT_THAT(all, HasSubstr("    b: notify order-11\n"));
  EXPECT_THAT(JsonLine("campaign", busy), HasSubstr("\"b: notify order-11\""));
  EXPECT_THAT(JunitXml({busy}), HasSubstr("b: notify order-10&#10;b: notify order-11"));

  busy.add_going_on("b: one too many");
  const std::string most = CampaignText(busy, TextStyle());
  EXPECT_THAT(most, HasSubstr("    b: notify order-10\n    and 2 more\n"));
  EXPECT_THAT(most, Not(HasSubstr("too many")));
}

TEST(CampaignText, SaysHowManyFailuresAreNotKept) {
  settle::CampaignResult campaign = AFailure();
  EXPECT_THAT(CampaignText(campaign, Plain()), Not(HasSubstr("other kinds")));
  for (int i = 0; i < 2; ++i) {
    settle::Failure& other = *campaign.add_failure();
    other = campaign.failure(0);
    other.clear_repro_file();
  }
  EXPECT_THAT(CampaignText(campaign, Plain()),
              HasSubstr("\n  2 more failures are of other kinds; repro files are kept of the first "
                        "1 only\n"));
}

TEST(CampaignText, TellsWhatWasNotJudgedFromWhatWasNotExercised) {
  const auto stopped = Parse<settle::CampaignResult>(
      "scenario: 'pay' asked { first: 1 last: 2 } ran: 2 expect: HELD verdict: INCONCLUSIVE"
      " inconclusive: 2 check { name: 'once' verdict: NOT_EXERCISED seeds_not_judged: 2 }");
  EXPECT_THAT(CampaignText(stopped, TextStyle()),
              HasSubstr("  not judged     once    exercised 0 times; not judged in 2, stopped at "
                        "max_events or with a damaged disk\n"));
}

TEST(RunText, TellsOneRun) {
  const auto run = Parse<settle::RunResult>(R"pb(
    scenario: "pay"
    seed: 17
    verdict: VIOLATED
    digest: 255
    events: 684
    simulated_nanos: 142000000
    check { name: "once" claim: "Once." exercised: 5 findings: 1 judged: true }
    check { name: "agree" claim: "They agree." judged: true }
    finding { check: "once" key: "k" what: "k is booked twice" at_nanos: 5000000 }
  )pb");
  EXPECT_EQ(RunText(run, TextStyle()),
            "VIOLATED  pay   seed 17   142 ms simulated, 684 events   digest 00000000000000ff\n"
            "\n"
            "  VIOLATED  once: \"Once.\"\n"
            "    k is booked twice   at 5 ms\n"
            "\n"
            "    no fault fired\n"
            "\n"
            "  not exercised  agree   exercised 0 times\n");
}

TEST(Json, IsOneLineWithItsVersionAndExactNumbers) {
  const auto run = Parse<settle::RunResult>("scenario: 'pay' seed: 18446744073709551615");
  const std::string line = JsonLine("run", run);
  EXPECT_THAT(line, ::testing::StartsWith("{\"v\":1,\"type\":\"run\",\"scenario\":\"pay\","));
  EXPECT_THAT(line, HasSubstr("\"seed\":\"18446744073709551615\""));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  EXPECT_THAT(JsonFile(run), HasSubstr("\n \"seed\": \"18446744073709551615\""));
}

TEST(Json, IsUtf8WhateverWasTyped) {
  EXPECT_EQ(JsonLine("error", {{"text", "caf\xe9"}, {"line", 7}}),
            "{\"v\":1,\"type\":\"error\",\"text\":\"caf\xef\xbf\xbd\",\"line\":7}");
}

TEST(Junit, HasACaseForEachCheckAndOneForTheExpectation) {
  settle::CampaignResult campaign = AFailure();
  campaign.mutable_failure(0)->mutable_finding()->set_what("a < b & \"c\"\x01");
  const std::string xml = JunitXml({campaign});
  EXPECT_THAT(xml,
              HasSubstr("<testsuite name=\"retry_until_answered\" tests=\"3\" failures=\"2\">"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"a &lt; b &amp; &quot;c&quot;\">"));
  EXPECT_THAT(xml, HasSubstr("<testcase name=\"acknowledged_is_durable\" "
                             "classname=\"retry_until_answered\"/>"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"expected held, got VIOLATED\">"));
}

TEST(Junit, AnExpectedViolationPasses) {
  settle::CampaignResult campaign = AFailure();
  campaign.set_expect(settle::VIOLATED);
  campaign.set_as_expected(true);
  EXPECT_THAT(JunitXml({campaign}), HasSubstr("tests=\"3\" failures=\"0\""));
}

TEST(Words, GroupDigitsAndChooseUnits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Counted(1, "seed"), "1 seed");
  EXPECT_EQ(Elapsed(142'499'999), "142 ms");
  EXPECT_EQ(Elapsed(1'561'000'000), "1.5 s");
  EXPECT_EQ(Elapsed(3'299'040'000'000'000), "38.1 days");
}

}  // namespace
}  // namespace reports
