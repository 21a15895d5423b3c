// Goal: a rule that could never fire is noticed before the run. Method: a world
// of two companies and a client, and one rule a line.

#include "faults/lint.h"

#include "gtest/gtest.h"

namespace faults {
namespace {

Vocabulary World() {
  Vocabulary world;
  world.nodes["a"].organisation = "shop";
  world.nodes["a"].methods = {"exchange.Pay", "exchange.Notify"};
  world.nodes["a"].tasks = {"query_pending"};
  world.nodes["a"].calls = {{"b", {"exchange.Submit", "exchange.Reverse"}}};
  world.nodes["b"].organisation = "bank";
  world.nodes["b"].methods = {"exchange.Submit", "exchange.Reverse"};
  world.nodes["b"].outcomes = {"settle"};
  world.nodes["b"].last_value = {{"settle", 2}};
  world.nodes["b"].files = {"statement"};
  world.nodes["b"].calls = {{"a", {"exchange.Notify"}}};
  world.nodes["a"].steps = {"ab.A.insert.after"};
  world.nodes["b"].database = true;
  world.nodes["client1"].client = true;
  world.nodes["client1"].calls = {{"a", {"exchange.Pay"}}};
  world.steps = {"ab.A.insert.after"};
  world.heal_after = sim::Minutes(10);
  return world;
}

class LintTest : public testing::Test {
 protected:
  // Lints a plan that begins on line 1; `included` as if by another.
  Plan Checked(const std::string& text, bool included) {
    problems_.clear();
    settle::FaultPlan proto;
    const Where where = ParseText("p", text, proto, problems_);
    PlanText gathered = GatherPlan(proto, where, problems_);
    for (RuleText& rule : gathered.rules) rule.included = included;
    for (PinInText& pin : gathered.pins) pin.included = included;
    Plan plan = CompilePlan(gathered, problems_);
    Lint(world_, plan, problems_);
    return plan;
  }

  std::string ErrorOf(const std::string& text) {
    Checked(text, false);
    return std::string(ToStatus(problems_).message());
  }

