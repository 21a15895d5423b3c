// `settle fuzz --search` and `--ties` as their user sees them: a guided search finds the same
// with any number of processes and after a kill; what it finds, and how a process died under
// faults that it had added, is shown again by a repro file.

#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::HasSubstr;

class FuzzSearchTest : public EndToEndTest {
 protected:
  static int SeedsRun(const Seen& seen) {
    return Number(seen.out.substr(seen.out.find("\"type\":\"summary\"")), "seeds");
  }

  // All that a search keeps: its corpus, and its repro files.
  std::string Kept(const std::string& out) {
    std::string kept = settle.Run({"corpus", "show", out + "/corpus.db", "--json"}).out;
    settle.Run({"corpus", "export", out + "/corpus.db", out + "/exported"});
    for (const char* folder : {"/unnoticed/", "/exported/"}) {
      for (const std::string& file : settle.Files(out + folder)) {
        kept += file + ":\n" + settle.Read(out + folder + file);
      }
    }
    return kept;
  }
};

TEST_F(FuzzSearchTest, GuidedFindsWhatItCanShowAgain) {
  const Seen seen =
      settle.Run({"fuzz", "unnoticed.textproto", "--search=guided", "--seeds=60", "--jobs=2"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("VIOLATED  booked_once"));
  const Seen again = settle.Shell("settle " + Again(seen.out));
  EXPECT_EQ(again.code, 1) << again.err;
  EXPECT_THAT(again.out, Contains("reproduced: booked_once, in the very same run"));
  const std::string shown = settle.Run({"corpus", "show", "out/fuzz/corpus.db", "--json"}).out;
  EXPECT_EQ(Number(shown, "guided"), 60);
  EXPECT_GT(Number(shown, "features"), 10);
}

TEST_F(FuzzSearchTest, GuidedIsTheSameWithAnyNumberOfProcesses) {
  std::string first;
  for (const char* jobs : {"1", "2", "3"}) {
    const std::string out = std::string("out") + jobs;
    settle.Run({"fuzz", "unnoticed.textproto", "--search=guided", "--seeds=300", "--out=" + out,
                std::string("--jobs=") + jobs});
    const std::string kept = Kept(out);
    if (first.empty()) first = kept;
    EXPECT_EQ(kept, first) << jobs;
  }
}

TEST_F(FuzzSearchTest, GuidedGoesOnAfterAKillAsIfNothingHadHappened) {
  const std::vector<std::string> words = {"fuzz",     "unnoticed.textproto", "--search=guided",
                                          "--jobs=2", "--seeds=6000",        "--json"};
  const Seen killed =
      settle.RunAndSignal(words, "out/fuzz/unnoticed", SIGKILL, [] { usleep(400'000); });
  ASSERT_EQ(killed.code, 128 + SIGKILL);
  const std::string before = settle.Run({"corpus", "show", "out/fuzz/corpus.db", "--json"}).out;
  const int made = Number(before, "guided");
  ASSERT_LT(made, 6000);
  ASSERT_GT(Number(before, "features"), 0);

  std::vector<std::string> more = words;
  more.push_back("--resume");
  const Seen resumed = settle.Run(more);
  EXPECT_EQ(resumed.code, 1) << resumed.err;
  EXPECT_EQ(SeedsRun(resumed), 6000 - made / 256 * 256) << "from the last whole stage";
  EXPECT_EQ(settle.Run(more).code, 4);

  std::vector<std::string> whole = words;
  whole.push_back("--out=whole");
  settle.Run(whole);
  EXPECT_EQ(Kept("out/fuzz"), Kept("whole"));
}

// Some runs of it end their process; those of a mutation need its faults.
TEST_F(FuzzSearchTest, KeepsTheFaultsUnderWhichAProcessDied) {
  settle.Write("fickle.textproto",
               Replaced(settle.Read("moody.textproto"), "mood=hashed", "mood=fickle"));
  const Seen seen = settle.Run(
      {"fuzz", "fickle.textproto", "--search=random", "--seeds=40", "--guard=0", "--jobs=2"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("of fickle.textproto: its process ended with code 70"));
  const std::string file = "out/fuzz/fickle/" + settle.Files("out/fuzz/fickle").at(0);
  EXPECT_THAT(settle.Read(file), HasSubstr("rules: RULES_AS_WRITTEN\n"));
  EXPECT_EQ(settle.Shell("settle " + Again(seen.out)).code, 70);
  const Seen retest = settle.Run({"corpus", "retest", "out/fuzz/corpus.db"});
  EXPECT_EQ(retest.code, 1) << retest.err;
  EXPECT_THAT(retest.out, HasSubstr("still failing  fickle.textproto  process-"));

  const Seen guided = settle.Run({"fuzz", "fickle.textproto", "--search=guided", "--seeds=60",
                                  "--jobs=2", "--out=guided", "--guard=0"});
  EXPECT_EQ(guided.code, 1) << guided.err;
  EXPECT_THAT(guided.out, HasSubstr(" died"));
}

// A component that breaks the simulator when it boots again, and rules by which it never
// does: only a crash that the search has added ends the process.
TEST_F(FuzzSearchTest, KeepsTheFaultsThatAMutationDiedOf) {
  std::string text = Replaced(settle.Read("moody.textproto"), "mood=hashed", "mood=frail");
  text = Replaced(text, "chaos { ",
                  "chaos { rule { process { node: \"moody\" } crash { max: \"1s\" } "
                  "one_in: 1000000000 } ");
  settle.Write("frail.textproto", text);
  const std::vector<std::string> words = {"fuzz", "frail.textproto", "--seeds=200", "--guard=0",
                                          "--jobs=2"};
  std::vector<std::string> guided = words;
  guided.push_back("--search=guided");
  const Seen seen = settle.Run(guided);
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("of frail.textproto: its process ended with code 70"));
  const std::string file = "out/fuzz/frail/" + settle.Files("out/fuzz/frail").at(0);
  EXPECT_THAT(settle.Read(file), HasSubstr("choice: CRASH"));
  EXPECT_EQ(settle.Shell("settle " + Again(seen.out)).code, 70);

  std::vector<std::string> random = words;
  random.insert(random.end(), {"--search=random", "--out=random"});
  EXPECT_EQ(settle.Run(random).code, 0);
}

TEST_F(FuzzSearchTest, RandomHasNoSwarmAndKeepsNoSeeds) {
  const std::vector<std::string> words = {"fuzz", "steady.textproto", "--search=random",
                                          "--seeds=20"};
  EXPECT_EQ(settle.Run(words).code, 0);
  EXPECT_EQ(settle.Run({"fuzz", "steady.textproto", "--seeds=20"}).code, 0)
      << "what a seed comes to with swarm is no contradiction";
  std::vector<std::string> more = words;
  more.push_back("--resume");
  EXPECT_EQ(settle.Run(more).code, 2);
}

TEST_F(FuzzSearchTest, RefusesWordsThatItDoesNotKnow) {
  const Seen search = settle.Run({"fuzz", "steady.textproto", "--search=luck"});
  EXPECT_EQ(search.code, 2);
  EXPECT_THAT(search.err, HasSubstr("--search: \"luck\" is no such word; write one of guided, "
                                    "random, swarm"));
  const Seen ties = settle.Run({"run", "steady.textproto", "--ties=even"});
  EXPECT_EQ(ties.code, 2);
  EXPECT_THAT(ties.err, HasSubstr("write one of drawn, priorities"));
  EXPECT_EQ(settle.Run({"fuzz", "steady.textproto", "--search=guided", "--ties=priorities"}).code,
            2);
  EXPECT_FALSE(settle.Exists("out"));
}

// ---- ties by priorities ------------------------------------------------------------

TEST_F(FuzzSearchTest, AReproRemembersHowTiesWereDecided) {
  const Seen seen =
      settle.Run({"fuzz", "unnoticed.textproto", "--ties=priorities", "--seeds=40", "--jobs=2"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  const std::string file = "out/fuzz/unnoticed/" + settle.Files("out/fuzz/unnoticed").at(0);
  EXPECT_THAT(settle.Read(file), HasSubstr("ties: PRIORITIES\n"));
  const Seen again = settle.Run({"replay", file});
  EXPECT_EQ(again.code, 1) << again.err;
  EXPECT_THAT(again.out, Contains("reproduced: booked_once, in the very same run"));
}

// The same digest in a fresh process is what `run`, `replay` and `shrink` look at.
TEST_F(FuzzSearchTest, ShrinksWithTheSameTies) {
  const Seen run = settle.Run({"run", "unnoticed.textproto", "--ties=priorities", "--seeds=1..40"});
  EXPECT_EQ(run.code, 1) << run.err;
  const Seen again = settle.Shell("settle " + Again(run.out));
  EXPECT_EQ(again.code, 1) << again.err;
  EXPECT_THAT(again.out, Contains("reproduced: booked_once, in the very same run"));
  std::string file = Again(run.out).substr(std::string("replay ").size());
  file = file.substr(0, file.find(' '));
  EXPECT_EQ(settle.Run({"shrink", file, "--out=small.repro.textproto"}).code, 0);
  EXPECT_THAT(settle.Read("small.repro.textproto"), HasSubstr("ties: PRIORITIES\n"));
  EXPECT_EQ(settle.Run({"replay", "small.repro.textproto"}).code, 1);
  EXPECT_EQ(settle.Run({"replay", "small.repro.textproto", "--ties=drawn"}).code, 1);
  EXPECT_EQ(settle.Run({"replay", "small.repro.textproto", "--ties=priorities"}).code, 2);
}

}  // namespace
}  // namespace tests
