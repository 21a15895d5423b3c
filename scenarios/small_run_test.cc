// Goal: what is left of a run that is made small is as it was in the whole one.
// Method: a toy scenario, whole and without most of it, and when its operations began.

#include <string>

#include "gtest/gtest.h"
#include "scenarios/run.h"
#include "scenarios/testing/toy_scenario.h"
#include "sim/world/observer.h"

namespace scenarios {
namespace {

constexpr char kScenario[] = R"text(
  organisation {
    name: "bank"
    node { name: "teller" system: "toy.Teller" }
    node { name: "ledger" system: "toy.Ledger" }
  }
  workload { name: "pay" clients: 3 operations: 8 }
  chaos { heal_after: "2m" quiet_for: "2m" no_swarm: true }
  check { name: "booked_once" }
)text";

class SmallRunTest : public ToyScenario, private sim::Observer {
 protected:
  SmallRunTest() : ToyScenario(kScenario) {}

  // When each operation begins.
  Starts Run(RunOptions options) {
    starts_.clear();
    options.observer = this;
    runner_->Run(options);
    return starts_;
  }

 private:
  void OnTurn(absl::string_view client, int64_t operation, sim::Nanos at) override {
    starts_[std::string(client)][operation] = at;
  }

  Starts starts_;
};

TEST_F(SmallRunTest, TellsWhenEachOperationBegins) {
  const Starts whole = Run({});
  ASSERT_EQ(whole.size(), 3u);
  EXPECT_EQ(whole.at("pay2").size(), 8u);
  EXPECT_LT(whole.at("pay2").at(7), whole.at("pay2").at(8));
}

TEST_F(SmallRunTest, AtItsOwnPaceAnOperationBeginsSooner) {
  RunOptions alone;
  alone.only = {{"pay2", {7}}};
  EXPECT_LT(Run(alone).at("pay2").at(7), Run({}).at("pay2").at(7));
}

TEST_F(SmallRunTest, LetsWhatIsLeftBeginWhenItDid) {
  RunOptions alone;
  alone.starts = Run({});
  alone.only = {{"pay2", {7}}};
  EXPECT_EQ(Run(alone), (Starts{{"pay2", {{7, alone.starts.at("pay2").at(7)}}}}));
}

}  // namespace
}  // namespace scenarios
