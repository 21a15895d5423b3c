// An explanation tells what happened to the key at fault, what each fault is needed for and
// where the run parts from a sound one. Method: a ledger that books a payment once for each
// request, and a teller that asks again when the answer is lost: one lost answer is enough.

#include "scenarios/search/explain.h"

#include <memory>
#include <string>

#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "reports/explanation_text.h"
#include "scenarios/repro.h"
#include "scenarios/scenario.h"
#include "scenarios/search/shrink.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" quirk: "books_again" }
  }
  workload { name: "pay" clients: 2 operations: 5 }
  chaos {
    rule { message { to: "ledger" leg: REPLY } drop {} one_in: 4 }
    heal_after: "2m" quiet_for: "2m" no_swarm: true
  }
  check { name: "booked_once" }
  budget { seeds: 8 }
)text";

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    faults::Diagnostics problems;
    scenario_ = LoadText("toys/pay.textproto", kScenario, catalogue_, problems);
    EXPECT_TRUE(problems.empty()) << faults::ToStatus(problems).ToString();
    runner_ = NewRunner(*scenario_);
  }

  // The first seed that fails, made small.
  void ShrinkAFailure() {
    for (RunOptions run; run.seed < 20 && !shrunk_.found; ++run.seed) {
      const settle::RunResult result = runner_->Run(run);
      if (result.finding().empty()) continue;
      wanted_ = {result.finding(0).check(), result.finding(0).key()};
      shrunk_ = Shrink(*runner_, run, scenario_->world().All(), wanted_, 300);
    }
    ASSERT_TRUE(shrunk_.found);
  }

  const Catalogue catalogue_ = ToyCatalogue();
  std::unique_ptr<LoadedScenario> scenario_;
  std::unique_ptr<Runner> runner_;
  Wanted wanted_;
  Shrunk shrunk_;
};

TEST_F(ExplainTest, TellsTheStoryOfTheKey) {
  ShrinkAFailure();
  ASSERT_EQ(Faults(shrunk_.result), 1);
  EXPECT_EQ(Count(*shrunk_.run.only), 1);
  const auto explanation = Explain(*runner_, shrunk_.run, wanted_);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  const std::string text = reports::ExplanationText(*explanation, /*color=*/false);
  EXPECT_THAT(text, HasSubstr("teller asks ledger: toy.Book " + wanted_.key));
  EXPECT_THAT(text, HasSubstr("FAULT: the 1st reply to " + wanted_.key));
  EXPECT_THAT(text, HasSubstr("teller has waited for ledger and knows nothing"));
  EXPECT_THAT(text, HasSubstr("ledger commits: booked "));
  EXPECT_THAT(text, HasSubstr("VIOLATED booked_once: "));
}

TEST_F(ExplainTest, LeavesEachFaultOut) {
  ShrinkAFailure();
  const auto explanation = Explain(*runner_, shrunk_.run, wanted_);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  ASSERT_EQ(explanation->without_size(), 1);
  const settle::Counterfactual& without = explanation->without(0);
  EXPECT_FALSE(without.still_broken());
  EXPECT_TRUE(without.exercised());
  EXPECT_THAT(without.without(), HasSubstr("is lost"));
  ASSERT_EQ(without.ends_size(), 1);  // The payment that was booked again.
  EXPECT_EQ(without.ends(0).there(), "there is none");
}

TEST_F(ExplainTest, FindsWhereTheRunPartsFromASoundOne) {
  ShrinkAFailure();
  const auto explanation = Explain(*runner_, shrunk_.run, wanted_);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  EXPECT_EQ(explanation->nearest(), explanation->without(0).without());
  EXPECT_EQ(explanation->first().database(), "ledger");
  EXPECT_EQ(explanation->first().table(), "booked");
  EXPECT_EQ(explanation->first().here(), "there is one");
  EXPECT_GT(explanation->first().at_nanos(), 0);
}

TEST_F(ExplainTest, SaysThatARunBreaksNoPromise) {
  RunOptions calm;
  calm.pins.emplace();
  EXPECT_TRUE(absl::IsNotFound(Explain(*runner_, calm, {"booked_once", "pay1-1"}).status()));
}

TEST_F(ExplainTest, HasOtherForms) {
  ShrinkAFailure();
  const auto explanation = Explain(*runner_, shrunk_.run, wanted_);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  const std::string markdown = reports::ExplanationMarkdown(*explanation);
  EXPECT_THAT(markdown, HasSubstr("# booked_once: "));
  EXPECT_THAT(markdown, HasSubstr("## Without each of the faults"));
  const std::string mermaid = reports::ExplanationMermaid(*explanation);
  EXPECT_THAT(mermaid, HasSubstr("sequenceDiagram\n"));
  EXPECT_THAT(mermaid, HasSubstr("teller->>ledger: toy.Book " + wanted_.key + "\n"));
  EXPECT_THAT(mermaid, Not(HasSubstr(";")));
}

}  // namespace
}  // namespace scenarios
