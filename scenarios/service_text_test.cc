// Goal: instances and upgrades that cannot be are refused where they stand. Method: a
// good scenario, and the same with one slip each.

#include "scenarios/service_text.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/fault_text.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kGood[] = R"text(organisation {
  name: "bank"
  database { name: "books" }
  service { name: "ledger" node: "one" node: "two" }
  node { name: "teller" system: "toy.Teller" peer { role: "ledger" node: "ledger" }
    upgrade { at: "1m" down_for: "5s" set: "attempts=4" } upgrade { at: "2m" down_for: "5s" } }
  node { name: "one" system: "toy.Ledger" database: "books" quirk: "books_again" }
  node { name: "two" system: "toy.Ledger" database: "books" quirk: "books_again" }
}
workload { name: "pay" clients: 2 operations: 5 }
chaos { rule { message { from: "teller" to: "two" } drop {} one_in: 9 } }
check { name: "booked_once" }
)text";

std::unique_ptr<LoadedScenario> Load(const std::string& text, std::vector<std::string>& errors) {
  static const Catalogue* const catalogue = new Catalogue(ToyCatalogue());
  faults::Diagnostics problems;
  auto scenario = LoadText("pay", text, *catalogue, problems);
  for (const faults::Diagnostic& problem : problems) errors.push_back(problem.ToString());
  return scenario;
}

std::string Slip(absl::string_view right, absl::string_view wrong) {
  EXPECT_THAT(kGood, HasSubstr(std::string(right)));
  std::vector<std::string> errors;
  Load(absl::StrReplaceAll(kGood, {{right, wrong}}), errors);
  return absl::StrJoin(errors, "\n");
}

TEST(ServiceText, IsReadIntoTheWorld) {
  std::vector<std::string> errors;
  const auto scenario = Load(kGood, errors);
  ASSERT_NE(scenario, nullptr) << absl::StrJoin(errors, "\n");
  const WorldPlan& world = scenario->world();
  EXPECT_THAT(world.Instances("ledger"), ElementsAre("one", "two"));
  EXPECT_EQ(world.nodes[0].peers.at("ledger"), "ledger");
  ASSERT_EQ(world.nodes[0].upgrades.size(), 2u);
  EXPECT_EQ(world.nodes[0].settings.Int("attempts"), 8);
  EXPECT_EQ(world.nodes[0].upgrades[0].settings.Int("attempts"), 4);
  EXPECT_EQ(world.nodes[0].upgrades[0].at, sim::Minutes(1));
  EXPECT_EQ(world.nodes[0].upgrades[1].settings.Int("attempts"), 8);
  EXPECT_EQ(VocabularyOf(world).nodes.at("teller").calls.size(), 2u);
}

TEST(ServiceText, RefusesWhatIsNoService) {
  EXPECT_EQ(Slip("service { name: \"ledger\"", "service { name: \"Books\""),
            "pay:4:13: error: something else is called \"Books\"");
  EXPECT_EQ(Slip("node: \"one\" node: \"two\"", "node: \"one\""),
            "pay:4:3: error: service \"ledger\" has fewer than two nodes");
  EXPECT_EQ(Slip("node: \"one\" node: \"two\"", "node: \"one\" node: \"one\""),
            "pay:4:28: error: node \"one\" is there twice");
  EXPECT_EQ(Slip("node: \"one\" node: \"two\"", "node: \"one\" node: \"teller\""),
            "pay:4:40: error: instances of one service are of one system and share one database; "
            "\"one\" and \"teller\" do not");
  EXPECT_EQ(Slip("node: \"one\" node: \"two\"", "node: \"one\" node: \"too\""),
            "pay:4:40: error: no node is called \"too\"; did you mean \"two\"?");
}

TEST(ServiceText, RefusesUpgradesThatCannotBe) {
  EXPECT_EQ(Slip("at: \"2m\"", "at: \"1m\""),
            "pay:6:69: error: upgrades stand in the order of time");
  EXPECT_EQ(Slip("at: \"2m\"", "at: \"2h\""),
            "pay:6:69: error: this is when the world has healed, at 10 min; upgrade before");
  EXPECT_EQ(Slip("at: \"2m\"", "at: \"soon\""),
            "pay:6:69: error: \"soon\" is no time from now; write for instance \"5m\"");
  EXPECT_THAT(Slip("attempts=4", "attempts=0"), HasSubstr("pay:6:39: error: switch \"attempts\""));
  EXPECT_EQ(Slip("database: \"books\" quirk: \"books_again\" }\n}",
                 "database: \"books\" quirk: \"books_again\"\n"
                 "    upgrade { at: \"1m\" down_for: \"5s\" } }\n}"),
            "pay:9:5: error: this would give \"two\" other tables; what is on its disk stays as it "
            "is");
}

}  // namespace
}  // namespace scenarios
