// Goal: the self-test is worth its name: promises hold, faults strike, seeds
// differ, and one seed is one run. Method: run it.

#include "scenarios/command/selftest.h"

#include <memory>
#include <set>

#include "gtest/gtest.h"
#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace scenarios {
namespace {

TEST(SelfTest, HoldsUnderFaultsAndRepeats) {
  const Catalogue catalogue = SelfTestCatalogue();
  faults::Diagnostics problems;
  const auto scenario = LoadText("selftest.textproto", SelfTestText(), catalogue, problems);
  ASSERT_NE(scenario, nullptr) << faults::ToStatus(problems).ToString();
  const std::unique_ptr<Runner> runner = NewRunner(*scenario);
  std::set<uint64_t> digests;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    RunOptions options;
    options.seed = seed;
    const settle::RunResult run = runner->Run(options);
    EXPECT_EQ(run.verdict(), settle::HELD) << run.DebugString();
    EXPECT_GT(run.events(), 100u);
    digests.insert(run.digest());
    EXPECT_EQ(runner->Run(options).digest(), run.digest());
  }
  EXPECT_EQ(digests.size(), 20u);
}

}  // namespace
}  // namespace scenarios
