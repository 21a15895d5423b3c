// Goal: of a database that its disk has damaged nothing is judged, whatever its checks
// saw before; the run comes to rest all the same, and says that it proves nothing.
// Method: toy scenarios whose ledger loses pages and restarts, under some seeds.

#include <memory>
#include <string>

#include "faults/source_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

using settle::RunResult;
using testing::IsEmpty;

constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" }
  }
  workload { name: "pay" clients: 3 operations: 8 }
  chaos {
    rule { disk { node: "ledger" at: WRITE } bad_sector {} one_in: 20 }
    rule { process { node: "ledger" } crash { down_for: "100ms" } one_in: 40 }
    heal_after: "2m" quiet_for: "2m" no_swarm: true
  }
  check { name: "booked_once" }
  check { name: "amounts_arrive" claim: "A payment is booked with its amount."
          sql: "SELECT payment, amount FROM ledger.booked WHERE amount <> 100"
          exercised_sql: "SELECT count(*) FROM ledger.booked" }
  check { name: "negative" claim: "No amount is negative."
          never_negative { node: "ledger" table: "booked" column: "amount" } }
)text";

TEST(Damage, IsNotJudged) {
  const Catalogue catalogue = ToyCatalogue();
  faults::Diagnostics problems;
  const auto scenario = LoadText("toys/pay.textproto", kScenario, catalogue, problems);
  ASSERT_NE(scenario, nullptr) << faults::ToStatus(problems);
  const auto runner = NewRunner(*scenario);
  int damaged = 0, sound = 0;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    RunOptions options;
    options.seed = seed;
    const RunResult result = runner->Run(options);
    EXPECT_THAT(result.going_on(), IsEmpty()) << seed;
    ASSERT_EQ(result.check_size(), 3);
    const bool judged = result.check(0).judged();
    for (const settle::CheckResult& check : result.check()) {
      EXPECT_EQ(check.judged(), judged) << check.name();
    }
    EXPECT_EQ(result.verdict(), judged ? settle::HELD : settle::NOT_EXERCISED) << seed;
    ++(judged ? sound : damaged);
  }
  EXPECT_GE(damaged, 1);
  EXPECT_GE(sound, 1);
}

}  // namespace
}  // namespace scenarios
