// Goal: whatever is wrong with a scenario is said at its place, together with
// what would be right, and a right one is resolved completely.
// Method: a table of slips, each made in the same good text, with the errors as a
// user sees them.

#include "scenarios/scenario.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kGood[] = R"text(about: "Payments are booked once."
organisation {
  name: "bank"
  node { name: "teller" system: "toy.Teller" }
  node { name: "ledger" system: "toy.Ledger" }
}
workload { name: "pay" clients: 2 operations: 5 }
chaos {
  rule { message { to: "ledger" } drop {} one_in: 30 }
  heal_after: "10m"
}
check { name: "booked_once" }
check { name: "right_amount" claim: "Every payment is of 100."
  sql: "SELECT payment, amount FROM ledger.booked WHERE amount <> 100"
  exercised_sql: "SELECT count(*) FROM ledger.booked" }
budget { seeds: 50 }
)text";

// The good text with one slip, and what is said about it.
struct Slip {
  const char* name;
  const char* right;
  const char* wrong;
  const char* errors;
};

class Slips : public testing::TestWithParam<Slip> {};

TEST_P(Slips, AreFound) {
  const Slip& slip = GetParam();
  ASSERT_THAT(kGood, HasSubstr(slip.right));
  const std::string text = absl::StrReplaceAll(kGood, {{slip.right, slip.wrong}});
  const Catalogue catalogue = ToyCatalogue();
  faults::Diagnostics problems;

  EXPECT_EQ(LoadText("pay", text, catalogue, problems), nullptr);

  std::vector<std::string> errors;
  for (const faults::Diagnostic& problem : problems) errors.push_back(problem.ToString());
  EXPECT_EQ(absl::StrJoin(errors, "\n"), slip.errors);
}

const Slip kSyntax[] = {
    {"UnknownField", "clients: 2", "client: 2",
     "pay:7:30: error: Message type \"settle.Workload\" has no field named \"client\"; did you "
     "mean \"clients\"?"},
};

const Slip kNodes[] = {
    {"UnknownSystem", "toy.Ledger", "toy.Legder",
     "pay:5:25: error: no system is called \"toy.Legder\"; did you mean \"toy.Ledger\"?"},
    {"NoSystem", R"(system: "toy.Ledger")", "",
     "pay:5:3: error: node \"ledger\" is of no system; add system: \"...\""},
    {"SameName", R"(name: "ledger")", R"(name: "Teller")",
     "pay:5:10: error: two nodes are called \"Teller\""},
    {"NoIdentifier", R"(name: "ledger")", R"(name: "the ledger")",
     "pay:5:10: error: a node cannot be called \"the ledger\"; SQL names it, so use letters, "
     "digits and underscores"},
    {"NoName", R"(name: "ledger" )", "", "pay:5:3: error: this node has no name"},
    {"NameOfAnotherSchema", R"(name: "ledger")", R"(name: "World")",
     "pay:5:10: error: a node cannot be called \"World\": in SQL that is another schema"},
    {"NameOfAClient", R"(name: "ledger")", R"(name: "pay12")",
     "pay:7:12: error: a client of \"pay\" would be called as node \"pay12\"; call the node "
     "otherwise"},
    {"OrganisationOfClients", R"(name: "bank")", R"(name: "customers")",
     "pay:3:3: error: the clients of the workloads are \"customers\"; call this organisation "
     "otherwise"},
    {"NoNodes",
     R"(organisation {
  name: "bank"
  node { name: "teller" system: "toy.Teller" }
  node { name: "ledger" system: "toy.Ledger" }
})",
     "", "pay:1:1: error: the world is empty; add organisation { name: \"bank\" node { ... } }"},
};

