// The commands that run no campaign: list, check, doctor, help.

#include <string>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::IsEmpty;
using ::testing::StartsWith;

class ListTest : public EndToEndTest {};
class CheckTest : public EndToEndTest {};
class DoctorTest : public EndToEndTest {};
class HelpTest : public EndToEndTest {};

TEST_F(ListTest, ShowsSystemsWithSwitchesQuirksAndSteps) {
  const Seen seen = settle.Run({"list", "systems"});
  EXPECT_EQ(seen.code, 0);
  EXPECT_THAT(
      seen.out,
      Contains("system  moody.Node\n    Wrong on purpose.\n"
               "    switch  mood: calm | hashed | broken | fickle | frail; default calm\n"));
  EXPECT_THAT(seen.out, Contains("quirk   books_again: books a payment once for each request\n"
                                 "            trigger: late answers or duplicate\n"
                                 "    late answers: drop, "));
  EXPECT_THAT(seen.out, Contains("outcome refuse: 1: the payment is refused"));
  EXPECT_THAT(seen.out, Contains("workload  pay"));
  EXPECT_THAT(seen.out,
              Contains("step  toy.booked.after of toy.Ledger, after the commit of booked"));
}

TEST_F(ListTest, ShowsWhatAPatternFinds) {
  const Seen seen = settle.Run({"list", "systems", "TELLER"});
  EXPECT_THAT(seen.out, StartsWith("system  toy.Teller"));
  EXPECT_THAT(seen.out, Lacks("moody"));
  EXPECT_EQ(settle.Run({"list", "systems", "absent"}).code, 4);
  EXPECT_EQ(settle.Run({"list", "sistems"}).code, 2);
}

// They are set by flags, not by --set.
TEST_F(ListTest, ShowsTheFlagsOfAWorkload) {
  const Seen seen = settle.Run({"list", "systems", "pay"});
  EXPECT_THAT(seen.out, Contains("by flag --clients=1 to 10000, --operations=1 to 1000000000"));
  EXPECT_THAT(seen.out, Lacks("switch  operations"));
  EXPECT_THAT(seen.out, Lacks("switch  client"));
}

TEST_F(ListTest, SaysThatThereIsNoScenario) {
  settle.Shell("mkdir empty");
  const Seen seen = settle.Run({"list", "scenarios", "--in=empty"});
  EXPECT_EQ(seen.code, 4);
  EXPECT_EQ(seen.err, "settle: there is no scenario beneath empty\n");
  EXPECT_EQ(settle.Run({"list", "scenarios", "absent"}).err,
            "settle: no scenario beneath . is called \"absent\"\n");
}

TEST_F(ListTest, ShowsEveryFaultInOneSentence) {
  const Seen seen = settle.Run({"list", "faults"});
  for (const char* fault : {"drop", "duplicate", "delay", "overtaken", "refuse", "crash",
                            "partition", "clog", "slow_pair", "result", "skew",
                            "accepts_then_fails", "callback_never", "pays_late", "two_channels"}) {
    EXPECT_THAT(seen.out, Contains(std::string("fault  ") + fault + " of "));
  }
  for (const char* fault : {"rolling_upgrade", "two_instances", "empty_cache"}) {
    EXPECT_THAT(seen.out, Contains(std::string("fault  ") + fault + ", written "));
  }
}

TEST_F(ListTest, ShowsChecksWithTheirClaims) {
  const Seen seen = settle.Run({"list", "checks"});
  EXPECT_THAT(seen.out, Contains("check  booked_once (M4)\n    \"No payment is booked twice.\""));
  EXPECT_THAT(seen.out, Contains("declared check  state_machine"));
}

// The promises that are declared in texts count as much as those in C++.
TEST_F(ListTest, ShowsChecksThatTextsDeclare) {
  settle.Write(
      "promises.textproto",
      "# proto-message: settle.Scenario\n"
      "check { name: \"booked_once\" }\n"
      "check { name: \"nothing_negative\" catalogue: \"M3\" claim: \"No amount is negative.\""
      " never_negative { node: \"ledger\" table: \"booked\" column: \"amount\" } }\n");
  const Seen seen = settle.Run({"list", "checks"});
  EXPECT_THAT(seen.out, Contains("check  nothing_negative (M3), declared in promises.textproto\n"
                                 "    \"No amount is negative.\"\n    exercised by: "));
  const Seen id = settle.Run({"list", "checks", "m3", "--json"});
  EXPECT_EQ(id.code, 0);
  EXPECT_THAT(id.out, StartsWith("{\"v\":1,\"type\":\"check\",\"name\":\"nothing_negative\","
                                 "\"catalogue\":\"M3\""));
  EXPECT_THAT(id.out, Contains("\"declared_in\":\"promises.textproto\""));
}

TEST_F(ListTest, ShowsScenariosAndWhatTheyExpect) {
  const Seen seen = settle.Run({"list", "scenarios"});
  EXPECT_EQ(seen.code, 0);
  EXPECT_THAT(seen.out, Contains("scenario  forgets.textproto"));
  EXPECT_THAT(seen.out, Contains("expects VIOLATED: booked_once; 8 seeds"));
  EXPECT_THAT(seen.out, Contains("has errors: settle check misspelt.textproto"));
}

