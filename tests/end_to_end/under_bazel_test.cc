// `settle run --bazel-test`: what a scenario_test does, in an environment as Bazel
// makes it.

#include <string>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::IsEmpty;
using ::testing::StartsWith;

class BazelTest : public EndToEndTest {
 protected:
  BazelTest() {
    settle.variables["TEST_TARGET"] = "//bank:pay_test";
    settle.variables["TEST_UNDECLARED_OUTPUTS_DIR"] = settle.Path("outputs");
    settle.variables["XML_OUTPUT_FILE"] = settle.Path("test.xml");
    settle.variables["TEST_TIMEOUT"] = "60";
  }

  Seen Test(const std::string& scenario) {
    return settle.Run({"run", scenario, "--bazel-test", "--progress=plain"});
  }
};

TEST_F(BazelTest, KeepsNothingOfWhatEndedAsExpected) {
  for (const char* scenario : {"steady.textproto", "forgets.textproto"}) {
    const Seen seen = Test(scenario);
    EXPECT_EQ(seen.code, 0) << seen.err;
    EXPECT_THAT(settle.Files("outputs"), IsEmpty());
    EXPECT_THAT(settle.Read("test.xml"), Contains("failures=\"0\""));
  }
}

TEST_F(BazelTest, KeepsAFailureAndSaysHowToGetAtIt) {
  const Seen seen = Test("unnoticed.textproto");
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_EQ(settle.Files("outputs").size(), 4u);
  EXPECT_THAT(settle.Read("outputs/report.txt"), StartsWith("FAILED  unnoticed"));
  EXPECT_THAT(seen.out, Contains("kept in: bazel-testlogs/bank/pay_test/test.outputs/outputs.zip"));
  EXPECT_THAT(seen.out, Contains("again:   unzip -qo bazel-testlogs/bank/pay_test/test.outputs/"
                                 "outputs.zip -d out/unnoticed && ./bazelw run //"));
  EXPECT_THAT(seen.out, Contains(" replay out/unnoticed/booked_once-"));
  EXPECT_THAT(settle.Read("test.xml"),
              Contains("<failure message=\"expected held, got VIOLATED\""));
}

TEST_F(BazelTest, TakesItsShareOfTheSeeds) {
  settle.variables["TEST_TOTAL_SHARDS"] = "2";
  settle.variables["TEST_SHARD_INDEX"] = "1";
  settle.variables["TEST_SHARD_STATUS_FILE"] = settle.Path("sharded");
  const Seen seen = Test("steady.textproto");
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("held  steady   4 seeds (2..8 by 2)"));
  EXPECT_TRUE(settle.Exists("sharded"));
}

TEST_F(BazelTest, RunsFewerSeedsInASlowBuild) {
  settle.variables["SETTLE_SEEDS_DIVISOR"] = "4";
  const Seen seen = Test("steady.textproto");
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("held  steady   2 seeds (1..2)"));
}

TEST_F(BazelTest, StopsBeforeItsTimeIsUpAndIsInconclusive) {
  settle.variables["TEST_TIMEOUT"] = "1";
  const Seen seen = settle.Run({"run", "steady.textproto", "--bazel-test", "--seeds=1..100000000"});
  EXPECT_EQ(seen.code, 5);
  EXPECT_THAT(seen.out, Contains("then the time limit of the test was near"));
}

TEST_F(BazelTest, IsNotMeantWithoutTheFlag) {
  settle.variables["TEST_TOTAL_SHARDS"] = "2";
  settle.variables["TEST_SHARD_INDEX"] = "1";
  const Seen seen = settle.Run({"run", "steady.textproto"});
  EXPECT_THAT(seen.out, StartsWith("held  steady   8 seeds (1..8)"));
  EXPECT_FALSE(settle.Exists("test.xml"));
}

}  // namespace
}  // namespace tests