const Slip kSettings[] = {
    {"UnknownSwitch", R"("toy.Teller" })", R"("toy.Teller" set: "attempt=3" })",
     "pay:4:46: error: toy.Teller has no switch \"attempt\"; did you mean \"attempts\"?"},
    {"NotAValue", R"("toy.Ledger" })", R"("toy.Ledger" set: "restless=maybe" })",
     "pay:5:46: error: switch \"restless\" of toy.Ledger cannot be \"maybe\"; it is no or yes"},
    {"NotAnInteger", R"("toy.Teller" })", R"("toy.Teller" set: "attempts=many" })",
     "pay:4:46: error: switch \"attempts\" of toy.Teller cannot be \"many\"; it is an integer "
     "from 1 to 1000000"},
    {"OutOfRange", R"("toy.Teller" })", R"("toy.Teller" set: "attempts=0" })",
     "pay:4:46: error: switch \"attempts\" of toy.Teller cannot be \"0\"; it is an integer from 1 "
     "to 1000000"},
    {"NothingSet", R"("toy.Teller" })", R"("toy.Teller" set: "attempts" })",
     "pay:4:46: error: \"attempts\" sets nothing; write set: \"attempts=value\""},
    {"SetTwice", R"("toy.Teller" })", R"("toy.Teller" set: "attempts=3" set: "attempts=4" })",
     "pay:4:64: error: switch \"attempts\" is set twice"},
    {"UnknownQuirk", R"("toy.Ledger" })", R"("toy.Ledger" quirk: "book_again" })",
     "pay:5:46: error: toy.Ledger has no quirk \"book_again\"; did you mean \"books_again\"?"},
    {"QuirkOfAnother", R"("toy.Teller" })", R"("toy.Teller" quirk: "books_again" })",
     "pay:4:46: error: toy.Teller has no quirk \"books_again\"; there are none"},
};

const Slip kRoles[] = {
    {"UnknownRole", R"("toy.Teller" })", R"("toy.Teller" peer { role: "legder" node: "ledger" } })",
     "pay:4:53: error: toy.Teller has no role \"legder\"; did you mean \"ledger\"?"},
    {"UnknownNode", R"("toy.Teller" })", R"("toy.Teller" peer { role: "ledger" node: "lodger" } })",
     "pay:4:68: error: no node is called \"lodger\"; did you mean \"ledger\"?"},
    {"WrongSystem", R"("toy.Teller" })", R"("toy.Teller" peer { role: "ledger" node: "teller" } })",
     "pay:4:68: error: node \"teller\" cannot be the ledger of toy.Teller: it is toy.Teller, and "
     "must be or serve toy.Ledger"},
    {"WiredTwice", R"("toy.Teller" })",
     R"("toy.Teller" peer { role: "ledger" node: "ledger" } peer { role: "ledger" node: "ledger" } })",
     "pay:4:107: error: role \"ledger\" is wired twice"},
    {"NobodyFits", R"(node { name: "ledger" system: "toy.Ledger" })", "",
     "pay:4:3: error: no node can be the ledger of \"teller\": it must be or serve toy.Ledger"},
    {"SeveralFit", R"(node { name: "ledger" system: "toy.Ledger" })",
     R"(node { name: "ledger" system: "toy.Ledger" } node { name: "b" system: "toy.Ledger" })",
     "pay:4:3: error: the ledger of \"teller\" could be ledger or b; say which: peer { role: "
     "\"ledger\" node: \"ledger\" }"},
};

const Slip kWorkloads[] = {
    {"UnknownWorkload", R"("pay")", R"("play")",
     "pay:7:12: error: no workload is called \"play\"; did you mean \"pay\"?"},
    {"NoOperations", "operations: 5", "",
     "pay:7:1: error: operations is missing: how many does each client do?"},
    {"TooManyClients", "clients: 2", "clients: 2000000",
     "pay:7:24: error: 2000000 clients are too many; at most 10000"},
    {"OperationsAreNoSwitch", "operations: 5", R"(operations: 5 set: "operations=6")",
     "pay:7:49: error: \"operations\" is no switch; write operations: 25"},
    {"Twice", R"(chaos {)", R"(workload { name: "pay" operations: 1 } chaos {)",
     "pay:8:12: error: workload \"pay\" is there twice; give it more clients"},
    {"FaultAsOutcome", "operations: 5", "operations: 5 outcome { message {} drop {} one_in: 5 }",
     "pay:7:49: error: a workload has outcomes, not faults: outcome { outcome { node: \"b\" name: "
     "\"...\" } result { value: 1 } one_in: 5 }; faults go into chaos { rule { ... } }"},
    {"UnknownOutcome", "operations: 5",
     R"(operations: 5 outcome { outcome { node: "ledger" name: "refuze" } result { value: 1 } one_in: 5 })",
     "pay:7:84: error: \"ledger\" has no outcome \"refuze\"; did you mean \"refuse\"?"},
    {"NoValueOfTheOutcome", "operations: 5",
     R"(operations: 5 outcome { outcome { node: "ledger" name: "refuse" } result { value: 2 } one_in: 5 })",
     "pay:7:101: error: outcome \"refuse\" has no value 2; its only value is 1"},
};