  Vocabulary world_ = World();
  Diagnostics problems_;
};

TEST_F(LintTest, KnowsCachesAndBrokers) {
  world_.nodes["c"].organisation = "shop";
  world_.nodes["c"].methods = {"cache.Get", "cache.Set"};
  world_.nodes["c"].places = {sim::PlaceKind::kCache};
  EXPECT_EQ(ErrorOf(R"(
    rule { cache {} evict {} one_in: 3 }
    rule { cache { node: "c" method: "cache.Get" key: "k" } expire {} one_in: 3 }
    pin { point: "cache c cache.Get k" occurrence: 1 choice: EVICT }
  )"),
            "");
  EXPECT_EQ(ErrorOf(R"(rule { cache { node: "a" } evict {} one_in: 3 })"),
            "p:1:16: error: \"a\" is no cache; there is: c");
  EXPECT_EQ(ErrorOf(R"(rule { cache { node: "d" } evict {} one_in: 3 })"),
            "p:1:16: error: there is no node \"d\"; known: a, b, c, client1");
  EXPECT_EQ(ErrorOf(R"(rule { cache { node: "c" method: "cache.Got" } evict {} one_in: 3 })"),
            "p:1:26: error: \"c\" has no method \"cache.Got\"; did you mean \"cache.Get\"?");
  EXPECT_EQ(ErrorOf("rule { broker {} rebalance {} one_in: 3 }"),
            "p:1:8: error: no node here is a broker");
  EXPECT_EQ(ErrorOf(R"(pin { point: "ack a payments k" occurrence: 1 choice: LOST_ACK })"),
            "p:1:7: error: \"a\" is no broker");
}

TEST_F(LintTest, AcceptsWhatTheWorldHas) {
  EXPECT_EQ(ErrorOf(R"(
    rule { message { from: "a" to: "b" method: "exchange.Submit" } drop {} one_in: 3 }
    rule { message { method: "exchange.Submit" } overtaken { by: "exchange.Reverse" at_most: "1s" } one_in: 3 }
    rule { link { from: "a" to: "b" } partition { for: "9s" } one_in: 3 }
    rule { process { node: "a" task: "query_pending" } crash { down_for: "1s" } one_in: 3 }
    rule { process { task: "exchange.Submit" } crash { down_for: "1s" } one_in: 3 }
    rule { step { name: "ab.A.insert.after" } crash { down_for: "1s" } one_in: 3 }
    rule { outcome { node: "b" name: "settle" } result { value: 1 } one_in: 3 }
    rule { clock {} skew { max: "1s" } one_in: 3 }
    rule { file { node: "b" kind: "statement" at: LINE } stray {} one_in: 3 }
    pin { point: "file b statement 2026-01-05" occurrence: 1 choice: LATE by: "3h" }
    rule { message {} drop {} one_in: 3 during { from: "9m" to: "20m" } }
    pin { point: "reply exchange.Submit a<b order-7" occurrence: 1 choice: DROP }
    pin { point: "fsync b recovery" occurrence: 1 choice: CRASH down_for: "1s" }
    pin { point: "crash b boot" occurrence: 1 choice: CRASH down_for: "1s" }
    pin { point: "request exchange.Submit a>b k" occurrence: 1 choice: OVERTAKEN
          by: "exchange.Reverse" at_most: "1s" }
    pin { point: "outcome b settle k" occurrence: 1 choice: OUTCOME value: 2 }
    pin { point: "step a ab.A.insert.after order-7" occurrence: 1 choice: CRASH down_for: "1s" }
  )"),
            "");
}

TEST_F(LintTest, KnowsWhoSharesADatabase) {
  EXPECT_EQ(ErrorOf("rule { connection {} lost_after_commit {} one_in: 3 }"),
            "p:1:8: error: no database is shared here, so no connection can break");
}

TEST_F(LintTest, KnowsWhoHasStatementsOnWhichDatabase) {
  EXPECT_EQ(ErrorOf(R"(rule { statement { database: "b" task: "exchange.Submit" } deadlock {}
                              one_in: 3 })"),
            "");
  EXPECT_EQ(ErrorOf(R"(pin { point: "lock b>b exchange.Submit k" occurrence: 1
                             choice: LOCK_TIMEOUT for: "5s" })"),
            "");
  EXPECT_EQ(ErrorOf(R"(rule { statement { node: "a" } deadlock {} one_in: 3 })"),
            "p:1:20: error: \"a\" uses no database");
  EXPECT_EQ(ErrorOf(R"(rule { statement { database: "bb" } deadlock {} one_in: 3 })"),
            "p:1:20: error: nobody uses a database \"bb\"; known: b");
  EXPECT_EQ(ErrorOf(R"(rule { statement { task: "sleep" } deadlock {} one_in: 3 })").substr(0, 40),
            "p:1:20: error: no node has a task \"sleep");
  EXPECT_EQ(ErrorOf(R"(rule { statement { node: "b" at: REPLICA } replica_lag { max: "5s" }
                              one_in: 3 })"),
            "p:1:20: error: \"b\" reads no replica");
  EXPECT_EQ(ErrorOf(R"(pin { point: "replica b>b exchange.Query k" occurrence: 1
                             choice: REPLICA_LAG by: "5s" })"),
            "p:1:7: error: \"b\" reads no replica of \"b\"");
}

TEST_F(LintTest, KnowsWhoLeavesFiles) {
  EXPECT_EQ(ErrorOf(R"(rule { file { node: "a" } delay { max: "3h" } one_in: 3 })"),
            "p:1:8: error: \"a\" leaves no files for others");
  EXPECT_EQ(
      ErrorOf(R"(rule { file { node: "b" kind: "statment" } delay { max: "3h" } one_in: 3 })"),
      "p:1:25: error: \"b\" has no kind of file \"statment\"; did you mean \"statement\"?");
  EXPECT_EQ(ErrorOf(R"(pin { point: "line a statement k" occurrence: 1 choice: DROP })"),
            "p:1:7: error: \"a\" leaves no files for others");
}

