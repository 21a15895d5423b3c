// Goal: a rule means what it says, and one that means nothing is refused at the
// line of the field at fault, with what would be right. Method: one rule a test.

#include "faults/plan.h"

#include "gtest/gtest.h"

namespace faults {
namespace {

using sim::ChoiceKind;
using sim::Millis;
using sim::PlaceKind;
using sim::Seconds;
using testing::Test;

class PlanTest : public Test {
 protected:
  Plan Compile(const std::string& text) {
    settle::FaultPlan proto;
    const Where where = ParseText("p", text, proto, problems_);
    return CompilePlan(GatherPlan(proto, where, problems_), problems_);
  }

  Rule Only(const std::string& body) {
    const Plan plan = Compile("rule { " + body + " }");
    EXPECT_EQ(ToStatus(problems_), absl::OkStatus());
    return plan.rules.size() == 1 ? plan.rules[0] : Rule();
  }

  // The errors of a rule with this body, which stands on line 2.
  std::string ErrorOf(const std::string& body) {
    problems_.clear();
    EXPECT_TRUE(Compile("\nrule { " + body + " }").rules.empty());
    return std::string(ToStatus(problems_).message());
  }

  Diagnostics problems_;
};

TEST_F(PlanTest, QuantisesAmounts) {
  const Rule rule =
      Only(R"(message { leg: REPLY } delay { min: "200ms" max: "800ms" } one_in: 10)");
  EXPECT_EQ(rule.fault, ChoiceKind::kLate);
  EXPECT_EQ(rule.leg, sim::Leg::kReply);
  EXPECT_EQ(rule.amounts,
            (std::vector<int64_t>{Millis(200), Millis(400), Millis(600), Millis(800)}));
  EXPECT_EQ(rule.one_in, 10u);
}

TEST_F(PlanTest, TakesQuartersWithoutAMinimum) {
  EXPECT_EQ(Only(R"(link {} partition { max: "8s" } one_in: 10)").amounts,
            (std::vector<int64_t>{Seconds(2), Seconds(4), Seconds(6), Seconds(8)}));
}

TEST_F(PlanTest, MovesClocksEitherWayOrOne) {
  const Rule rule = Only(R"(clock { node: "b" at: MINUTE } jump { max: "8s" } one_in: 1)");
  EXPECT_EQ(rule.place, PlaceKind::kTick);
  EXPECT_EQ(rule.fault, ChoiceKind::kJump);
  EXPECT_EQ(rule.amounts, (std::vector<int64_t>{-Seconds(8), -Seconds(4), Seconds(4), Seconds(8)}));
  EXPECT_EQ(Only(R"(clock { at: MINUTE } slew { max: "8s" way: FORWARD } one_in: 1)").amounts,
            (std::vector<int64_t>{Seconds(4), Seconds(8)}));
  EXPECT_EQ(Only(R"(clock { at: BOOT } jump { max: "8s" way: BACK } one_in: 1)").amounts,
            (std::vector<int64_t>{-Seconds(8), -Seconds(4)}));
  EXPECT_EQ(Only("clock {} drift { max_ppm: 200 } one_in: 1").amounts,
            (std::vector<int64_t>{-200, -100, 100, 200}));
}

TEST_F(PlanTest, RefusesFaultsOfTheMonotonicClock) {
  EXPECT_EQ(ErrorOf(R"(clock { at: MINUTE which: MONOTONIC } jump { max: "8s" } one_in: 1)"),
            "p:2:27: error: the monotonic clock is never set and never steps, so no fault can be "
            "of it; leave `which` out for the wall clock, or let the process pause {}");
}

TEST_F(PlanTest, RefusesFaultsOfClocksAtTheWrongTime) {
  EXPECT_EQ(ErrorOf(R"(clock {} jump { max: "8s" } one_in: 1)"),
            "p:2:17: error: jump cannot happen to a clock at START; it needs a clock at MINUTE or "
            "BOOT");
  EXPECT_EQ(ErrorOf(R"(clock { at: BOOT } skew { max: "8s" } one_in: 1)"),
            "p:2:27: error: skew cannot happen to a clock at BOOT; it needs a clock at START");
  EXPECT_EQ(ErrorOf("clock {} drift { max_ppm: 5000 } one_in: 1"),
            "p:2:25: error: max_ppm is 5000; a bad crystal has 100, and more than 1000 is no "
            "clock");
  EXPECT_EQ(ErrorOf(R"(clock {} pause { for: "8s" } one_in: 1)"),
            "p:2:17: error: pause cannot happen to a clock at START; it needs a process");
}

TEST_F(PlanTest, TakesOneAmountAsItIs) {
  const Rule rule =
      Only(R"(disk { node: "b" } crash { down_for: "50ms" disk: KEEP_ALL } one_in: 1)");
  EXPECT_EQ(rule.place, PlaceKind::kSync);
  EXPECT_EQ(rule.node, "b");
  EXPECT_EQ(rule.disk, sim::DiskFate::kKeepAll);
  EXPECT_EQ(rule.amounts, (std::vector<int64_t>{Millis(50)}));
}

TEST_F(PlanTest, SkewsBothWays) {
  EXPECT_EQ(Only(R"(clock {} skew { max: "4s" } one_in: 2)").amounts,
            (std::vector<int64_t>{-Seconds(4), -Seconds(2), Seconds(2), Seconds(4)}));
}

TEST_F(PlanTest, KnowsThatOnlyRequestsAreRefused) {
  EXPECT_EQ(Only("message {} refuse {} one_in: 3").leg, sim::Leg::kRequest);
}

TEST_F(PlanTest, ReadsLimits) {
  const Rule rule = Only(R"(step { name: "ab.A.insert.after" } crash { down_for: "0s" } one_in: 3
                            at_most: 2 during { from: "1s" to: "20s" } must_match: true)");
  EXPECT_EQ(rule.method, "ab.A.insert.after");
  EXPECT_EQ(rule.at_most, 2u);
  EXPECT_EQ(rule.from, Seconds(1));
  EXPECT_EQ(rule.to, Seconds(20));
  EXPECT_TRUE(rule.must_match);
}

TEST_F(PlanTest, MatchesByWhatIsNamed) {
  const Rule rule = Only(R"(message { from: "a" method: "x.Y" nth: 2 } drop {} one_in: 1)");
  sim::Place place;
  place.leg = sim::Leg::kReply;
  place.node = "a";
  place.peer = "b";
  place.method = "x.Y";
  place.key = "order-7";
  EXPECT_TRUE(Matches(rule, place, 2));
  EXPECT_FALSE(Matches(rule, place, 1));
  place.method = "x.Z";
  EXPECT_FALSE(Matches(rule, place, 2));
  place.method = "x.Y";
  place.node = "b";
  EXPECT_FALSE(Matches(rule, place, 2));
}

TEST_F(PlanTest, MatchesALinkOfBothWaysFromEitherEnd) {
  const Rule rule =
      Only(R"(link { from: "a" to: "b" both: true } partition { for: "9s" } one_in: 1)");
  sim::Place place;
  place.kind = PlaceKind::kLink;
  place.both_ways = true;
  place.node = "b";
  place.peer = "a";
  EXPECT_TRUE(Matches(rule, place, 0));
  place.both_ways = false;
  EXPECT_FALSE(Matches(rule, place, 0));
}

TEST_F(PlanTest, ASlowPairIsSoMuchSlowerForSoLong) {
  const Rule rule = Only(R"(link {} slow_pair { min: "1s" max: "4s" for: "10m" } one_in: 9)");
  EXPECT_EQ(rule.fault, ChoiceKind::kSlowPair);
  EXPECT_EQ(rule.amounts, (std::vector<int64_t>{Seconds(1), Seconds(2), Seconds(3), Seconds(4)}));
  EXPECT_EQ(rule.lasts, sim::Minutes(10));
  EXPECT_EQ(ErrorOf(R"(link {} slow_pair { max: "4s" } one_in: 9)"),
            "p:2:16: error: for is missing; write for instance for: \"10m\"");
}

TEST_F(PlanTest, AClogIsOfALink) {
  EXPECT_EQ(Only(R"(link {} clog { max: "8s" } one_in: 10)").amounts,
            (std::vector<int64_t>{Seconds(2), Seconds(4), Seconds(6), Seconds(8)}));
  EXPECT_EQ(ErrorOf(R"(message {} clog { for: "8s" } one_in: 10)"),
            "p:2:19: error: clog cannot happen to a message; it needs a link");
}

TEST_F(PlanTest, PinsTurnRulesOff) {
  sim::Pin pin;
  pin.point = "clock a";
  const Plan plan = Pinned({pin});
  EXPECT_TRUE(plan.rules.empty());
  ASSERT_EQ(plan.pins.size(), 1u);
  EXPECT_EQ(plan.pins[0].pin, pin);
}

TEST_F(PlanTest, RefusesWhatFilesDoNotDo) {
  EXPECT_EQ(ErrorOf("file {} stray {} one_in: 3"),
            "p:2:16: error: stray cannot happen to a file at WHOLE; it needs a file at LINE");
  EXPECT_EQ(
      ErrorOf("file { at: LINE } duplicate {} one_in: 3"),
      "p:2:26: error: duplicate cannot happen to a file at LINE; it needs a message or a file "
      "at WHOLE");
  EXPECT_EQ(ErrorOf("file { at: LINE } misstated {} one_in: 3"),
            "p:2:26: error: what is missing; write what: AMOUNT_MORE, AMOUNT_LESS, FEE or STATUS");
}

TEST_F(PlanTest, RefusesHalfRules) {
  EXPECT_EQ(ErrorOf("drop {} one_in: 3"),
            "p:2:1: error: this rule has no place; begin it with message {}, link {}, process {}, "
            "disk {}, step {}, outcome {}, clock {}, connection {}, statement {}, cache {}, "
            "broker {}, file {}, ingress {}, callback {} or person {}");
  EXPECT_EQ(ErrorOf("message {} one_in: 3"),
            "p:2:1: error: this rule has no fault; give it one of drop {}, duplicate {}, delay {}, "
            "overtaken {}, refuse {}, crash {}, partition {}, clog {}, slow_pair {}, result {}, "
            "skew {}, io_error {}, "
            "disk_full {}, bad_sector {}, misdirected {}, lost_sync {}, lost_before_commit {}, "
            "lost_after_commit {}, deadlock {}, lock_timeout {}, replica_lag {}, jump {}, drift "
            "{}, slew {}, pause {}, slow {}, expire {}, evict {}, fail_over {}, lost_ack {}, "
            "reorder {}, rebalance {}, unavailable {}, misstated {}, stray {}, truncated {}, "
            "corrected {}, accepts_then_fails {}, system_error {}, not_found {}, "
            "callback_first {}, callback_never {}, callback_twice {}, double_click {}, "
            "abandoned {}, pays_late {} or two_channels {}");
  EXPECT_EQ(ErrorOf("message {} drop {}"),
            "p:2:1: error: one_in is 0 or missing; write one_in: 30 for one time in thirty, "
            "one_in: 1 for always");
  EXPECT_EQ(ErrorOf("message {} drop {} one_in: 0"),
            "p:2:27: error: one_in is 0 or missing; write one_in: 30 for one time in thirty, "
            "one_in: 1 for always");
}

TEST_F(PlanTest, RefusesFaultsThatInfrastructureDoesNotHaveThere) {
  EXPECT_EQ(ErrorOf("cache {} lost_ack {} one_in: 3"),
            "p:2:17: error: lost_ack cannot happen to a cache; it needs a broker at ACK");
  EXPECT_EQ(ErrorOf("broker {} lost_ack {} one_in: 3"),
            "p:2:18: error: lost_ack cannot happen to a broker at DELIVER; it needs a broker at "
            "ACK");
  EXPECT_EQ(ErrorOf("broker { at: ACK } unavailable { for: \"1s\" } one_in: 3"),
            "p:2:27: error: unavailable cannot happen to a broker at ACK; it needs a broker at "
            "PUBLISH or DELIVER");
  EXPECT_EQ(ErrorOf("message {} evict {} one_in: 3"),
            "p:2:19: error: evict cannot happen to a message; it needs a cache");
}

TEST_F(PlanTest, RefusesFaultsThatCannotHappenThere) {
  EXPECT_EQ(
      ErrorOf(R"(message {} crash { down_for: "1s" } one_in: 3)"),
      "p:2:19: error: crash cannot happen to a message; it needs a process, a disk at SYNC or a "
      "step");
  EXPECT_EQ(ErrorOf("disk { at: SYNC } bad_sector {} one_in: 3"),
            "p:2:26: error: bad_sector cannot happen to a disk at SYNC; it needs a disk at WRITE");
  EXPECT_EQ(ErrorOf("disk { at: READ } lost_sync {} one_in: 3"),
            "p:2:26: error: lost_sync cannot happen to a disk at READ; it needs a disk at SYNC");
  EXPECT_EQ(ErrorOf("process {} io_error {} one_in: 3"),
            "p:2:19: error: io_error cannot happen to a process; it needs a disk");
  EXPECT_EQ(ErrorOf(R"(message { leg: REPLY } overtaken { by: "x.Y" at_most: "1s" } one_in: 3)"),
            "p:2:31: error: overtaken cannot happen to a reply; it needs a message whose leg is "
            "REQUEST");
  EXPECT_EQ(
      ErrorOf("outcome {} drop {} one_in: 3"),
      "p:2:19: error: drop cannot happen to an outcome; it needs a message or a file at LINE");
}

TEST_F(PlanTest, RefusesAmountsThatMakeNoSense) {
  EXPECT_EQ(ErrorOf(R"(message {} delay { min: "2s" max: "1s" } one_in: 3)"),
            "p:2:27: error: min \"2s\" is more than max \"1s\"");
  EXPECT_EQ(ErrorOf(R"(message {} delay { min: "0s" max: "1s" } one_in: 3)"),
            "p:2:27: error: min is 0, which is no fault; leave it out for a quarter of max");
  EXPECT_EQ(ErrorOf("message {} delay {} one_in: 3"),
            "p:2:19: error: max is missing; write min and max, as in min: \"200ms\" max: "
            "\"900ms\"");
  EXPECT_EQ(ErrorOf(R"(message {} delay { max: "1" } one_in: 3)"),
            "p:2:27: error: \"1\" is not a duration; write a number with its unit, as in "
            "\"250ms\", \"10m\" or \"2h\"");
  EXPECT_EQ(ErrorOf(R"(process {} crash { down_for: "1s" max: "2s" } one_in: 3)"),
            "p:2:42: error: write either down_for or min and max, not both");
  EXPECT_EQ(ErrorOf("process {} crash {} one_in: 3"),
            "p:2:19: error: max is missing; write min and max, as in min: \"200ms\" max: "
            "\"900ms\", or down_for: \"900ms\"");
  EXPECT_EQ(ErrorOf(R"(disk { at: WRITE } disk_full { for: "0s" } one_in: 3)"),
            "p:2:39: error: for is 0, which is no fault");
  EXPECT_EQ(ErrorOf("outcome {} result {} one_in: 3"),
            "p:2:19: error: value is 0 or missing; 0 would be success, so write value: 1 or more");
}

TEST_F(PlanTest, RefusesEmptyWindows) {
  EXPECT_EQ(ErrorOf(R"(message {} drop {} one_in: 3 during { from: "2s" to: "2s" })"),
            "p:2:37: error: this window is empty: it ends at \"2s\", and not after its start at "
            "\"2s\"");
}

TEST_F(PlanTest, RefusesALinkOfOneNode) {
  EXPECT_EQ(ErrorOf(R"(link { from: "a" to: "a" } partition { for: "1s" } one_in: 3)"),
            "p:2:25: error: a link joins two nodes, but this one goes from \"a\" to itself");
}

TEST_F(PlanTest, ReportsAllErrorsOfAPlan) {
  Compile("rule {}\npin {}");
  EXPECT_EQ(problems_.size(), 4u);
}

}  // namespace
}  // namespace faults