const Slip kChaos[] = {
    {"NoDuration", R"("10m")", R"("ten minutes")",
     "pay:10:3: error: \"ten minutes\" is not a duration; write a number with its unit, as in "
     "\"250ms\", \"10m\" or \"2h\""},
    {"NegativeDuration", R"("10m")", R"("-10m")",
     "pay:10:3: error: \"-10m\" is negative; it must be 0 or more"},
    {"TooLong", R"(heal_after: "10m")", R"(heal_after: "2000000h" quiet_for: "2000000h")",
     "pay:8:1: error: the run would last longer than 292 years"},
    {"QuietTooShort", R"(heal_after: "10m")", R"(heal_after: "10m" quiet_for: "1s")",
     "pay:10:21: error: a quiet time of 1 s is too short: it may be that \"teller\" for 1.76 s "
     "still tries"},
    {"UnknownNodeOfARule", R"(to: "ledger")", R"(to: "legder")",
     "pay:9:20: error: there is no node \"legder\"; did you mean \"ledger\"?"},
    {"MethodThatNobodyServes", R"(to: "ledger")", R"(to: "ledger" method: "toy.Pay")",
     "pay:9:33: error: \"ledger\" does not serve \"toy.Pay\"; teller does"},
    {"MissingInclude", "chaos {", R"(chaos { include: "none.textproto")",
     "pay:8:9: error: cannot read none.textproto: No such file or directory"},
};

const Slip kChecks[] = {
    {"UnknownCheck", R"("booked_once")", R"("booked_twice")",
     "pay:12:9: error: no check is called \"booked_twice\"; did you mean \"booked_once\"?"},
    {"CheckWithoutAName", R"(name: "booked_once")", "", "pay:12:1: error: the check has no name"},
    {"TwoChecksOfOneName", R"(check { name: "booked_once" })",
     R"(check { name: "booked_once" } check { name: "booked_once" })",
     "pay:12:39: error: two checks are called \"booked_once\""},
    {"OtherIdThanTheCatalogues", R"("booked_once")", R"("booked_once" catalogue: "M5")",
     "pay:12:29: error: check \"booked_once\" is M4, not M5"},
    {"ClaimOfTheCatalogue", R"("booked_once")", R"("booked_once" claim: "Once.")",
     "pay:12:29: error: check \"booked_once\" is of the catalogue, which states its claim"},
    {"NameOfTheCatalogue", R"(check { name: "booked_once" }
check { name: "right_amount")",
     R"(check { name: "booked_once")",
     "pay:12:9: error: the catalogue has a check \"booked_once\"; call this one otherwise"},
    {"DeclaredWithoutAClaim", R"(claim: "Every payment is of 100.")", "",
     "pay:13:9: error: a check that is declared here states its claim: claim: \"...\""},
    {"UnknownColumn", "WHERE amount", "WHERE amuont",
     "pay:14:3: error: the SQL cannot be prepared: no such column: amuont, at `amuont <> 100`"},
    {"UnknownTable", "amount FROM ledger.booked", "amount FROM ledger.bookings",
     "pay:14:3: error: the SQL cannot be prepared: no such table: ledger.bookings"},
    {"NeverExercised", R"(exercised_sql: "SELECT count(*) FROM ledger.booked")", "",
     "pay:14:3: error: exercised_sql is missing; it counts how often the promise was put to the "
     "test"},
    {"UnknownColumnOfADeclaredCheck", "budget {",
     R"(check { name: "x" claim: "X."
  never_negative { node: "ledger" table: "booked" column: "amuont" } } budget {)",
     "pay:17:51: error: table booked has no column \"amuont\"; did you mean \"amount\"?"},
    {"NoChecks", R"text(check { name: "booked_once" }
check { name: "right_amount" claim: "Every payment is of 100."
  sql: "SELECT payment, amount FROM ledger.booked WHERE amount <> 100"
  exercised_sql: "SELECT count(*) FROM ledger.booked" }
)text",
     "", "pay:1:1: error: the scenario watches no promise; add check { name: \"...\" }"},
    {"WatchesOneOfSeveral", R"(node { name: "teller" system: "toy.Teller" })",
     R"(node { name: "teller" system: "toy.Teller" peer { role: "ledger" node: "ledger" } }
  node { name: "other" system: "toy.Ledger" })",
     "pay:13:1: error: the ledger that check \"booked_once\" watches could be other or ledger; it "
     "can watch only one"},
    {"MissingChecks", "budget {", R"(include_checks: "none.textproto" budget {)",
     "pay:16:1: error: cannot read none.textproto: No such file or directory"},
};

