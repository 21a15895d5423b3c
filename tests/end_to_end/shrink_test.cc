// `settle shrink` and `settle explain`: from a failure to the least of it, and why.

#include <string>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::StartsWith;

class ShrinkTest : public EndToEndTest {
 protected:
  ShrinkTest() { settle.Run({"run", "unnoticed.textproto", "-q"}); }
};

class ExplainTest : public ShrinkTest {};

TEST_F(ShrinkTest, LeavesOneFaultAndOneOperation) {
  const Seen seen = settle.Run({"shrink", ReproFile(), "--out=least.textproto"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("booked_once: "));
  EXPECT_THAT(seen.out, Contains(" and 10 operations -> 1 fault and 1 operation, in "));
  EXPECT_THAT(seen.out, Contains("; none of them can be left out\n"));
  EXPECT_THAT(settle.Read("least.textproto"), Contains("only {\n"));
}

TEST_F(ShrinkTest, WritesAFileThatReplaysTheVeryRun) {
  settle.Run({"shrink", ReproFile(), "--out=least.textproto"});
  const Seen seen = settle.Run({"replay", "least.textproto"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, Contains("reproduced: booked_once, in the very same run"));
}

TEST_F(ShrinkTest, TakesASeedAndKeepsItWhereResultsAre) {
  const std::string text = settle.Read(ReproFile());
  const size_t at = text.find("\nseed: ") + 7;
  const std::string seed = text.substr(at, text.find('\n', at) - at);
  const Seen seen = settle.Run({"shrink", "unnoticed.textproto@" + seed});
  EXPECT_EQ(seen.code, 0) << seen.err;
  const std::string line = Again(seen.out);
  EXPECT_THAT(line, Contains("out/unnoticed/booked_once-seed-" + seed + ".shrunk.repro.textproto"));
  EXPECT_EQ(settle.Shell("settle " + line + " >/dev/null").code, 1);
}

TEST_F(ShrinkTest, IsDoneWithWhatIsSmall) {
  settle.Run({"shrink", ReproFile(), "--out=least.textproto"});
  const Seen seen = settle.Run({"shrink", "least.textproto", "--out=again.textproto"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, Contains("1 fault and 1 operation -> 1 fault and 1 operation"));
}

TEST_F(ShrinkTest, SaysThatTheBudgetWasSpent) {
  const Seen seen = settle.Run({"shrink", ReproFile(), "--runs=3", "--out=less.textproto"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, Contains("; then the budget of runs was spent"));
  EXPECT_EQ(settle.Run({"shrink", ReproFile(), "--runs=0"}).code, 4);
}

TEST_F(ShrinkTest, SaysThatNothingIsBroken) {
  const Seen seen = settle.Run({"shrink", "steady.textproto@3"});
  EXPECT_EQ(seen.code, 5);
  EXPECT_EQ(seen.out, "nothing to shrink: steady.textproto@3 breaks no promise\n");
}

TEST_F(ShrinkTest, SaysThatThereIsNoSuchCheck) {
  for (const char* command : {"shrink", "explain"}) {
    const Seen seen = settle.Run({command, ReproFile(), "--check=booked_onc"});
    EXPECT_EQ(seen.code, 2) << command;
    EXPECT_THAT(seen.err, Contains("has no such check; did you mean \"booked_once\"?")) << command;
  }
}

// A file of another build may have faults at points that are no more.
TEST_F(ShrinkTest, NamesThePinsThatTheRunDoesNotComeTo) {
  settle.Shell("sed '/^pin {/{h;s/pay\\([0-9]\\)-[0-9]*/pay\\1-77/;p;g;}' " + ReproFile() +
               " > drifted.repro.textproto");
  const std::string said = "drifted: this run does not come to ";
  const Seen replay = settle.Run({"replay", "drifted.repro.textproto"});
  EXPECT_THAT(replay.out, Contains(said));
  EXPECT_THAT(replay.out, Contains("-77"));
  const Seen shrink = settle.Run({"shrink", "drifted.repro.textproto", "--out=least.textproto"});
  EXPECT_EQ(shrink.code, 0) << shrink.err;
  EXPECT_THAT(shrink.out, Contains(said));
  EXPECT_THAT(shrink.out, Contains("-77"));
  const Seen explain = settle.Run({"explain", "drifted.repro.textproto"});
  EXPECT_THAT(explain.err, Contains("drifted: this run does not come to: "));

  // All of them, so that nothing fails any more.
  settle.Shell("sed '/^pin {/s/pay\\([0-9]\\)-[0-9]*/pay\\1-77/' " + ReproFile() +
               " > gone.repro.textproto");
  const Seen gone = settle.Run({"shrink", "gone.repro.textproto"});
  EXPECT_EQ(gone.code, 5) << gone.err;
  EXPECT_THAT(gone.err, Contains("drifted: this run does not come to: "));
}

TEST_F(ShrinkTest, IsTheNextLineThatRunPrints) {
  const Seen run = settle.Run({"run", "unnoticed.textproto"});
  const size_t at = run.out.find("    shrink:  ");
  ASSERT_NE(at, std::string::npos) << run.out;
  const size_t command = run.out.find("shrink out/", at);
  const std::string line = run.out.substr(command, run.out.find('\n', command) - command);
  EXPECT_EQ(settle.Shell("settle " + line).code, 0) << line;
}

TEST_F(ShrinkTest, RefusesFlagsThatAReproFileContradicts) {
  for (const char* flag : {"--clients=3", "--no-chaos", "--set=ledger.x=1"}) {
    for (const char* command : {"shrink", "explain", "replay"}) {
      const Seen seen = settle.Run({command, ReproFile(), flag});
      EXPECT_EQ(seen.code, 2) << command << " " << flag;
      EXPECT_THAT(seen.err, Contains("cannot be heeded")) << command << " " << flag;
    }
  }
}

TEST_F(ShrinkTest, WritesNothingWhereItCannot) {
  settle.Shell("touch file");
  const Seen seen = settle.Run({"shrink", ReproFile(), "--out=file/least.textproto"});
  EXPECT_EQ(seen.code, 3) << seen.out;
  EXPECT_THAT(seen.err, Contains("settle: file/least.textproto cannot be written: file: "));
  EXPECT_EQ(settle.Run({"shrink", ReproFile(), "--out=/proc/x"}).err,
            "settle: /proc/x cannot be written: /proc: No such file or directory\n");
}

TEST_F(ExplainTest, TellsWhyInAnyForm) {
  settle.Run({"shrink", ReproFile(), "--out=least.textproto"});
  const Seen text = settle.Run({"explain", "least.textproto"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, Contains("\nthe story\n"));
  EXPECT_THAT(text.out, Contains("\nwithout each of them\n"));
  EXPECT_THAT(text.out, Contains("    held\n"));
  EXPECT_THAT(text.out, Contains("\nwhere it parts from the run without: "));
  EXPECT_THAT(settle.Run({"explain", "least.textproto", "--format=md"}).out, StartsWith("# "));
  EXPECT_THAT(settle.Run({"explain", "least.textproto", "--format=mermaid"}).out,
              StartsWith("sequenceDiagram\n"));
  EXPECT_THAT(settle.Run({"explain", "least.textproto", "--format=jsonl"}).out,
              StartsWith("{\"v\":1,\"type\":\"event\","));
  EXPECT_EQ(settle.Run({"explain", "least.textproto", "--format=svg"}).code, 2);
}

TEST_F(ExplainTest, TellsWhatHappenedAroundAnEvent) {
  settle.Run({"shrink", ReproFile(), "--out=least.textproto"});
  const Seen whole = settle.Run({"explain", "least.textproto", "--format=jsonl"});
  const Seen around =
      settle.Run({"explain", "least.textproto", "--format=jsonl", "--around=1", "--events=1"});
  EXPECT_EQ(around.code, 0) << around.err;
  const std::string first = whole.out.substr(0, whole.out.find('\n'));
  EXPECT_THAT(around.out, StartsWith(first + "\n"));
  EXPECT_LT(around.out.size(), whole.out.size());
  EXPECT_THAT(settle.Run({"explain", "least.textproto", "--around=1", "--events=1"}).out,
              Contains(" are left out"));
  const Seen beyond = settle.Run({"explain", "least.textproto", "--around=1000"});
  EXPECT_EQ(beyond.code, 2);
  EXPECT_THAT(beyond.err, Contains("--around=1000: the story has only "));
}

TEST_F(ExplainTest, SaysThatNothingIsBroken) {
  const Seen seen = settle.Run({"explain", "steady.textproto@3"});
  EXPECT_EQ(seen.code, 5);
  EXPECT_EQ(seen.out, "nothing to explain: steady.textproto@3 breaks no promise\n");
}

}  // namespace
}  // namespace tests