TEST_F(LintTest, KnowsWhoseDiskHasWork) {
  EXPECT_EQ(ErrorOf(R"(rule { disk { node: "a" at: WRITE } io_error {} one_in: 3 })"),
            "p:1:15: error: \"a\" has no database, so its disk has nothing to do; these "
            "have: b");
  EXPECT_EQ(ErrorOf(R"(pin { point: "read a boot" occurrence: 1 choice: IO_ERROR })"),
            "p:1:7: error: \"a\" has no database, so its disk has nothing to do; these "
            "have: b");
  EXPECT_EQ(ErrorOf(R"(rule { disk { node: "client1" } io_error {} one_in: 3 })"),
            "p:1:15: error: \"client1\" is a client of the workload, which never crashes");
}

TEST_F(LintTest, KnowsWhoCallsWhom) {
  EXPECT_EQ(
      ErrorOf(
          R"(rule { message { from: "client1" method: "exchange.Submit" } drop {} one_in: 3 })"),
      "p:1:8: error: \"client1\" never calls \"exchange.Submit\"; it calls a");
  EXPECT_EQ(ErrorOf(R"(rule { message { from: "client1" to: "b" } drop {} one_in: 3 })"),
            "p:1:8: error: \"client1\" never calls \"b\"; it calls a");
  EXPECT_EQ(
      ErrorOf(R"(rule { link { from: "client1" to: "b" } partition { for: "9s" } one_in: 3 })"),
      "p:1:8: error: \"client1\" and \"b\" never talk");
  EXPECT_EQ(
      ErrorOf(
          R"(pin { point: "request exchange.Submit client1>b order-7" occurrence: 1 choice: DROP })"),
      "p:1:7: error: \"client1\" never calls \"exchange.Submit\" of \"b\"; it calls a");
  // It is wired to `a`, but this method is for others.
  EXPECT_EQ(
      ErrorOf(
          R"(rule { message { from: "client1" method: "exchange.Notify" } drop {} one_in: 3 })"),
      "p:1:8: error: \"client1\" never calls \"exchange.Notify\"; it calls a");
  // A callee answers its caller, so both directions of a link are in use.
  EXPECT_EQ(
      ErrorOf(R"(rule { link { from: "a" to: "client1" } partition { for: "9s" } one_in: 3 })"),
      "");
  EXPECT_EQ(ErrorOf(R"(rule { message { from: "client1" leg: REPLY } drop {} one_in: 3 })"), "");
}

TEST_F(LintTest, PassesOverAnIncludedRuleThatNoWireServes) {
  const Plan plan =
      Checked(R"(rule { message { from: "client1" to: "b" } drop {} one_in: 3 })", true);
  EXPECT_TRUE(problems_.empty());
  EXPECT_EQ(plan.rules[0].does_not_apply, "\"client1\" never calls \"b\"; it calls a");
}

TEST_F(LintTest, SuggestsNames) {
  EXPECT_EQ(
      ErrorOf(R"(rule { message { from: "c" method: "exchange.Submitt" } drop {} one_in: 3 })"),
      "p:1:18: error: there is no node \"c\"; known: a, b, client1\n"
      "p:1:28: error: no node serves \"exchange.Submitt\"; did you mean "
      "\"exchange.Submit\"?");
  EXPECT_EQ(
      ErrorOf(R"(rule { step { name: "ab.A.insert.before" } crash { down_for: "1s" } one_in: 3 })"),
      "p:1:15: error: there is no step \"ab.A.insert.before\"; did you mean "
      "\"ab.A.insert.after\"?");
  EXPECT_EQ(ErrorOf(R"(rule { outcome { name: "setle" } result { value: 1 } one_in: 3 })"),
            "p:1:18: error: no node has an outcome \"setle\"; did you mean \"settle\"?");
  EXPECT_EQ(
      ErrorOf(R"(rule { process { node: "a" task: "query" } crash { down_for: "1s" } one_in: 3 })"),
      "p:1:28: error: \"a\" has no task \"query\"; known: exchange.Notify, exchange.Pay, "
      "query_pending");
}