const Slip kExpectations[] = {
    {"ViolatedWithoutAName", "budget {", "expect: VIOLATED budget {",
     "pay:16:1: error: which promise is broken? add violated: \"...\" with the name of a check"},
    {"ViolatedByNoCheck", "budget {", R"(expect: VIOLATED violated: "booked_onse" budget {)",
     "pay:16:18: error: the scenario has no check \"booked_onse\"; did you mean \"booked_once\"?"},
    {"HeldAndViolated", "budget {", R"(violated: "booked_once" budget {)",
     "pay:16:1: error: violated goes with expect: VIOLATED only"},
    {"NoSeeds", "seeds: 50", "seeds: 0", "pay:16:10: error: 0 seeds show nothing"},
    {"NoSeedsAtLeast", "seeds: 50", "min_seeds: 0",
     "pay:16:10: error: 0 seeds show nothing; 1 is the least"},
    {"NoEvents", "seeds: 50", "max_events: 0", "pay:16:10: error: a run of 0 events shows nothing"},
    {"NoClients", "clients: 2", "clients: 0",
     "pay:7:24: error: no client does nothing; leave out the workload"},
    {"FewerSeedsThanNeeded", "seeds: 50", "seeds: 50 min_seeds: 60",
     "pay:16:20: error: min_seeds: 60 is more than seeds: 50"},
};

std::string NameOf(const testing::TestParamInfo<Slip>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Syntax, Slips, testing::ValuesIn(kSyntax), NameOf);
INSTANTIATE_TEST_SUITE_P(Nodes, Slips, testing::ValuesIn(kNodes), NameOf);
INSTANTIATE_TEST_SUITE_P(Settings, Slips, testing::ValuesIn(kSettings), NameOf);
INSTANTIATE_TEST_SUITE_P(Roles, Slips, testing::ValuesIn(kRoles), NameOf);
INSTANTIATE_TEST_SUITE_P(Workloads, Slips, testing::ValuesIn(kWorkloads), NameOf);
INSTANTIATE_TEST_SUITE_P(Chaos, Slips, testing::ValuesIn(kChaos), NameOf);
INSTANTIATE_TEST_SUITE_P(Checks, Slips, testing::ValuesIn(kChecks), NameOf);
INSTANTIATE_TEST_SUITE_P(Expectations, Slips, testing::ValuesIn(kExpectations), NameOf);

// ---- what is right -----------------------------------------------------------------

class ScenarioTest : public testing::Test {
 protected:
  std::unique_ptr<LoadedScenario> Good(const std::string& path, const std::string& text) {
    faults::Diagnostics problems;
    auto scenario = LoadText(path, text, catalogue_, problems);
    EXPECT_TRUE(problems.empty()) << faults::ToStatus(problems).ToString();
    return scenario;
  }

