// A quirk is watched with all that is not its trigger, and with nothing but a part of it; one
// that declares too little is told apart. Method: the toy ledger that books again, with the
// trigger that it declares and with others.

#include "scenarios/search/silence.h"

#include <memory>
#include <string>
#include <vector>

#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"
#include "sim/choice/choice.h"
#include "sim/world/system.h"
#include "sim/world/trigger.h"

namespace scenarios {
namespace {

using sim::ChoiceKind;
using sim::Trigger;
using testing::ElementsAre;
using testing::IsEmpty;

// A lost reply is what the bug needs; clocks mean nothing to it.
constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" quirk: "books_again" }
  }
  workload { name: "pay" clients: 2 operations: 4 }
  chaos {
    rule { message { to: "ledger" leg: REPLY } drop {} one_in: 4 }
    rule { clock {} skew { max: "1s" } one_in: 2 }
    rule { message { to: "ledger" leg: REQUEST } duplicate {} one_in: 1000000 }
    heal_after: "2m" quiet_for: "2m"
  }
  check { name: "booked_once" }
)text";

class SilenceTest : public testing::Test {
 protected:
  // What the quirk does if `trigger` were its trigger.
  Silence With(const Trigger& trigger) {
    for (sim::QuirkSpec& quirk : catalogue_.systems.at("toy.Ledger").quirks) {
      quirk.trigger = trigger;
    }
    faults::Diagnostics problems;
    const auto scenario = LoadText("toy.textproto", kScenario, catalogue_, problems);
    EXPECT_NE(scenario, nullptr) << faults::ToStatus(problems);
    if (scenario == nullptr) return {};
    const auto runner = NewRunner(*scenario);
    return SilenceOf(*scenario, *runner, /*seeds=*/20);
  }

  Catalogue catalogue_ = ToyCatalogue();
};

TEST_F(SilenceTest, IsWithoutTheTriggerAndWithAllElse) {
  const Silence silence = With(Trigger::Faults({sim::LateAnswers(), ChoiceKind::kDuplicate}));
  EXPECT_EQ(silence.trigger, "late answers or duplicate");
  EXPECT_EQ(silence.broken, "");
  EXPECT_THAT(silence.without, ElementsAre("skew, all clients"));
  EXPECT_THAT(silence.alone, ElementsAre("drop"));
  EXPECT_THAT(silence.not_alone, ElementsAre("duplicate"));
}

TEST_F(SilenceTest, IsBrokenByWhatIsNotDeclared) {
  EXPECT_EQ(With(Trigger::Faults({ChoiceKind::kSkew})).broken,
            "booked_once, with drop, duplicate, all clients");
}

TEST_F(SilenceTest, OfARaceIsEachWayToPreventIt) {
  const Silence silence = With(Trigger::Race({ChoiceKind::kDrop}));
  EXPECT_EQ(silence.trigger, "two clients at once, and drop");
  EXPECT_THAT(silence.without,
              ElementsAre("duplicate, skew, all clients", "drop, duplicate, skew, one client"));
  EXPECT_EQ(silence.broken, "booked_once, with drop, duplicate, skew, one client");
}

TEST_F(SilenceTest, OfConcurrencyIsWithOneClient) {
  const Silence silence = With(Trigger::Concurrency());
  EXPECT_EQ(silence.trigger, "two clients at once");
  EXPECT_THAT(silence.without, ElementsAre("drop, duplicate, skew, one client"));
  EXPECT_THAT(silence.not_alone, ElementsAre("no fault, all clients"));
}

TEST_F(SilenceTest, OfWhatNeedsOrDeclaresNothingIsCalm) {
  const Silence nothing = With(Trigger::Nothing("it is wrong"));
  EXPECT_EQ(nothing.trigger, "nothing: it is wrong");
  EXPECT_TRUE(nothing.needs_nothing);
  EXPECT_THAT(nothing.without, ElementsAre("no fault, one client"));
  EXPECT_THAT(nothing.alone, IsEmpty());
  EXPECT_EQ(With(Trigger()).trigger, "not declared");
}

}  // namespace
}  // namespace scenarios