TEST_F(LintTest, KnowsTheValuesOfOutcomes) {
  EXPECT_EQ(ErrorOf(R"(rule { outcome { name: "settle" } result { value: 2 } one_in: 3 })"), "");
  EXPECT_EQ(ErrorOf(R"(rule { outcome { name: "settle" } result { value: 3 } one_in: 3 })"),
            "p:1:35: error: outcome \"settle\" has no value 3; its values are 1 to 2");
}

TEST_F(LintTest, TellsOrganisationsFromNodes) {
  EXPECT_EQ(ErrorOf(R"(rule { link { from: "bank" } partition { for: "9s" } one_in: 3 })"),
            "p:1:15: error: \"bank\" is an organisation; name one of its nodes: b");
}

TEST_F(LintTest, KnowsWhoServesWhat) {
  EXPECT_EQ(ErrorOf(R"(rule { message { to: "a" method: "exchange.Submit" } drop {} one_in: 3 })"),
            "p:1:26: error: \"a\" does not serve \"exchange.Submit\"; b does");
  EXPECT_EQ(ErrorOf(R"(rule { message { to: "client1" leg: REPLY } drop {} one_in: 3 })"),
            "p:1:18: error: \"client1\" serves no method, so nothing is sent to it; `to` is the "
            "callee, also of a reply");
}

TEST_F(LintTest, KnowsWhatCanMeet) {
  EXPECT_EQ(ErrorOf(R"(rule { message { method: "exchange.Submit" }
                              overtaken { by: "exchange.Notify" at_most: "1s" } one_in: 3 })"),
            "p:2:43: error: \"exchange.Notify\" can never overtake \"exchange.Submit\": no node "
            "calls both of one other");
  // Both arrive at `a`, but from different nodes.
  EXPECT_EQ(ErrorOf(R"(rule { message { method: "exchange.Pay" }
                              overtaken { by: "exchange.Notify" at_most: "1s" } one_in: 3 })"),
            "p:2:43: error: \"exchange.Notify\" can never overtake \"exchange.Pay\": no node "
            "calls both of one other");
  EXPECT_EQ(
      ErrorOf(
          R"(rule { message { to: "b" } overtaken { by: "exchange.Notify" at_most: "1s" } one_in: 3 })"),
      "p:1:40: error: \"b\" does not serve \"exchange.Notify\"; a does");
}

TEST_F(LintTest, SparesClients) {
  EXPECT_EQ(ErrorOf(R"(rule { process { node: "client1" } crash { down_for: "1s" } one_in: 3 })"),
            "p:1:18: error: \"client1\" is a client of the workload, which never crashes");
}

TEST_F(LintTest, RefusesWindowsAfterTheHeal) {
  EXPECT_EQ(ErrorOf(R"(rule { message {} drop {} one_in: 3 during { from: "10m" } })"),
            "p:1:37: error: this window begins at 10 min, but faults end at 10 min, when the world "
            "heals");
}

TEST_F(LintTest, ReadsPinsToo) {
  EXPECT_EQ(
      ErrorOf(R"(pin { point: "reply exchange.Submit a<a order-7" occurrence: 1 choice: DROP })"),
      "p:1:7: error: \"a\" does not serve \"exchange.Submit\"; b does");
}

TEST_F(LintTest, SetsClocksAtTheStartOnly) {
  EXPECT_EQ(
      ErrorOf(R"(rule { clock {} skew { max: "1s" } one_in: 3 during { from: "1m" to: "2m" } })"),
      "p:1:46: error: clocks are set when the run begins, before this window; leave it out, "
      "or write at: MINUTE");
}

