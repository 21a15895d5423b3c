// Exploring tries every single fault once and says what it tried; the pairs that it leaves
// out break nothing. Method: toy scenarios whose bugs need one fault or two.

#include "scenarios/search/explore.h"

#include <memory>
#include <set>
#include <string>

#include "absl/strings/substitute.h"
#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

using testing::HasSubstr;

// The ledger books again for each request, if it has the bug; a teller asks as often as it
// is told to.
constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" set: "attempts=$1" }
    node { name: "ledger" system: "toy.Ledger" $0 }
  }
  workload { name: "pay" clients: 2 operations: 1 }
  chaos {
    rule { message { to: "ledger" } drop {} one_in: 1000 }
    rule { message { to: "ledger" leg: REQUEST } duplicate { max: "300ms" } one_in: 1000 }
    heal_after: "2m" quiet_for: "2m"
  }
  check { name: "booked_once" }
  budget { seeds: 8 }
)text";
constexpr char kBug[] = R"(quirk: "books_again")";

class ExploreTest : public testing::Test {
 protected:
  void Load(const std::string& ledger, int attempts) {
    faults::Diagnostics problems;
    scenario_ = LoadText("toys/pay.textproto", absl::Substitute(kScenario, ledger, attempts),
                         catalogue_, problems);
    ASSERT_TRUE(problems.empty()) << faults::ToStatus(problems).ToString();
    runner_ = NewRunner(*scenario_);
  }

  Explored ExploreIt() {
    options_.broken = [this](const settle::RunResult& run) {
      EXPECT_FALSE(run.finding().empty());
      faults_.insert(run.fired_size());
      return true;
    };
    absl::StatusOr<Explored> explored = Explore(*runner_, scenario_->plan(), RunOneByOne, options_);
    EXPECT_TRUE(explored.ok()) << explored.status();
    return *std::move(explored);
  }

  const Catalogue catalogue_ = ToyCatalogue();
  std::unique_ptr<LoadedScenario> scenario_;
  std::unique_ptr<Runner> runner_;
  ExploreOptions options_;
  std::set<int> faults_;  // how many each broken run had
};

TEST_F(ExploreTest, TriesEachAlternativeOfEachPointOnce) {
  Load("", 3);
  const Explored explored = ExploreIt();
  // Two payments, a request and an answer each: both can be lost, a request can be doubled,
  // soon or late.
  EXPECT_EQ(explored.points, 4u);
  EXPECT_EQ(explored.choices.at("drop"), 4u);
  EXPECT_EQ(explored.singles, 4u + explored.choices.at("duplicate"));
  EXPECT_EQ(explored.singles_run, explored.singles);
  EXPECT_EQ(explored.runs, explored.singles);
  EXPECT_TRUE(explored.whole);
  EXPECT_EQ(explored.singles_broken, 0u);
  EXPECT_THAT(Statement(explored, options_),
              HasSubstr("seed 1, calm: all 4 points x {drop, duplicate}, "));
  EXPECT_THAT(Statement(explored, options_), HasSubstr(" single faults: held"));
}

TEST_F(ExploreTest, FindsTheFaultsThatBreakAPromise) {
  Load(kBug, 3);
  const Explored explored = ExploreIt();
  // A lost answer, and a request that comes twice; not a request that is lost.
  EXPECT_EQ(explored.singles_broken, 2u + explored.choices.at("duplicate"));
  EXPECT_EQ(faults_, std::set<int>{1});
}

TEST_F(ExploreTest, PairsWhatMeets) {
  Load("", 3);
  options_.depth = 2;
  const Explored explored = ExploreIt();
  EXPECT_GT(explored.relevant, 0u);
  EXPECT_LT(explored.relevant, explored.pairs);  // Two payments have nothing to do with each other.
  EXPECT_EQ(explored.pairs_run, explored.relevant);
  EXPECT_EQ(explored.pairs_broken, 0u);
  EXPECT_THAT(Statement(explored, options_), HasSubstr(" pairs relevant, "));
}

// All pairs are run, and of those that break something none is among those left out. They
// need the first fault to come to the place of the second: a request that is sent again
// because the first was lost, and comes twice.
TEST_F(ExploreTest, LosesNothingByItsLimit) {
  for (const char* ledger : {"", kBug}) {
    Load(ledger, 3);
    options_.depth = 2;
    options_.audit = true;
    const Explored explored = ExploreIt();
    EXPECT_EQ(explored.pairs_run, explored.pairs);
    EXPECT_EQ(explored.lost, 0u) << ledger;
    EXPECT_EQ(explored.pairs_broken > 0, ledger == std::string(kBug));
    EXPECT_THAT(Statement(explored, options_),
                HasSubstr("; 0 of them among those that lineage leaves out"));
  }
}

TEST_F(ExploreTest, SaysWhatItLeftOut) {
  Load("", 3);
  options_.most_runs = 2;
  const Explored explored = ExploreIt();
  EXPECT_FALSE(explored.whole);
  EXPECT_EQ(explored.runs, 2u);
  EXPECT_THAT(Statement(explored, options_), HasSubstr("not all of 4 points"));
}

TEST_F(ExploreTest, EndsWhenOneIsEnough) {
  Load(kBug, 3);
  int broken = 0;
  options_.broken = [&broken](const settle::RunResult&) { return ++broken < 2; };
  const absl::StatusOr<Explored> explored =
      Explore(*runner_, scenario_->plan(), RunOneByOne, options_);
  ASSERT_TRUE(explored.ok()) << explored.status();
  EXPECT_EQ(broken, 2);
  EXPECT_EQ(explored->singles_broken, 2u);
  EXPECT_FALSE(explored->whole);
}

TEST_F(ExploreTest, SaysThatItDidNotComeToPairs) {
  Load(kBug, 3);
  options_.depth = 2;
  options_.broken = [](const settle::RunResult&) { return false; };
  const absl::StatusOr<Explored> explored =
      Explore(*runner_, scenario_->plan(), RunOneByOne, options_);
  ASSERT_TRUE(explored.ok()) << explored.status();
  EXPECT_THAT(Statement(*explored, options_), HasSubstr("; pairs were not tried"));
}

// Being asked changes nothing.
TEST_F(ExploreTest, LeavesTheCalmRunAsItIs) {
  Load("", 3);
  RunOptions options;
  options.pins.emplace();
  const uint64_t digest = runner_->Run(options).digest();
  EXPECT_EQ(ExploreIt().calm.digest(), digest);
}

}  // namespace
}  // namespace scenarios
