// Exit code 6 says that no result of a build can be relied on. It must come when
// one run has two traces, and never when only a file has changed.

#include <string>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

class NondeterminismTest : public EndToEndTest {
 protected:
  // The moody component beside a ledger that breaks its promise.
  void WriteMoodyFailure() {
    const std::string chaos =
        "chaos { rule { message { to: \"ledger\" leg: REPLY } drop {} one_in: 2 }"
        " no_swarm: true ";
    const std::string broken = Replaced(settle.Read("moody.textproto"), "toy.Ledger\"",
                                        "toy.Ledger\" quirk: \"books_again\"");
    settle.Write("moody.textproto", Replaced(broken, "chaos { ", chaos));
  }
};

TEST_F(NondeterminismTest, IsFoundByARun) {
  const Seen seen = settle.Run({"run", "moody.textproto"});
  EXPECT_EQ(seen.code, 6) << seen.err;
  EXPECT_THAT(seen.out, Contains("NONDETERMINISM  moody.textproto@1: seed 1"));
  EXPECT_THAT(seen.out, Contains("draw mood customer-"));
}

TEST_F(NondeterminismTest, IsFoundByDoctor) {
  const Seen seen = settle.Run({"doctor", "moody.textproto"});
  EXPECT_EQ(seen.code, 6);
  EXPECT_THAT(seen.out, Contains("moody.textproto@1 had two traces"));
  EXPECT_THAT(seen.out, Contains("the first event that differs is record "));
  EXPECT_THAT(seen.out, Contains("moody  draw mood customer-"));
}

TEST_F(NondeterminismTest, IsFoundByReplay) {
  WriteMoodyFailure();
  EXPECT_EQ(settle.Run({"run", "moody.textproto"}).code, 6);
  ASSERT_NE(ReproFile(), "");
  const Seen seen = settle.Run({"replay", ReproFile()});
  EXPECT_EQ(seen.code, 6) << seen.out;
  EXPECT_THAT(seen.out, Contains("had another trace when it was recorded"));
}

// Somebody saves the scenario in an editor while it runs: the fresh process reads
// another text than this one did.
TEST_F(NondeterminismTest, IsNotAScenarioThatChangesWhileItRuns) {
  const Seen seen = settle.RunAndSignal(
      {"run", "steady.textproto", "--seeds=1..200", "--trace=always"},
      "out/steady/seed-2.trace.txt", kNoSignal, [this] {
        settle.Write("steady.textproto",
                     Replaced(settle.Read("steady.textproto"), "one_in: 4", "one_in: 3"));
      });
  EXPECT_EQ(seen.code, 3) << seen.out;
  EXPECT_THAT(seen.err, Contains("steady.textproto, or a file that it includes, has changed while "
                                 "it ran"));
  EXPECT_THAT(seen.out, Lacks("NONDETERMINISM"));
}

TEST_F(NondeterminismTest, IsNotAnIncludedFileThatChangesWhileItRuns) {
  settle.Write("plan.textproto",
               "rule { message { to: \"ledger\" leg: REPLY } drop {} one_in: 4 }\n");
  settle.Write("steady.textproto",
               Replaced(settle.Read("steady.textproto"),
                        "rule { message { to: \"ledger\" leg: REPLY } drop {} one_in: 4 }",
                        "include: \"plan.textproto\""));
  const Seen seen = settle.RunAndSignal(
      {"run", "steady.textproto", "--seeds=1..200", "--trace=always"},
      "out/steady/seed-2.trace.txt", kNoSignal, [this] {
        settle.Write("plan.textproto",
                     Replaced(settle.Read("plan.textproto"), "one_in: 4", "one_in: 3"));
      });
  EXPECT_EQ(seen.code, 3) << seen.out;
  EXPECT_THAT(seen.err, Contains("has changed while it ran"));
  EXPECT_THAT(seen.out, Lacks("NONDETERMINISM"));
}

}  // namespace
}  // namespace tests