TEST_F(LintTest, KnowsWhoseClocksAndProcessesThereAre) {
  EXPECT_EQ(ErrorOf(R"(
    rule { clock { node: "client1" at: MINUTE } jump { max: "1s" } one_in: 3 }
    rule { clock { node: "b" at: BOOT } jump { max: "1s" } one_in: 3 }
    rule { process { node: "b" } pause { for: "1s" } one_in: 3 }
    pin { point: "tick a" choice: JUMP by: "1s" }
  )"),
            "");
  EXPECT_EQ(ErrorOf(R"(rule { clock { node: "x" at: MINUTE } slew { max: "1s" } one_in: 3 })"),
            "p:1:16: error: there is no node \"x\"; known: a, b, client1");
  EXPECT_EQ(ErrorOf(R"(rule { clock { node: "client1" at: BOOT } jump { max: "1s" } one_in: 3 })"),
            "p:1:16: error: \"client1\" is a client of the workload, which never crashes");
  EXPECT_EQ(ErrorOf(R"(rule { process { node: "client1" } slow { for: "1s" } one_in: 3 })"),
            "p:1:18: error: \"client1\" is a client of the workload, which never crashes");
}

TEST_F(LintTest, RefusesPinsThatCannotStrike) {
  const auto crash = [this](const std::string& point) {
    return ErrorOf("pin { point: \"" + point + "\" occurrence: 1 choice: CRASH down_for: \"1s\" }");
  };
  EXPECT_EQ(crash("step b ab.A.insert.after order-7"),
            "p:1:7: error: step \"ab.A.insert.after\" is none of \"b\"");
  EXPECT_EQ(crash("crash b exchange.Sumbit order-7"),
            "p:1:7: error: \"b\" has no task \"exchange.Sumbit\"; did you mean "
            "\"exchange.Submit\"?");
  EXPECT_EQ(crash("crash client1 pay order-7"),
            "p:1:7: error: \"client1\" is a client of the workload, which never crashes");
  EXPECT_EQ(crash("fsync client1 pay order-7"),
            "p:1:7: error: \"client1\" is a client of the workload, which never crashes");
  EXPECT_EQ(ErrorOf(R"(pin { point: "request exchange.Submit a>b k" occurrence: 1
                            choice: OVERTAKEN by: "exchange.Revers" at_most: "1s" })"),
            "p:2:47: error: \"b\" does not serve \"exchange.Revers\", so nothing of that name "
            "overtakes anything there; did you mean \"exchange.Reverse\"?");
  EXPECT_EQ(
      ErrorOf(R"(pin { point: "outcome b settle k" occurrence: 1 choice: OUTCOME value: 7 })"),
      "p:1:65: error: outcome \"settle\" has no value 7; its values are 1 to 2");
}

TEST_F(LintTest, RefusesTwoPinsAtOnePlace) {
  const std::string pin =
      "pin { point: \"reply exchange.Submit a<b order-7\" occurrence: 1 choice: DROP }\n";
  EXPECT_EQ(ErrorOf(pin + pin),
            "p:2:7: error: there is a pin at this point and occurrence already, p:1; only one of "
            "them can strike");
}

TEST_F(LintTest, PassesOverIncludedRulesOfOtherWorlds) {
  const Plan plan = Checked(R"(
    rule { message { to: "ledger" } drop {} one_in: 3 }
    rule { message {} drop {} one_in: 3 }
    pin { point: "clock ledger" occurrence: 1 choice: SKEW by: "1s" }
  )",
                            true);
  EXPECT_EQ(ToStatus(problems_), absl::OkStatus());
  EXPECT_EQ(plan.rules[0].does_not_apply, "there is no node \"ledger\"; known: a, b, client1");
  EXPECT_EQ(plan.rules[1].does_not_apply, "");
  EXPECT_EQ(plan.pins[0].does_not_apply, "there is no node \"ledger\"; known: a, b, client1");
}

}  // namespace
}  // namespace faults
