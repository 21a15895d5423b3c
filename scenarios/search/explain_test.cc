// An explanation tells what happened to the key at fault, what each fault is needed for and
// where the run parts from a sound one. Method: a ledger that books a payment once for each
// request, and a teller that asks again when the answer is lost: one lost answer is enough.

#include "scenarios/search/explain.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "reports/explanation_text.h"
#include "scenarios/repro.h"
#include "scenarios/search/shrink.h"
#include "scenarios/testing/toy_scenario.h"

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

class ExplainTest : public ToyScenario {
 protected:
  ExplainTest() : ToyScenario(kScenario) {}

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

TEST_F(ExplainTest, LeavesEachOperationOutOfAFew) {
  ShrinkAFailure();
  RunOptions two = shrunk_.run;
  const auto& [client, numbers] = *two.only->begin();
  ASSERT_EQ(numbers.size(), 1u);
  const int64_t needed = *numbers.begin();
  const int64_t other = needed == 5 ? 4 : 5;
  (*two.only)[client].insert(other);
  const auto explanation = Explain(*runner_, two, wanted_);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  ASSERT_EQ(explanation->without_size(), 3);
  for (const settle::Counterfactual& without : explanation->without()) {
    const bool of_other = without.without() == absl::StrCat("operation ", other, " of ", client);
    EXPECT_EQ(without.still_broken(), of_other) << without.without();
  }
}

// In the words of the system whose business it is.
TEST_F(ExplainTest, SaysWhatAnOutcomeMeans) {
  ShrinkAFailure();
  RunOptions two = shrunk_.run;
  const auto& [client, numbers] = *two.only->begin();
  const int64_t other = *numbers.begin() == 5 ? 4 : 5;
  const std::string key = absl::StrCat(client, "-", other);
  (*two.only)[client].insert(other);
  two.operations.reset();
  sim::Pin& refused = two.pins->emplace_back();
  refused.point = "outcome ledger refuse " + key;
  refused.occurrence = 1;
  refused.kind = sim::ChoiceKind::kOutcome;
  refused.amount = 1;
  const auto explanation = Explain(*runner_, two, wanted_);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  const std::string words =
      "the 1st outcome refuse of " + key + " on ledger: the payment is refused";
  EXPECT_EQ(explanation->without(1).without(), words);
  EXPECT_THAT(reports::ExplanationText(*explanation, false), HasSubstr(" s  " + words + "\n"));
  refused.amount = 2;  // that the system does not explain
  const auto unknown = Explain(*runner_, two, wanted_);
  ASSERT_TRUE(unknown.ok()) << unknown.status();
  EXPECT_THAT(unknown->without(1).without(), HasSubstr(" on ledger is 2"));
}

// The rows that differ, with their numbers, but not with times and versions.
TEST(ExplanationText, TellsHowAmountsEnd) {
  settle::Explanation explanation;
  settle::Counterfactual& without = *explanation.add_without();
  for (const char* column : {"balance", "changed_at", "version"}) {
    settle::Difference& end = *without.add_ends();
    end.set_database("b");
    end.set_table("account");
    end.set_key("payer-1");
    end.set_column(column);
    end.set_here("80");
    end.set_there("90");
  }
  EXPECT_THAT(reports::ExplanationText(explanation, /*color=*/false),
              HasSubstr("\n    b.account payer-1 balance ends 90, not 80\n"));
}

TEST(ExplanationText, SaysThatItTakesNoFault) {
  EXPECT_THAT(reports::ExplanationText({}, /*color=*/false), HasSubstr("It needs no fault"));
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
  EXPECT_THAT(markdown, HasSubstr("## Without each of them"));
  const std::string mermaid = reports::ExplanationMermaid(*explanation);
  EXPECT_THAT(mermaid, HasSubstr("sequenceDiagram\n"));
  EXPECT_THAT(mermaid, HasSubstr("teller->>ledger: toy.Book " + wanted_.key + "\n"));
  EXPECT_THAT(mermaid, HasSubstr(",ledger: FAULT the 1st reply to "));
  EXPECT_THAT(mermaid, HasSubstr(",ledger: VIOLATED booked_once"));
  EXPECT_THAT(mermaid, Not(HasSubstr(";")));
}

}  // namespace
}  // namespace scenarios