  static std::string Write(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  const Catalogue catalogue_ = ToyCatalogue();
};

TEST_F(ScenarioTest, WiresRolesThatOnlyOneNodeCanHave) {
  const auto scenario = Good("pay.textproto", kGood);
  ASSERT_NE(scenario, nullptr);

  const std::vector<sim::NodeSpec> nodes = scenario->world().Nodes();

  ASSERT_EQ(nodes.size(), 4);
  EXPECT_EQ(nodes[0].peers.at("ledger"), "ledger");
  EXPECT_EQ(nodes[2].peers.at("teller"), "teller") << "by the method that it serves";
  EXPECT_EQ(scenario->checks()[0].nodes.at("ledger"), "ledger");
}

TEST_F(ScenarioTest, MakesANodeOfEachClient) {
  const auto scenario = Good("pay.textproto", kGood);
  ASSERT_NE(scenario, nullptr);

  const std::vector<sim::NodeSpec> nodes = scenario->world().Nodes();

  ASSERT_EQ(nodes.size(), 4);
  EXPECT_EQ(nodes[3].name, "pay2");
  EXPECT_EQ(nodes[3].organisation, "customers");
  EXPECT_TRUE(nodes[3].client);
  EXPECT_EQ(nodes[3].settings.Int("client"), 2);
  EXPECT_EQ(nodes[3].settings.Int("operations"), 5);
  Errands more;
  more.clients = 7;
  more.operations = 1;
  EXPECT_EQ(scenario->world().Nodes(more).size(), 9);
}

TEST_F(ScenarioTest, FillsInWhatTheTextLeavesOpen) {
  const auto scenario = Good("toys/pay.textproto", kGood);
  ASSERT_NE(scenario, nullptr);

  EXPECT_EQ(scenario->name(), "pay");
  EXPECT_EQ(scenario->path(), "toys/pay.textproto");
  EXPECT_EQ(scenario->text().expect(), settle::HELD);
  EXPECT_EQ(scenario->text().budget().seeds(), 50);
  EXPECT_EQ(scenario->text().budget().min_seeds(), 1);
  EXPECT_EQ(scenario->world().heal_after, sim::Minutes(10));
  EXPECT_EQ(scenario->world().quiet_for, sim::Hours(1));
  EXPECT_EQ(scenario->world().steps.size(), 1);
  EXPECT_EQ(scenario->checks()[0].claim, "No payment is booked twice.");
}

TEST_F(ScenarioTest, IncludesChecksAndPlans) {
  Write(
      "more_checks.textproto",
      R"(check { name: "booked_for_ever" claim: "Bookings stay." append_only { node: "ledger" table: "booked" } })");
  Write("more_chaos.textproto",
        R"(rule { message { to: "elsewhere" } drop {} one_in: 9 }
           rule { message { to: "teller" } drop {} one_in: 9 })");
  const std::string path =
      Write("pay.textproto",
            absl::StrReplaceAll(
                kGood, {{"chaos {", "chaos { include: \"more_chaos.textproto\""},
                        {"budget {", "include_checks: \"more_checks.textproto\" budget {"}}));
  faults::Diagnostics problems;

  const auto scenario = Load(path, catalogue_, problems);

  ASSERT_NE(scenario, nullptr) << faults::ToStatus(problems).ToString();
  ASSERT_EQ(scenario->checks().size(), 3);
  EXPECT_EQ(scenario->checks()[2].name, "booked_for_ever");
  EXPECT_EQ(scenario->text().check_size(), 3);
  ASSERT_EQ(scenario->plan().rules.size(), 3);
  EXPECT_EQ(scenario->plan().rules[0].does_not_apply, "");
  EXPECT_THAT(scenario->plan().rules[1].does_not_apply, HasSubstr("elsewhere"));
  EXPECT_EQ(scenario->plan().rules[2].does_not_apply, "");
}

TEST_F(ScenarioTest, NamesTheFileThatIsMissing) {
  faults::Diagnostics problems;

  EXPECT_EQ(Load("no/such.textproto", catalogue_, problems), nullptr);

  ASSERT_EQ(problems.size(), 1);
  EXPECT_EQ(problems[0].ToString(),
            "no/such.textproto: error: cannot read no/such.textproto: No such file or directory");
}

TEST_F(ScenarioTest, HasTheHashOfWhatItSays) {
  const uint64_t hash = Good("pay.textproto", kGood)->hash();
  const std::string commented = absl::StrReplaceAll(kGood, {{"chaos {", "chaos {  # Rough.\n"}});
  const std::string rougher = absl::StrReplaceAll(kGood, {{"one_in: 30", "one_in: 29"}});

  EXPECT_EQ(Good("other.textproto", commented)->hash(), hash);
  EXPECT_NE(Good("pay.textproto", rougher)->hash(), hash);
}

TEST_F(ScenarioTest, HasTheHashOfWhatItIncludes) {
  const std::string including =
      absl::StrReplaceAll(kGood, {{"chaos {", "chaos { include: \"plan.textproto\""}});
  const std::string path = Write("including.textproto", including);
  Write("plan.textproto", "rule { message {} drop {} one_in: 9 }");
  const uint64_t hash = Good(path, including)->hash();

  Write("plan.textproto", "rule { message {} drop {} one_in: 8 }");

  EXPECT_NE(Good(path, including)->hash(), hash);
}

}  // namespace
}  // namespace scenarios
