// Ctrl-C and its kin: the command ends soon, whatever it is doing, and keeps what it
// has found by then.

#include <signal.h>

#include <string>
#include <utility>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::StartsWith;

class InterruptTest : public EndToEndTest {
 protected:
  // A scenario whose first run takes hours.
  void WriteEndless() {
    std::string text =
        Replaced(settle.Read("steady.textproto"), "operations: 5", "operations: 100000000");
    text = Replaced(text, "min_seeds: 4", "max_events: 100000000000");
    for (int i = 0; i < 2; ++i) text = Replaced(text, "\"2m\"", "\"1000h\"");
    settle.Write("endless.textproto", text);
  }
};

TEST_F(InterruptTest, KeepsResultsWhenInterrupted) {
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    const std::string out = "out" + std::to_string(code);
    // The trace of an early seed is the sign that it is running.
    const Seen seen = settle.RunAndSignal(
        {"run", "steady.textproto", "--seeds=1..100000000", "--trace=always", "--out=" + out},
        out + "/steady/seed-2.trace.txt", signal);
    EXPECT_EQ(seen.code, code) << seen.err;
    EXPECT_THAT(seen.out, Contains("then the command was interrupted"));
    EXPECT_THAT(seen.err, Contains("interrupted; results so far are kept in " + out));
    EXPECT_THAT(settle.Read(out + "/steady/result.json"), Contains("interrupted"));
  }
}

TEST_F(InterruptTest, IsInterruptedWhateverItsProcessesDo) {
  const Seen seen = settle.RunAndSignal(
      {"run", "steady.textproto", "--seeds=1..100000000", "--jobs=3"}, "out/steady", SIGINT);
  EXPECT_EQ(seen.code, 130) << seen.err;
  EXPECT_THAT(seen.out, Contains("then the command was interrupted"));
}

// A run of hours is not waited for, by one process or by many; what had ended is kept.
TEST_F(InterruptTest, DropsTheRunThatAnInterruptMeets) {
  WriteEndless();
  for (const char* jobs : {"--jobs=1", "--jobs=2"}) {
    const Seen seen = settle.Shell("(exec timeout --preserve-status -s INT -k 60 1 " +
                                   settle.program() + " run endless.textproto " + jobs + ")");
    EXPECT_EQ(seen.code, 130) << seen.err;
    EXPECT_THAT(seen.out, StartsWith("inconclusive  endless   0 seeds"));
    EXPECT_THAT(seen.out, Contains("0 seeds ran, then the command was interrupted"));
    EXPECT_THAT(settle.Read("out/endless/result.json"), Contains("interrupted"));
  }
}

// Somebody who is impatient loses nothing either.
TEST_F(InterruptTest, KeepsResultsWhenInterruptedTwice) {
  const Seen seen = settle.RunAndSignal(
      {"run", "steady.textproto", "--seeds=1..100000000", "--trace=always"},
      "out/steady/seed-2.trace.txt", SIGINT, [] {}, /*times=*/2);
  EXPECT_EQ(seen.code, 130) << seen.err;
  EXPECT_THAT(settle.Read("out/steady/result.json"), Contains("interrupted"));
}

// Where nobody keeps results, nobody waits for the end of a run either.
TEST_F(InterruptTest, DoesNotHoldOutAgainstASignalWhileItReplays) {
  WriteEndless();
  const Seen seen = settle.Shell("(exec timeout --preserve-status -s TERM -k 60 1 " +
                                 settle.program() + " replay endless.textproto@1)");
  EXPECT_EQ(seen.code, 143);
}

}  // namespace
}  // namespace tests
