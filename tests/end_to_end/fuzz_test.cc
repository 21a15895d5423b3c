// `settle fuzz` as its user sees it: what it finds is told once and kept, whatever ends
// it; budgets, a second process, workers that die or hang, and runs that do not repeat.

#include <signal.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

class FuzzTest : public EndToEndTest {
 protected:
  int SeedsKept(const std::string& corpus = "out/fuzz/corpus.db") {
    return Number(settle.Run({"corpus", "show", corpus, "--json"}).out, "seeds");
  }

  static int SeedsRun(const Seen& seen) {
    return Number(seen.out.substr(seen.out.find("\"type\":\"summary\"")), "seeds");
  }
};

TEST_F(FuzzTest, EndsWithZeroWhenPromisesHeldOrBrokeAsExpected) {
  const Seen seen = settle.Run({"fuzz", "steady.textproto", "forgets.textproto", "--seeds=30"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("held  steady   30 seeds   30 held"));
  EXPECT_THAT(seen.out, HasSubstr("VIOLATED, as expected  forgets   30 seeds"));
  EXPECT_THAT(seen.out, HasSubstr("60 seeds of 2 scenarios in "));
  EXPECT_THAT(seen.out, HasSubstr("kept in out/fuzz/corpus.db   exit 0\n"));
}

TEST_F(FuzzTest, TellsANewFailureOnceWithLinesThatRepeatIt) {
  const Seen seen = settle.Run({"fuzz", "unnoticed.textproto", "--seeds=40"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("unnoticed.textproto:\n  VIOLATED  booked_once (M4): \"No "));
  EXPECT_THAT(seen.out, HasSubstr("is lost"));  // the fault, as a sentence
  EXPECT_THAT(seen.out, HasSubstr("1 kind of failures, 1 new"));
  const Seen by_seed = settle.Shell("settle " + Again(seen.out, "by seed: "));
  EXPECT_EQ(by_seed.code, 1) << by_seed.err;
  const Seen again = settle.Shell("settle " + Again(seen.out));
  EXPECT_EQ(again.code, 1) << again.err;
  EXPECT_THAT(again.out, Contains("reproduced: booked_once, in the very same run"));

  const Seen known = settle.Run({"fuzz", "unnoticed.textproto", "--seeds=40", "--base-seed=1000"});
  EXPECT_EQ(known.code, 1);
  EXPECT_THAT(known.out, StartsWith("VIOLATED  unnoticed"));
  EXPECT_THAT(known.out, HasSubstr("1 kind of failures, 0 new"));
}

// One process or many: the same seeds, the same failures, the same repro.
TEST_F(FuzzTest, FindsTheSameWithAnyNumberOfProcesses) {
  std::string first;
  for (const char* jobs : {"1", "3"}) {
    const std::string out = std::string("out") + jobs;
    settle.Run({"fuzz", "unnoticed.textproto", "--seeds=60", "--out=" + out,
                std::string("--jobs=") + jobs});
    const std::string shown =
        settle.Run({"corpus", "show", out + "/corpus.db", "--json"}).out +
        settle.Read(out + "/unnoticed/" + settle.Files(out + "/unnoticed").at(0));
    if (first.empty()) first = shown;
    EXPECT_EQ(shown, first);
  }
}

TEST_F(FuzzTest, StopsWhenItsBudgetIsSpent) {
  EXPECT_EQ(settle.Run({"fuzz", "steady.textproto", "--seeds=0"}).code, 4);
  EXPECT_EQ(settle.Run({"fuzz", "steady.textproto", "--time=0s"}).code, 4);
  EXPECT_FALSE(settle.Exists("out"));
  const Seen time = settle.Run({"fuzz", "steady.textproto", "--time=1s"});
  EXPECT_EQ(time.code, 0) << time.err;
  EXPECT_THAT(time.out, HasSubstr("held  steady"));
  const Seen kinds = settle.Run({"fuzz", "unnoticed.textproto", "--stop-after=1"});
  EXPECT_EQ(kinds.code, 1) << kinds.err;
}

TEST_F(FuzzTest, RefusesFlagsThatMakeNoSense) {
  for (const char* flag : {"--time=soon", "--time=-1s", "--seeds=1..5", "--jobs=0",
                           "--stop-after=0", "--patience=0s", "--base-seed=-1"}) {
    EXPECT_EQ(settle.Run({"fuzz", "steady.textproto", flag}).code, 2) << flag;
  }
  EXPECT_FALSE(settle.Exists("out"));
}

TEST_F(FuzzTest, ResumesOnlyWhatHasBegun) {
  EXPECT_EQ(settle.Run({"fuzz", "steady.textproto", "--seeds=5", "--resume"}).code, 3);
  EXPECT_EQ(settle.Run({"fuzz", "steady.textproto", "--seeds=5"}).code, 0);
  const Seen other = settle.Run({"fuzz", "unnoticed.textproto", "--seeds=5", "--resume"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("--resume: out/fuzz/corpus.db has no runs of "
                                   "unnoticed.textproto as it is now"));
}

// Under the shape of its story, with one fault and one operation.
TEST_F(FuzzTest, KeepsFailuresThatItMadeSmall) {
  const Seen seen = settle.Run({"fuzz", "unnoticed.textproto", "--seeds=40"});
  EXPECT_THAT(seen.out, HasSubstr("(1 fault)\n"));
  const std::string show = settle.Run({"corpus", "show", "out/fuzz/corpus.db"}).out;
  EXPECT_THAT(show,
              MatchesRegex("(.|\n)*\n  failing  [^\n]*  booked_once-[0-9a-f]+  1 fault, [^\n]*\n"));
  settle.Run({"corpus", "export", "out/fuzz/corpus.db", "small"});
  const std::string file = "small/" + settle.Files("small").at(0);
  EXPECT_THAT(settle.Read(file), HasSubstr("only {\n"));
  EXPECT_EQ(settle.Run({"replay", file}).code, 1);
  // The next search knows it, though it meets it as it was.
  const Seen known = settle.Run({"fuzz", "unnoticed.textproto", "--seeds=40", "--base-seed=1000"});
  EXPECT_THAT(known.out, HasSubstr("1 kind of failures, 0 new"));
  EXPECT_EQ(
      settle.Run({"corpus", "show", "out/fuzz/corpus.db"}).out.find("failing", show.size() - 1),
      std::string::npos);
}

TEST_F(FuzzTest, GoesOnAfterAKillWithoutRunningASeedTwice) {
  const std::vector<std::string> words = {"fuzz", "unnoticed.textproto", "--seeds=4000", "--jobs=2",
                                          "--json"};
  // Its folder comes after the first batch is kept.
  const Seen killed =
      settle.RunAndSignal(words, "out/fuzz/unnoticed", SIGKILL, [] { usleep(300'000); });
  ASSERT_EQ(killed.code, 128 + SIGKILL);
  const int kept = SeedsKept();
  ASSERT_GT(kept, 0);
  ASSERT_LT(kept, 4000);

  std::vector<std::string> more = words;
  more.push_back("--resume");
  const Seen resumed = settle.Run(more);
  EXPECT_EQ(resumed.code, 1) << resumed.err;
  EXPECT_EQ(SeedsRun(resumed), 4000 - kept);
  EXPECT_EQ(SeedsKept(), 4000);
  EXPECT_EQ(settle.Run(more).code, 4);

  std::vector<std::string> whole = words;
  whole.push_back("--out=whole");
  settle.Run(whole);
  EXPECT_EQ(settle.Run({"corpus", "show", "whole/corpus.db", "--json"}).out,
            settle.Run({"corpus", "show", "out/fuzz/corpus.db", "--json"}).out);
}

TEST_F(FuzzTest, KeepsResultsWhenInterrupted) {
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    const std::string out = "out" + std::to_string(code);
    const Seen seen = settle.RunAndSignal({"fuzz", "unnoticed.textproto", "--out=" + out},
                                          out + "/unnoticed", signal);
    EXPECT_EQ(seen.code, code) << seen.err;
    EXPECT_THAT(seen.out, HasSubstr("VIOLATED  unnoticed"));
    EXPECT_THAT(seen.err, HasSubstr("interrupted; what has ended is kept in " + out +
                                    "/corpus.db; go on by --resume"));
    EXPECT_GT(SeedsKept(out + "/corpus.db"), 0);
  }
}

TEST_F(FuzzTest, NamesTheProcessThatUsesTheCorpus) {
  const Seen seen = settle.Shell("(exec " + settle.program() +
                                 " fuzz unnoticed.textproto --time=5m >first 2>&1) & "
                                 "while [ ! -d out/fuzz/unnoticed ]; do sleep 0.05; done; "
                                 "settle fuzz steady.textproto --seeds=1; code=$?; "
                                 "kill -TERM $!; wait $!; echo first $?; exit $code");
  EXPECT_EQ(seen.code, 3);
  EXPECT_THAT(seen.err, MatchesRegex("settle: out/fuzz/corpus.db: is in use by process [0-9]+ "
                                     "\\(.*moody fuzz unnoticed.textproto --time=5m\\); one at a "
                                     "time, also to look at it\n"));
  EXPECT_THAT(seen.out, HasSubstr("first 143"));
}

TEST_F(FuzzTest, LeavesAFileThatIsNoCorpusAsItIs) {
  settle.Write("mine.db", "my shopping list");
  const Seen seen = settle.Run({"fuzz", "steady.textproto", "--seeds=1", "--corpus=mine.db"});
  EXPECT_EQ(seen.code, 3);
  EXPECT_THAT(seen.err, HasSubstr("mine.db: is no corpus, nor any SQLite database; it was left as "
                                  "it is"));
  EXPECT_EQ(settle.Read("mine.db"), "my shopping list");
  EXPECT_FALSE(settle.Exists("out"));
}

TEST_F(FuzzTest, LeavesACorpusOfANewerVersionAsItIs) {
  settle.Run({"fuzz", "steady.textproto", "--seeds=1"});
  std::string bytes = settle.Read("out/fuzz/corpus.db");
  bytes[63] = 9;  // the lowest byte of its version
  settle.Write("newer.db", bytes);
  const Seen seen = settle.Run({"fuzz", "steady.textproto", "--seeds=1", "--corpus=newer.db"});
  EXPECT_EQ(seen.code, 3);
  EXPECT_THAT(seen.err, HasSubstr("newer.db: was written by a newer settle, corpus version 9"));
  EXPECT_TRUE(settle.Read("newer.db") == bytes);
}

// A component that breaks the simulator in some seeds: the others run all the same.
TEST_F(FuzzTest, ReplacesWorkersThatDie) {
  settle.Write("fickle.textproto",
               Replaced(settle.Read("moody.textproto"), "mood=hashed", "mood=fickle"));
  const Seen seen = settle.Run({"fuzz", "fickle.textproto", "--seeds=40", "--guard=0"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("of fickle.textproto: its process ended with code 70"));
  EXPECT_THAT(seen.out, HasSubstr("VIOLATED  fickle   40 seeds   "));
  EXPECT_THAT(seen.out, MatchesRegex("(.|\n)* [0-9]+ held, [0-9]+ died (.|\n)*"));
  EXPECT_EQ(settle.Shell("settle " + Again(seen.out, "by seed: ")).code, 70);
  EXPECT_EQ(SeedsKept(), 40);
  const Seen retest = settle.Run({"corpus", "retest", "out/fuzz/corpus.db"});
  EXPECT_EQ(retest.code, 1);
  EXPECT_THAT(retest.out, StartsWith("still failing  fickle.textproto  process-"));
}

TEST_F(FuzzTest, EndsASeedThatTakesTooLong) {
  std::string text =
      Replaced(settle.Read("steady.textproto"), "operations: 5", "operations: 100000000");
  text = Replaced(text, "min_seeds: 4", "max_events: 100000000000");
  for (int i = 0; i < 2; ++i) text = Replaced(text, "\"2m\"", "\"1000h\"");
  settle.Write("endless.textproto", text);
  const Seen seen =
      settle.Run({"fuzz", "endless.textproto", "--seeds=2", "--patience=500ms", "--jobs=1"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out,
              HasSubstr("DIED  seed 1 of endless.textproto: it did not end within 500ms"));
  EXPECT_EQ(SeedsKept(), 2);
}

TEST_F(FuzzTest, FindsRunsThatDoNotRepeat) {
  const Seen seen = settle.Run({"fuzz", "moody.textproto", "--seeds=20"});
  EXPECT_EQ(seen.code, 6) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("NONDETERMINISM  moody.textproto@1: seed 1 had one trace in a "
                                  "worker and another in a fresh process"));
  EXPECT_THAT(seen.out, HasSubstr("the first event that differs is record "));
  EXPECT_THAT(seen.out, HasSubstr("moody  draw mood customer-"));
}

// The corpus remembers how each seed ended.
TEST_F(FuzzTest, FindsRunsThatDoNotRepeatFromDayToDay) {
  const std::vector<std::string> words = {"fuzz", "moody.textproto", "--seeds=20", "--guard=0"};
  EXPECT_EQ(settle.Run(words).code, 0);
  const Seen seen = settle.Run(words);
  EXPECT_EQ(seen.code, 6) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("and another when out/fuzz/corpus.db learnt of it"));
}

TEST_F(FuzzTest, SpeaksJson) {
  const Seen seen = settle.Run({"fuzz", "unnoticed.textproto", "--seeds=40", "--json"});
  EXPECT_THAT(seen.out,
              MatchesRegex("\\{\"v\":1,\"type\":\"failure\",[^\n]*\n"
                           "\\{\"v\":1,\"type\":\"prospect\",[^\n]*\n"
                           "\\{\"v\":1,\"type\":\"summary\",\"scenarios\":1,\"seeds\":\"40\","
                           "\"kinds\":1,\"new\":1,[^\n]*\"exit\":1\\}\n"));
  EXPECT_THAT(seen.err, Not(HasSubstr("{\"v\"")));
}

}  // namespace
}  // namespace tests
