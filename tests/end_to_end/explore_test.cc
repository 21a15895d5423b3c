// `settle explore` and `settle bench`: what was tried, in a sentence, and what it found.

#include <signal.h>
#include <unistd.h>

#include <string>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

class ExploreTest : public EndToEndTest {};
class BenchTest : public EndToEndTest {};
class PlanTest : public EndToEndTest {};

TEST_F(ExploreTest, SaysWhatItTried) {
  const Seen seen = settle.Run({"explore", "steady.textproto@3"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, Contains("steady   seed 3, calm: all "));
  EXPECT_THAT(seen.out, Contains(" single faults: held\n"));
}

TEST_F(ExploreTest, KeepsWhatBreaksInAFileThatReplays) {
  const Seen seen = settle.Run({"explore", "unnoticed.textproto"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, Contains("VIOLATED  booked_once   by "));
  const Seen again = settle.Run({"replay", ReproFile()});
  EXPECT_EQ(again.code, 1) << again.err;
  EXPECT_THAT(again.out, Contains("reproduced: booked_once, in the very same run"));
}

TEST_F(ExploreTest, IsTheSameByAnyNumberOfProcesses) {
  const Seen one = settle.Run({"explore", "unnoticed.textproto", "--json", "--jobs=1"});
  const Seen three = settle.Run({"explore", "unnoticed.textproto", "--json", "--jobs=3"});
  EXPECT_THAT(one.out, Contains("\"type\":\"explored\""));
  EXPECT_EQ(one.out, three.out);
}

TEST_F(ExploreTest, SaysThatNotAllWasTried) {
  const Seen few = settle.Run({"explore", "steady.textproto", "--runs=2"});
  EXPECT_EQ(few.code, 5);
  EXPECT_THAT(few.out, Contains("NOT ALL WAS TRIED: the budget was 2 runs"));
  const Seen enough = settle.Run({"explore", "unnoticed.textproto", "--stop-after=1"});
  EXPECT_EQ(enough.code, 1);
  EXPECT_THAT(enough.out, Contains("NOT ALL WAS TRIED: it was to stop after 1 failure"));
  EXPECT_EQ(settle.Run({"explore", "steady.textproto", "--runs=0"}).code, 4);
  EXPECT_EQ(settle.Run({"explore", "steady.textproto", "--depth=3"}).code, 2);
}

TEST_F(ExploreTest, RefusesFlagsThatContradictEachOther) {
  const Seen audit = settle.Run({"explore", "steady.textproto", "--audit"});
  EXPECT_EQ(audit.code, 2);
  EXPECT_THAT(audit.err, Contains("it needs --depth=2"));
  const Seen few = settle.Run({"explore", "steady.textproto", "--runs=3", "--stop-after=4"});
  EXPECT_EQ(few.code, 2);
  EXPECT_THAT(few.err, Contains("--stop-after=4 failures cannot be met in --runs=3"));
  EXPECT_FALSE(settle.Exists("out"));
}

// Without any fault, so there is nothing to explore; but broken is broken.
TEST_F(ExploreTest, SaysWhatTheCalmRunBreaksAlready) {
  std::string text = settle.Read("unnoticed.textproto");
  const size_t pin = text.find("  no_swarm");
  text.insert(pin,
              "  pin { point: \"reply toy.Book teller<ledger pay1-1\" occurrence: 1 "
              "choice: DROP }\n");
  settle.Write("broken.textproto", text);
  const Seen seen = settle.Run({"explore", "broken.textproto"});
  EXPECT_EQ(seen.code, 1) << seen.out << seen.err;
  EXPECT_THAT(seen.out, Contains("the calm run breaks a promise already: booked_once"));
  EXPECT_THAT(seen.out, Contains("VIOLATED  booked_once   by 1 run"));
  EXPECT_THAT(seen.out, Contains("pay1-1's toy.Book, ledger > teller, is lost   (of the scenario "
                                 "itself)\n"));
  EXPECT_EQ(settle.Run({"replay", ReproFile()}).code, 1);
  settle.Write("expected.textproto", text + "expect: VIOLATED\nviolated: \"booked_once\"\n");
  EXPECT_EQ(settle.Run({"explore", "expected.textproto"}).code, 0);
}

TEST_F(ExploreTest, RefusesToBeCalmWithoutRules) {
  const Seen seen = settle.Run({"explore", "steady.textproto", "--no-chaos"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, Contains("--no-chaos leaves nothing to explore"));
  EXPECT_THAT(seen.err, Contains("`settle run --no-chaos`"));
  EXPECT_FALSE(settle.Exists("out"));
}

TEST_F(ExploreTest, DoesNotCallHeldWhatNobodyJudged) {
  settle.Write("cut.textproto",
               Replaced(settle.Read("steady.textproto"), "min_seeds: 4", "max_events: 20"));
  const Seen cut = settle.Run({"explore", "cut.textproto"});
  EXPECT_EQ(cut.code, 5) << cut.err;
  EXPECT_THAT(cut.out, Contains("the calm run is inconclusive: stopped after 20 events"));
  EXPECT_THAT(cut.out, Lacks("held"));

  // As many events as the calm run has; a lost message means more.
  const std::string calm =
      settle.Run({"run", "steady.textproto", "--seed=1", "--no-chaos", "--json"}).out;
  const std::string mark = "\"events\":\"";
  const size_t begin = calm.find(mark) + mark.size();
  const std::string events = calm.substr(begin, calm.find('"', begin) - begin);
  settle.Write("tight.textproto",
               Replaced(settle.Read("steady.textproto"), "min_seeds: 4", "max_events: " + events));
  const Seen tight = settle.Run({"explore", "tight.textproto", "--json"});
  EXPECT_EQ(tight.code, 5) << tight.err;
  EXPECT_THAT(tight.out, Contains("10 of 10 inconclusive"));
  EXPECT_THAT(tight.out, Contains("\"singles_inconclusive\":10"));
}

// Thousands of faults, of which each breaks a promise. The teller asks once, so that a slow
// message breaks none.
TEST_F(ExploreTest, KeepsWhatItFoundWhenInterrupted) {
  std::string text = Replaced(settle.Read("unnoticed.textproto"), "leg: REPLY } drop {}",
                              "leg: REQUEST } duplicate {}");
  text = Replaced(text, "\"toy.Teller\"", "\"toy.Teller\" set: \"attempts=1\"");
  settle.Write("unnoticed.textproto", text);
  const Seen seen = settle.RunAndSignal({"explore", "unnoticed.textproto", "--operations=3000"},
                                        "out/unnoticed", SIGINT, [] { usleep(4'000'000); });
  EXPECT_EQ(seen.code, 130) << seen.err;
  EXPECT_THAT(seen.out, Contains("unnoticed   seed 1, calm: not all of 6,000 points"));
  EXPECT_THAT(seen.out, Contains("NOT ALL WAS TRIED: it was interrupted"));
  EXPECT_THAT(seen.out, Contains("VIOLATED  booked_once   by "));
  EXPECT_THAT(seen.err, Contains("interrupted; what was found so far is kept in out/unnoticed"));
  EXPECT_EQ(settle.Run({"replay", ReproFile()}).code, 1);
}

// A component that breaks the simulator when it boots again: the others run all the same,
// and what is kept leads to it.
TEST_F(ExploreTest, NamesTheFaultsOfARunOfWhichItsProcessDied) {
  std::string text = Replaced(settle.Read("moody.textproto"), "mood=hashed", "mood=frail");
  const std::string rule =
      "rule { process { node: \"moody\" } crash { max: \"1s\" } one_in: 1000 } ";
  const std::string other = "rule { message { to: \"ledger\" } drop {} one_in: 1000 } ";
  settle.Write("frail.textproto", Replaced(text, "chaos { ", "chaos { " + rule + other));
  const Seen seen = settle.Run({"explore", "frail.textproto"});
  EXPECT_EQ(seen.code, 1) << seen.out << seen.err;
  EXPECT_THAT(seen.out, Contains(" died"));
  EXPECT_THAT(seen.out, Contains("\n  DIED  a process of settle, with code 70   in "));
  EXPECT_THAT(seen.out, Lacks("NOT ALL WAS TRIED"));
  EXPECT_EQ(settle.Run({"replay", ReproFile()}).code, 70);
}

TEST_F(PlanTest, AddsRulesThatAReproFileNames) {
  std::string calm = settle.Read("unnoticed.textproto");
  const size_t rule = calm.find("  rule {");
  calm.erase(rule, calm.find('\n', rule) - rule + 1);
  settle.Write("calm.textproto", calm);
  settle.Write("lost.textproto",
               "# proto-file: faults/fault.proto\n# proto-message: settle.FaultPlan\n\n"
               "rule { message { to: \"ledger\" leg: REPLY } drop {} one_in: 4 }\n");
  EXPECT_EQ(settle.Run({"run", "calm.textproto", "-q"}).code, 0);
  EXPECT_EQ(settle.Run({"explore", "calm.textproto"}).code, 4);
  EXPECT_EQ(settle.Run({"run", "calm.textproto", "--plan=lost.textproto", "-q"}).code, 1);
  const std::string repro = settle.Read(ReproFile());
  EXPECT_THAT(repro, Contains("plan: \"lost.textproto\""));
  EXPECT_EQ(settle.Run({"replay", ReproFile()}).code, 1);
  const Seen missing = settle.Run({"run", "calm.textproto", "--plan=absent.textproto"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, Contains("absent.textproto: No such file"));
}

TEST_F(BenchTest, ScoresEachSearch) {
  const std::string expects =
      settle.Read("unnoticed.textproto") + "expect: VIOLATED\nviolated: \"booked_once\"\n";
  settle.Write("quirk.textproto", expects);
  const Seen seen = settle.Run({"bench", "quirks", "quirk.textproto", "--repeat=2"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  for (const char* search : {"random  ", "swarm   ", "explore ", "guided  "}) {
    EXPECT_THAT(seen.out, Contains(std::string(search) + " found 1 of 1 quirks")) << search;
  }
  EXPECT_THAT(seen.out, Contains("of 8 detections (100.0 %)"));
  EXPECT_THAT(seen.out, Contains("trigger: late answers or duplicate\n"));
  EXPECT_THAT(seen.out, Contains("silent without it, with: all clients\n"));
  EXPECT_THAT(seen.out, Contains("without their trigger, with all other faults on, 0 of 1 break a "
                                 "promise all the same; 0 need none"));
}

TEST_F(BenchTest, CountsWholeRepetitionsOnly) {
  const std::string expects =
      settle.Read("unnoticed.textproto") + "expect: VIOLATED\nviolated: \"booked_once\"\n";
  settle.Write("quirk.textproto", expects);
  const Seen none = settle.Run({"bench", "quirks", "quirk.textproto", "--time=0s"});
  EXPECT_EQ(none.code, 5) << none.err;
  const Seen some =
      settle.Run({"bench", "quirks", "quirk.textproto", "--repeat=100000", "--time=3s"});
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_THAT(some.out, Contains("of each search at each quirk, of 100000 for which 3s did not"));
}

TEST_F(BenchTest, SaysThatNothingIsPlanted) {
  EXPECT_EQ(settle.Run({"bench", "quirks", "steady.textproto"}).code, 4);
  EXPECT_EQ(settle.Run({"bench", "quirks", "steady.textproto", "--repeat=0"}).code, 4);
}

}  // namespace
}  // namespace tests
