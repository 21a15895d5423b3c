// Goal: rules strike where, when and as often as they say, pins exactly there,
// and both are counted. Method: scripted plans (no swarm), asked through Choices.

#include "faults/adversary.h"

#include "gtest/gtest.h"

namespace faults {
namespace {

using sim::ChoiceKind;

class AdversaryTest : public testing::Test {
 protected:
  void Use(const std::string& text) {
    settle::FaultPlan proto;
    Diagnostics problems;
    const Where where = ParseText("p", text, proto, problems);
    plan_ = CompilePlan(GatherPlan(proto, where, problems), problems);
    ASSERT_EQ(ToStatus(problems), absl::OkStatus());
    plan_.swarm = false;
    Restart();
  }

  void Restart() {
    choices_.reset();
    adversary_ = std::make_unique<PlanAdversary>(/*seed=*/1, plan_);
    choices_ = std::make_unique<sim::Choices>(/*seed=*/1, adversary_.get());
  }

  // The next message of order-7 from a to b.
  sim::Choice Send(sim::Leg leg, sim::Nanos now) {
    sim::Place place;
    place.leg = leg;
    place.node = "a";
    place.peer = "b";
    place.method = "exchange.Submit";
    place.key = "order-7";
    return choices_->Fault(place, now);
  }
  sim::Choice Request(sim::Nanos now = 0) { return Send(sim::Leg::kRequest, now); }
  sim::Choice Reply(sim::Nanos now = 0) { return Send(sim::Leg::kReply, now); }