TEST_F(ListTest, PrintsJson) {
  const Seen seen = settle.Run({"list", "systems", "moody", "--json"});
  EXPECT_THAT(seen.out, StartsWith("{\"v\":1,\"type\":\"system\",\"name\":\"moody.Node\""));
}

TEST_F(CheckTest, SaysOkForWhatIsRight) {
  const Seen seen = settle.Run({"check", "steady.textproto"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_EQ(seen.out, "ok  steady.textproto   2 nodes, 1 rule, 1 check\n");
}

TEST_F(CheckTest, SaysWhereAndWhatWouldBeRight) {
  const Seen seen = settle.Run({"check", "misspelt.textproto"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, StartsWith("misspelt.textproto:8:"));
  EXPECT_THAT(seen.err, Contains("did you mean \"toy.Teller\"?"));

  const Seen json = settle.Run({"check", "misspelt.textproto", "--json"});
  EXPECT_THAT(json.out, StartsWith("{\"v\":1,\"type\":\"error\",\"file\":\"misspelt.textproto\","
                                   "\"line\":8,"));
}

TEST_F(CheckTest, RefusesShardsThatSeeTooFewSeeds) {
  EXPECT_EQ(settle.Run({"check", "steady.textproto", "--shards=2"}).code, 0);
  const Seen seen = settle.Run({"check", "steady.textproto", "--shards=3"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, Contains("3 shards of 8 seeds run 2 each, fewer than min_seeds: 4"));
  EXPECT_THAT(seen.err, Contains("at most 2 shards are possible"));
}

// A rule that is shared may be of use in a scenario that was not checked.
TEST_F(CheckTest, NotesARuleThatIsOfUseNowhere) {
  settle.Shell("mkdir bank");
  settle.Write("bank/plan.textproto", "rule { message { to: \"clerk\" } drop {} one_in: 4 }\n");
  const std::string steady = settle.Read("steady.textproto");
  const std::string rule = "rule { message { to: \"ledger\" leg: REPLY } drop {} one_in: 4 }";
  for (const char* name : {"bank/one.textproto", "bank/two.textproto"}) {
    settle.Write(name, Replaced(steady, rule, "include: \"plan.textproto\""));
  }
  const Seen one = settle.Run({"check", "bank/one.textproto"});
  EXPECT_EQ(one.code, 0);
  EXPECT_EQ(one.err, "");
  const Seen both = settle.Run({"check", "bank"});
  EXPECT_EQ(both.code, 0);
  EXPECT_THAT(both.err, Contains("bank/plan.textproto:1"));
  EXPECT_THAT(both.err, Contains("note: this rule applies in none of the 2 scenarios"));
}

TEST_F(DoctorTest, DescribesTheBuildAndFindsItSound) {
  const Seen seen = settle.Run({"doctor", "steady.textproto"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, Contains("compiler"));
  EXPECT_THAT(seen.out, Contains("results      can be kept in out"));
  EXPECT_THAT(seen.out, Contains("steady.textproto: 3 seeds had the same traces in 2 processes"));
}

// In a folder without scenarios: what comes with the command is tested.
TEST_F(DoctorTest, TestsItselfWithoutAScenario) {
  settle.Shell("mkdir empty");
  const Seen seen = settle.Shell("cd empty && settle doctor");
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out,
              Contains("determinism  self-test: 3 seeds had the same traces in 2 processes\n"));
  EXPECT_THAT(seen.out, Contains("to test your own components, name a scenario of theirs"));
  EXPECT_THAT(settle.Run({"list", "systems"}).out, Lacks("selftest"));
}

TEST_F(DoctorTest, NoticesThatResultsCannotBeKept) {
  settle.Write("out", "a file");
  const Seen seen = settle.Run({"doctor"});
  EXPECT_EQ(seen.code, 3);
  EXPECT_THAT(seen.out, Contains("cannot be kept in out"));
  EXPECT_THAT(seen.out, Contains("self-test: 3 seeds had the same traces"));
}

TEST_F(HelpTest, ShowsTheBuild) {
  const Seen seen = settle.Run({"--version"});
  EXPECT_EQ(seen.code, 0);
  EXPECT_THAT(seen.out, ::testing::MatchesRegex("settle, build ([0-9a-f]+|unknown)\n"));
}

TEST_F(HelpTest, ShowsCommandsAndExitCodes) {
  const Seen seen = settle.Run({"--help"});
  EXPECT_EQ(seen.code, 0);
  for (const char* command : {"list", "check", "run", "replay", "doctor"}) {
    EXPECT_THAT(seen.out, Contains(command));
  }
  EXPECT_THAT(seen.out, Contains("6   nondeterminism"));
  EXPECT_THAT(seen.out, Lacks("rerun"));
  EXPECT_EQ(settle.Run({}).code, 2);
}

TEST_F(HelpTest, NamesAWordThatIsNoCommand) {
  const Seen seen = settle.Run({"rnu", "steady.textproto"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, StartsWith("settle: there is no command \"rnu\"; did you mean \"run\"?\n"));
}

}  // namespace
}  // namespace tests
