// `settle run` as its user sees it: exit codes, what is printed, what is kept,
// and that what is printed works when it is pasted.

#include <string>
#include <vector>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class RunTest : public EndToEndTest {};

TEST_F(RunTest, EndsWithZeroWhenPromisesHeld) {
  const Seen seen = settle.Run({"run", "steady.textproto"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("held  steady   8 seeds (1..8)   8 held"));
  EXPECT_THAT(seen.out, Contains("booked_once  M4  exercised"));
  EXPECT_THAT(seen.err, IsEmpty());
  EXPECT_THAT(settle.Files("out"), ElementsAre("steady/report.txt", "steady/result.json"));
}

TEST_F(RunTest, EndsWithZeroWhenTheExpectedPromiseBroke) {
  const Seen seen = settle.Run({"run", "forgets.textproto"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("VIOLATED, as expected  forgets"));
}

TEST_F(RunTest, EndsWithOneAndALineThatRepeatsTheFailure) {
  const Seen seen = settle.Run({"run", "unnoticed.textproto"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("FAILED  unnoticed"));
  EXPECT_THAT(seen.out, Contains("(M4): \"No payment is booked twice.\""));
  EXPECT_THAT(seen.out, Contains("is lost"));  // the fault, as a sentence
  EXPECT_THAT(seen.out, Contains("exit 1\n"));

  const Seen by_seed = settle.Shell("settle " + Again(seen.out, "by seed: "));
  EXPECT_EQ(by_seed.code, 1) << by_seed.err;
  const Seen again = settle.Shell("settle " + Again(seen.out));
  EXPECT_EQ(again.code, 1) << again.err;
  EXPECT_THAT(again.out, Contains("reproduced: booked_once, in the very same run"));
}

TEST_F(RunTest, KeepsReproTraceReportAndResult) {
  settle.Run({"run", "unnoticed.textproto"});
  const std::vector<std::string> files = settle.Files("out");
  ASSERT_EQ(files.size(), 4u);
  EXPECT_THAT(files[0], ::testing::MatchesRegex("unnoticed/booked_once-[0-9a-f]+\\.repro\\..*"));
  EXPECT_THAT(files[1], ::testing::MatchesRegex("unnoticed/booked_once-[0-9a-f]+\\.trace\\.txt"));
  EXPECT_EQ(files[2], "unnoticed/report.txt");
  EXPECT_EQ(files[3], "unnoticed/result.json");
  EXPECT_THAT(settle.Read("out/" + files[1]), Contains("toy.Book"));
}

// The text that is printed is kept, too: with paths as from its own folder.
TEST_F(RunTest, KeepsAReportThatWorksWhereItLies) {
  settle.Run({"run", "unnoticed.textproto"});
  const std::string report = settle.Read("out/unnoticed/report.txt");
  EXPECT_THAT(report, StartsWith("FAILED  unnoticed   8 seeds"));
  EXPECT_THAT(report, Lacks(" s ("));
  const Seen again = settle.Shell("cd out/unnoticed && settle " + Again(report));
  EXPECT_EQ(again.code, 1) << again.err;
  EXPECT_THAT(again.out, Contains("in the very same run"));
}

// A failure of an earlier run must not lie beside a result that has none.
TEST_F(RunTest, RemovesWhatAnEarlierRunHasLeft) {
  settle.Run({"run", "unnoticed.textproto"});
  ASSERT_EQ(settle.Files("out/unnoticed").size(), 4u);
  settle.Write("out/unnoticed/notes.txt", "mine");
  settle.Write("unnoticed.textproto",
               Replaced(settle.Read("unnoticed.textproto"), "quirk: \"books_again\"", ""));
  const Seen seen = settle.Run({"run", "unnoticed.textproto"});
  EXPECT_EQ(seen.code, 0) << seen.out;
  EXPECT_THAT(settle.Files("out/unnoticed"), ElementsAre("notes.txt", "report.txt", "result.json"));
}

TEST_F(RunTest, KeepsEachResultOfScenariosOfOneName) {
  settle.Shell("for i in x y z; do mkdir -p $i/s; cp steady.textproto $i/s/same.textproto; done");
  const Seen seen =
      settle.Run({"run", "x/s/same.textproto", "y/s/same.textproto", "z/s/same.textproto",
                  "steady.textproto", "steady.textproto", "steady.textproto", "-q"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  std::vector<std::string> folders;
  for (const std::string& file : settle.Files("out")) {
    if (file.ends_with("/result.json")) folders.push_back(file.substr(0, file.find('/')));
  }
  EXPECT_THAT(folders,
              UnorderedElementsAre("same", "s-same", "s-same-2", "steady", "steady-2", "steady-3"));
  EXPECT_THAT(settle.Read("out/s-same-2/result.json"), Contains("z/s/same.textproto"));
}

TEST_F(RunTest, KeepsNoTraceIfNoneIsWanted) {
  settle.Run({"run", "unnoticed.textproto", "--trace=never"});
  EXPECT_EQ(settle.Files("out").size(), 3u);
  settle.Run({"run", "steady.textproto", "--seed=3", "--trace=always", "--out=traces"});
  EXPECT_TRUE(settle.Exists("traces/steady/seed-3.trace.txt"));
}

TEST_F(RunTest, WritesTheSameBytesForTheSameInputs) {
  settle.Run({"run", "unnoticed.textproto", "--out=one"});
  settle.Run({"run", "unnoticed.textproto", "--out=other"});
  const std::vector<std::string> files = settle.Files("one");
  ASSERT_EQ(files, settle.Files("other"));
  ASSERT_EQ(files.size(), 4u);
  for (const std::string& file : files) {
    EXPECT_EQ(settle.Read("one/" + file), settle.Read("other/" + file)) << file;
  }
}

TEST_F(RunTest, FindsTheSameWithAnyNumberOfProcesses) {
  std::vector<std::string> results;
  for (const char* jobs : {"--jobs=1", "--jobs=2", "--jobs=7"}) {
    const Seen seen = settle.Run({"run", "unnoticed.textproto", "steady.textproto", jobs});
    EXPECT_EQ(seen.code, 1) << seen.err;
    results.push_back(settle.Read("out/unnoticed/result.json") +
                      settle.Read("out/steady/result.json"));
  }
  EXPECT_EQ(results[1], results[0]);
  EXPECT_EQ(results[2], results[0]);
}

TEST_F(RunTest, RunsAFolderAndSumsUp) {
  settle.Shell("mkdir bank && mv steady.textproto forgets.textproto bank");
  const Seen seen = settle.Run({"run", "bank", "-q"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, Contains("2 scenarios: 2 as expected   exit 0"));
}

TEST_F(RunTest, StopsAtTheFirstFailureIfTold) {
  settle.Run({"run", "unnoticed.textproto", "--seeds=1..1000", "--fail-fast"});
  EXPECT_THAT(settle.Read("out/unnoticed/result.json"), Contains("then the verdict was clear"));
}

TEST_F(RunTest, SetsSwitchesClientsAndOperationsInReprosToo) {
  const Seen seen = settle.Run({"run", "unnoticed.textproto", "--clients=1", "--operations=30",
                                "--set", "teller.attempts=5"});
  ASSERT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(settle.Read(ReproFile()), Contains("set: \"teller.attempts=5\""));
  EXPECT_THAT(settle.Shell("settle " + Again(seen.out)).out, Contains("in the very same run"));
}

TEST_F(RunTest, EndsWithTwoForUsage) {
  const Seen flag = settle.Run({"run", "steady.textproto", "--sedes=3"});
  EXPECT_EQ(flag.code, 2);
  EXPECT_THAT(flag.err, Contains("--sedes=3"));
  EXPECT_THAT(flag.err, Contains("settle --help"));

  const Seen seeds = settle.Run({"run", "steady.textproto", "--seeds=9..1"});
  EXPECT_EQ(seeds.code, 2);
  EXPECT_THAT(seeds.err, Contains("\"9..1\" has no seeds"));

  const Seen node = settle.Run({"run", "steady.textproto", "--set", "tellr.attempts=1"});
  EXPECT_EQ(node.code, 2);
  EXPECT_THAT(node.err, Contains("no node or workload called \"tellr\""));

  const Seen flag_of_its_own = settle.Run({"run", "steady.textproto", "--set", "pay.clients=3"});
  EXPECT_EQ(flag_of_its_own.code, 2);
  EXPECT_THAT(flag_of_its_own.err, Contains("clients is no switch; write --clients=3"));
  EXPECT_EQ(settle.Run({"run", "steady.textproto", "--clients=10001"}).code, 2);
}

TEST_F(RunTest, RunsNothingIfOneTextIsMalformed) {
  const Seen seen = settle.Run({"run", "steady.textproto", "misspelt.textproto"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, StartsWith("misspelt.textproto:8:"));
  EXPECT_THAT(seen.err, Contains("\"toy.Teller\""));
  EXPECT_THAT(seen.out, IsEmpty());
  EXPECT_FALSE(settle.Exists("out"));
}

TEST_F(RunTest, EndsWithThreeIfResultsCannotBeKept) {
  settle.Write("taken", "a file");
  const Seen seen = settle.Run({"run", "steady.textproto", "--out=taken"});
  EXPECT_EQ(seen.code, 3);
  EXPECT_THAT(seen.err, Contains("nothing was run: results cannot be kept in taken"));
  EXPECT_THAT(seen.out, IsEmpty());
}

TEST_F(RunTest, EndsWithThreeIfThereIsNoSuchFile) {
  const Seen seen = settle.Run({"run", "absent.textproto"});
  EXPECT_EQ(seen.code, 3);
  EXPECT_EQ(seen.err, "settle: absent.textproto: No such file or directory\n");
}

// A file that may not grow stands for a disk that fills up in the middle.
TEST_F(RunTest, KeepsWhatItHasWhenTheDiskIsFull) {
  // Its output is no file of that kind.
  const Seen seen = settle.Shell(
      "( (ulimit -f 16; settle run unnoticed.textproto forgets.textproto); echo code $? ) 2>&1 "
      "| cat");
  EXPECT_THAT(seen.out, Contains("File too large"));
  EXPECT_THAT(seen.out, Contains("results so far are kept in out/unnoticed"));
  EXPECT_THAT(seen.out, Contains("FAILED  unnoticed"));
  EXPECT_THAT(seen.out, Contains("1 not run   exit 3"));
  EXPECT_THAT(seen.out, Contains("code 3"));
  for (const std::string& file : settle.Files("out")) EXPECT_THAT(file, Lacks("partial"));
}

TEST_F(RunTest, EndsWithThreeIfNobodyTakesItsOutput) {
  const Seen seen = settle.Shell("settle run steady.textproto > /dev/full");
  EXPECT_EQ(seen.code, 3);
  EXPECT_THAT(seen.err, Contains("standard output: No space left on device"));
}

// `settle list | head -1` is no failure: whoever reads has seen enough.
TEST_F(RunTest, EndsQuietlyWhenItsReaderHasGone) {
  const Seen list = settle.Shell("(settle list; echo code $? >&2) | true");
  EXPECT_EQ(list.err, "code 0\n");
  const Seen run = settle.Shell("(settle run steady.textproto -v; echo code $? >&2) | true");
  EXPECT_EQ(run.err, "code 0\n");
  EXPECT_TRUE(settle.Exists("out/steady/result.json"));
  const Seen failed = settle.Shell("(settle run unnoticed.textproto; echo code $? >&2) | true");
  EXPECT_EQ(failed.err, "code 1\n");
}

TEST_F(RunTest, EndsWithFourIfThereIsNothingToRun) {
  settle.Shell("mkdir empty");
  const Seen seen = settle.Run({"run", "empty"});
  EXPECT_EQ(seen.code, 4);
  EXPECT_THAT(seen.err, Contains("nothing to run"));
}

TEST_F(RunTest, EndsWithFiveIfTooFewSeedsRan) {
  const Seen seen = settle.Run({"run", "steady.textproto", "--seed=1"});
  EXPECT_EQ(seen.code, 5);
  EXPECT_THAT(seen.out, StartsWith("inconclusive  steady   1 seed (1)"));
  EXPECT_THAT(seen.out, Contains("needs at least 4"));
}

TEST_F(RunTest, EndsWithFiveIfAPromiseWasNotPutToTheTest) {
  settle.Write("idle.textproto",
               settle.Read("steady.textproto") +
                   "check { name: 'refunds_end' claim: 'Every refund ends.'"
                   "  sql: 'SELECT payment FROM ledger.booked WHERE amount < 0'"
                   "  exercised_sql: 'SELECT count(*) FROM ledger.booked WHERE amount < 0' }");
  const Seen seen = settle.Run({"run", "idle.textproto"});
  EXPECT_EQ(seen.code, 5) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("not exercised  idle"));
  EXPECT_THAT(seen.out, Contains("refunds_end was never put to the test"));
}

TEST_F(RunTest, NeverCallsHeldWhatItCouldNotJudge) {
  settle.Write("halves.textproto",
               settle.Read("steady.textproto") +
                   "check { name: 'halves' claim: 'Halves are whole.'"
                   "  sql: 'SELECT payment, amount / 2.0 AS half FROM ledger.booked'"
                   "  exercised_sql: 'SELECT count(*) FROM ledger.booked' }");
  const Seen seen = settle.Run({"run", "halves.textproto"});
  EXPECT_EQ(seen.code, 5) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("inconclusive  halves"));
  EXPECT_THAT(seen.out, Contains("could not be judged in 8: sql: column half of the result is "
                                 "neither an integer nor text nor NULL"));
}

TEST_F(RunTest, SaysAllThatWasStillGoingOn) {
  settle.Write("endless.textproto", Replaced(settle.Read("steady.textproto"),
                                             "seeds: 8 min_seeds: 4", "seeds: 2 max_events: 12"));
  const Seen seen = settle.Run({"run", "endless.textproto"});
  EXPECT_EQ(seen.code, 5) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("inconclusive  endless"));
  EXPECT_THAT(seen.out, Contains("  2 seeds were inconclusive, seed 1 first\n"
                                 "  still going on in seed 1:\n"
                                 "    stopped after 12 events"));
  EXPECT_THAT(seen.out, Contains("\n    pay1: "));
  EXPECT_THAT(seen.out, Contains("\n    pay2: "));

  const Seen json = settle.Run({"run", "endless.textproto", "--json"});
  EXPECT_THAT(json.out, Contains("\"first_inconclusive_seed\":\"1\""));
  EXPECT_THAT(json.out, Contains("\"going_on\":[\"stopped after 12 events"));
  EXPECT_THAT(json.out, Contains("\"pay2: "));
}

TEST_F(RunTest, SetsSwitchesOfAScenarioThatIncludesItsChecks) {
  settle.Write("promises.textproto", "check { name: \"booked_once\" }\n");
  settle.Write("shared.textproto",
               Replaced(settle.Read("steady.textproto"), "check { name: \"booked_once\" }",
                        "include_checks: \"promises.textproto\""));
  const Seen seen = settle.Run({"run", "shared.textproto", "--set", "teller.attempts=5"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("held  shared"));
}

// As many ways to fail as a check can have: each of these says something else.
TEST_F(RunTest, SaysHowManyFailuresAreNotKept) {
  std::string checks;
  for (char name = 'a'; name < 'a' + 13; ++name) {
    checks += std::string("check { name: \"") + name +
              "\" claim: \"Nothing is booked.\" sql: \"SELECT payment FROM ledger.booked\""
              " exercised_sql: \"SELECT count(*) FROM ledger.booked\" }\n";
  }
  settle.Write("many.textproto", settle.Read("steady.textproto") + checks);
  const Seen seen = settle.Run({"run", "many.textproto", "--trace=never"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_EQ(settle.Files("out").size(), 12u);
  EXPECT_THAT(seen.out, Contains("\n  3 more failures are of other kinds; repro files are kept of "
                                 "the first 10 only\n"));
  EXPECT_THAT(settle.Run({"run", "steady.textproto"}).out, Lacks("are of other kinds"));
}

TEST_F(RunTest, EndsWithSeventyIfTheSimulatorBreaks) {
  const Seen seen = settle.Run({"run", "moody.textproto", "--set", "moody.mood=broken"});
  EXPECT_EQ(seen.code, 70);
  EXPECT_THAT(seen.err, Contains("moody.Node is in a bad mood"));
  EXPECT_THAT(seen.err, Contains("internal error in seed 1 of moody.textproto"));
  const Seen workers =
      settle.Run({"run", "moody.textproto", "--set", "moody.mood=broken", "--jobs=2"});
  EXPECT_EQ(workers.code, 70);
  EXPECT_THAT(workers.err, Contains("internal error in seed 1 of moody.textproto"));
  EXPECT_THAT(workers.err, Contains("a worker died in seed 1, with code 70"));
}

// "$UNSET" of a shell would be the root of the file system.
TEST_F(RunTest, RefusesAnEmptyWord) {
  const Seen out = settle.Run({"run", "steady.textproto", "--out", ""});
  EXPECT_EQ(out.code, 2);
  EXPECT_THAT(out.err, StartsWith("settle: --out has no value\n"));
  const Seen path = settle.Run({"run", ""});
  EXPECT_EQ(path.code, 2);
  EXPECT_THAT(path.err, StartsWith("settle: an empty word; is a variable of the shell not set?\n"));
}

TEST_F(RunTest, SaysInJsonWhyNothingRan) {
  const Seen flag = settle.Run({"run", "steady.textproto", "--sedes=3", "--json"});
  EXPECT_EQ(flag.code, 2);
  EXPECT_THAT(flag.out, StartsWith("{\"v\":1,\"type\":\"error\",\"text\":"));
  EXPECT_THAT(flag.out, Contains("--sedes=3"));
  settle.Shell("mkdir empty");
  const Seen nothing = settle.Run({"run", "empty", "--json"});
  EXPECT_EQ(nothing.code, 4);
  EXPECT_THAT(nothing.out, StartsWith("{\"v\":1,\"type\":\"error\",\"text\":\"nothing to run: "));
}

TEST_F(RunTest, SwallowsNoFlagBehindAnEmptyValue) {
  const Seen seen = settle.Run({"run", "steady.textproto", "--seeds=", "--out=elsewhere"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, Contains("--seeds= has no value"));
  EXPECT_THAT(settle.Files("out"), IsEmpty());
}

TEST_F(RunTest, PrintsJsonAloneToStdout) {
  const Seen seen = settle.Shell("settle run unnoticed.textproto --json");
  EXPECT_EQ(seen.code, 1);
  EXPECT_THAT(seen.out, StartsWith("{\"v\":1,\"type\":\"campaign\",\"scenario\":\"unnoticed\""));
  EXPECT_THAT(seen.out, Contains("\n{\"v\":1,\"type\":\"summary\",\"scenarios\":1,"));
  EXPECT_THAT(seen.err, StartsWith("FAILED  unnoticed"));
}

TEST_F(RunTest, ColoursOnRequestOnly) {
  EXPECT_THAT(settle.Run({"run", "steady.textproto"}).out, Lacks("\x1b["));
  EXPECT_THAT(settle.Run({"run", "steady.textproto", "--color=always"}).out, Contains("\x1b["));
  settle.variables["CLICOLOR_FORCE"] = "1";
  EXPECT_THAT(settle.Run({"run", "steady.textproto"}).out, Contains("\x1b["));
  settle.variables["NO_COLOR"] = "1";
  EXPECT_THAT(settle.Run({"run", "steady.textproto"}).out, Lacks("\x1b["));
}

TEST_F(RunTest, TakesPathsFromWhereTheUserIs) {
  settle.variables["SETTLE_CWD"] = settle.Path("");
  const Seen seen = settle.Shell("cd / && settle run steady.textproto");
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_TRUE(settle.Exists("out/steady/result.json"));
}

}  // namespace
}  // namespace tests