  Plan plan_;
  std::unique_ptr<PlanAdversary> adversary_;
  std::unique_ptr<sim::Choices> choices_;
};

TEST_F(AdversaryTest, AsksOnlyWhereARuleOrPinSpeaks) {
  Use(R"(rule { disk {} crash { down_for: "1s" } one_in: 2 }
         pin { point: "clock a" occurrence: 1 choice: SKEW by: "1s" })");
  EXPECT_TRUE(choices_->Asks(sim::PlaceKind::kSync));
  EXPECT_TRUE(choices_->Asks(sim::PlaceKind::kClock));
  EXPECT_FALSE(choices_->Asks(sim::PlaceKind::kMessage));
}

TEST_F(AdversaryTest, KnowsTheLongestLagOfAReplica) {
  Use(R"(rule { statement { at: REPLICA } replica_lag { min: "1s" max: "10m" } one_in: 2 }
         rule { statement { at: REPLICA } replica_lag { max: "1m" } one_in: 2 })");
  EXPECT_EQ(choices_->LongestReplicaLag(), sim::Minutes(10));
  Use(R"(rule { statement { at: REPLICA } replica_lag { max: "1m" } one_in: 2 }
         pin { point: "replica b>books boot" occurrence: 1 choice: REPLICA_LAG by: "1h" })");
  EXPECT_EQ(choices_->LongestReplicaLag(), sim::Hours(1));
  Use("rule { message { leg: REPLY } drop {} one_in: 1 }");
  EXPECT_EQ(choices_->LongestReplicaLag(), 0);
}

TEST_F(AdversaryTest, StrikesAlwaysWithOneInOne) {
  Use("rule { message { leg: REPLY } drop {} one_in: 1 }");
  EXPECT_EQ(Reply().kind, ChoiceKind::kDrop);
  EXPECT_EQ(Reply().kind, ChoiceKind::kDrop);
  EXPECT_FALSE(Request());
}

TEST_F(AdversaryTest, StrikesAtMostSoOften) {
  Use(R"(rule { message {} drop {} one_in: 1 at_most: 2 }
         rule { message {} delay { max: "1s" } one_in: 1 at_most: 1 })");
  EXPECT_EQ(Request().kind, ChoiceKind::kDrop);
  EXPECT_EQ(Request().kind, ChoiceKind::kDrop);
  EXPECT_EQ(Request().kind, ChoiceKind::kLate);
  EXPECT_FALSE(Request());
}

TEST_F(AdversaryTest, StrikesInItsWindowOnly) {
  Use(R"(rule { message {} drop {} one_in: 1 during { from: "1s" to: "2s" } })");
  EXPECT_FALSE(Request(sim::Seconds(1) - 1));
  EXPECT_TRUE(Request(sim::Seconds(1)));
  EXPECT_FALSE(Request(sim::Seconds(2)));
}

TEST_F(AdversaryTest, StrikesTheNthOnly) {
  Use("rule { message { leg: REPLY nth: 2 } drop {} one_in: 1 }");
  EXPECT_FALSE(Reply());
  EXPECT_TRUE(Reply());
  EXPECT_FALSE(Reply());
}

TEST_F(AdversaryTest, CarriesWhatTheRuleSays) {
  Use(R"(rule { message {} overtaken { by: "exchange.Reverse" at_most: "10m" } one_in: 1 })");
  const sim::Choice choice = Request();
  EXPECT_EQ(choice.kind, ChoiceKind::kOvertaken);
  EXPECT_EQ(choice.by, "exchange.Reverse");
  EXPECT_EQ(choice.amount, sim::Minutes(10));
}

TEST_F(AdversaryTest, UsesEveryAlternative) {
  Use(R"(rule { message {} delay { min: "1s" max: "4s" } one_in: 1 })");
  std::map<int64_t, int> seen;
  for (int i = 0; i < 1000; ++i) ++seen[Request().amount];
  ASSERT_EQ(seen.size(), 4u);
  for (const auto& [amount, times] : seen) EXPECT_NEAR(times, 250, 60);
}

TEST_F(AdversaryTest, PinsStrikeExactlyThereAndBeforeRules) {
  Use(R"(rule { message {} drop {} one_in: 1 }
         pin { point: "reply exchange.Submit a<b order-7" occurrence: 2 choice: LATE by: "900ms" })");
  EXPECT_EQ(Reply().kind, ChoiceKind::kDrop);
  const sim::Choice late = Reply();
  EXPECT_EQ(late.kind, ChoiceKind::kLate);
  EXPECT_EQ(late.amount, sim::Millis(900));
  EXPECT_EQ(Reply().kind, ChoiceKind::kDrop);
}

TEST_F(AdversaryTest, TellsWhichPinsWereNotReached) {
  Use(R"(pin { point: "reply exchange.Submit a<b order-7" occurrence: 1 choice: DROP }
         pin { point: "reply exchange.Submit a<b order-8" occurrence: 1 choice: DROP })");
  Reply();
  const std::vector<sim::Pin> unreached = adversary_->Unreached();
  ASSERT_EQ(unreached.size(), 1u);
  EXPECT_EQ(unreached[0].point, "reply exchange.Submit a<b order-8");
}

TEST_F(AdversaryTest, CountsByRule) {
  Use(R"(rule { message { method: "exchange.Submit" leg: REPLY } drop {} one_in: 1 at_most: 1 }
         rule { message { method: "exchange.Query" } drop {} one_in: 1 })");
  Reply();
  Reply();
  Request();
  const auto counts = adversary_->counts();
  EXPECT_TRUE(counts[0].on);
  EXPECT_EQ(counts[0].matched, 2u);
  EXPECT_EQ(counts[0].fired, 1u);
  EXPECT_TRUE(counts[1].on);
  EXPECT_EQ(counts[1].matched, 0u);
}

TEST_F(AdversaryTest, PassesOverWhatDoesNotApply) {
  Use(R"(rule { message {} drop {} one_in: 1 }
         pin { point: "clock ledger" occurrence: 1 choice: SKEW by: "1s" })");
  plan_.rules[0].does_not_apply = "because";
  plan_.pins[0].does_not_apply = "because";
  Restart();
  EXPECT_EQ(adversary_->interests(), 0u);
  EXPECT_FALSE(adversary_->counts()[0].on);
  EXPECT_TRUE(adversary_->Unreached().empty());
}

TEST_F(AdversaryTest, LeavesOutAFamilyInSomeSeeds) {
  Use(R"(rule { message {} drop {} one_in: 20 }
         rule { disk {} crash { down_for: "1s" } one_in: 20 })");
  plan_.swarm = true;
  std::map<uint32_t, int> seen;
  for (uint64_t seed = 0; seed < 100; ++seed) ++seen[PlanAdversary(seed, plan_).interests()];
  EXPECT_EQ(seen.size(), 3u) << "drops only, crashes only, both";
}

}  // namespace
}  // namespace faults
