// Goal: a guided search takes turns with fresh seeds, makes children of runs that came to
// something rare, and tells what it learned. Method: answers by hand; then a bug of the toy
// that it must find.

#include "scenarios/search/guided.h"

#include <map>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scenarios/repro.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

Covered Came(std::vector<Feature> features, uint64_t alternative) {
  Covered covered;
  covered.features = std::move(features);
  Alternative one;
  one.feature = alternative;
  one.pin.point = "request toy.Pay a>b k" + std::to_string(alternative);
  one.pin.occurrence = 1;
  one.pin.kind = sim::ChoiceKind::kDrop;
  covered.alternatives.push_back(one);
  return covered;
}

TEST(GuidedTest, BeginsWithAllRulesAndThenTakesTurns) {
  const faults::Plan plan;
  Guided guided(plan, 5);
  const GuidedRun first = guided.Next();
  EXPECT_EQ(first.seed, 5u);
  EXPECT_FALSE(first.swarm) << "nothing comes to more at once";
  EXPECT_TRUE(first.pins.empty());
  guided.Learn(first, {}, Came({1}, 100));
  const GuidedRun second = guided.Next();
  EXPECT_EQ(second.seed, 6u);
  EXPECT_TRUE(second.BySeed());
  EXPECT_FALSE(second.Options().pins.has_value());
  guided.Learn(second, {}, Came({1}, 100));
  const GuidedRun third = guided.Next();
  EXPECT_EQ(third.number, 2u);
  ASSERT_FALSE(third.pins.empty());
  EXPECT_TRUE(third.Options().rules_too);
  EXPECT_FALSE(third.BySeed());
  EXPECT_EQ(third.pins[0].point, "request toy.Pay a>b k100");
}

TEST(GuidedTest, GivesMoreChildrenToTheRarer) {
  const faults::Plan plan;
  Guided guided(plan, 1);
  guided.Learn(guided.Next(), {}, Came({1, 2}, 100));
  for (int i = 0; i < 5; ++i) guided.Learn(guided.Next(), {}, Came({1, 3}, 200));
  std::map<std::string, int> children;
  for (int i = 0; i < 300; ++i) {
    for (const sim::Pin& pin : guided.Next().pins) ++children[pin.point];
  }
  const int rarer = children["request toy.Pay a>b k100"];
  EXPECT_GT(children["request toy.Pay a>b k200"], 0);
  EXPECT_GT(rarer * 2, children["request toy.Pay a>b k200"])
      << "one parent against five of whom each is as often met as all of them";
}

TEST(GuidedTest, TellsWhatIsNewInPowersOfTwo) {
  const faults::Plan plan;
  Guided guided(plan, 1);
  std::string told;
  for (int i = 0; i < 9; ++i) {
    guided.Learn(guided.Next(), {}, Came({1}, 100));
    const Hits news = guided.TakeNews();
    for (const auto& [feature, hits] : news.all()) told += std::to_string(hits) + " ";
  }
  EXPECT_EQ(told, "1 2 4 8 ");
}

// The ledger books a request each time that it comes, and nothing but a rare fault makes it
// come twice.
TEST(GuidedTest, FindsARareFault) {
  const Catalogue catalogue = ToyCatalogue();
  faults::Diagnostics problems;
  const auto scenario = LoadText("toys/pay.textproto", R"text(
    organisation {
      name: "bank"
      node { name: "teller" system: "toy.Teller" set: "attempts=1" }
      node { name: "ledger" system: "toy.Ledger" quirk: "books_again" }
    }
    workload { name: "pay" clients: 2 operations: 3 }
    chaos {
      rule { message { to: "ledger" } drop {} one_in: 10 }
      rule { message { to: "ledger" leg: REQUEST } duplicate { max: "300ms" } one_in: 2000 }
      heal_after: "2m" quiet_for: "2m"
    }
    check { name: "booked_once" }
    budget { seeds: 8 }
  )text",
                                 catalogue, problems);
  ASSERT_TRUE(problems.empty()) << faults::ToStatus(problems).ToString();
  const std::unique_ptr<Runner> runner = NewRunner(*scenario);
  Guided guided(scenario->plan(), 1);
  bool found = false;
  for (int i = 0; i < 20 && !found; ++i) {
    const GuidedRun next = guided.Next();
    RunOptions run = next.Options();
    Coverage coverage(*scenario, next.seed);
    coverage.Watch(run);
    const settle::RunResult result = runner->Run(run);
    guided.Learn(next, ToPins(result.fired()), coverage.covered());
    if (result.finding().empty()) continue;
    found = true;
    // What fired is the whole story.
    RunOptions again;
    again.seed = next.seed;
    again.pins = ToPins(result.fired());
    EXPECT_EQ(runner->Run(again).digest(), result.digest());
  }
  EXPECT_TRUE(found) << "by rules alone it takes some three hundred runs";
}

}  // namespace
}  // namespace scenarios
