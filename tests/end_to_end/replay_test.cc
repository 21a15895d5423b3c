// `settle replay`: a failure from its file or by its seed, in the build that found
// it, in another one, and after the bug has gone.

#include <string>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::StartsWith;

class ReplayTest : public EndToEndTest {
 protected:
  ReplayTest() { settle.Run({"run", "unnoticed.textproto", "-q"}); }

  // The repro file with one thing changed.
  void Edit(const std::string& from, const std::string& to) {
    settle.Write("edited", Replaced(settle.Read(ReproFile()), from, to));
  }

  // The value of a field of the repro file.
  std::string Field(const std::string& name) const {
    const std::string text = "\n" + settle.Read(ReproFile());
    const size_t begin = text.find("\n" + name + ": ") + name.size() + 3;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
};

TEST_F(ReplayTest, RepeatsAFailureFromItsFile) {
  const Seen seen = settle.Run({"replay", ReproFile()});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("VIOLATED  unnoticed   seed " + Field("seed")));
  EXPECT_THAT(seen.out, Contains("reproduced: booked_once, in the very same run"));
}

TEST_F(ReplayTest, RepeatsARunByItsSeed) {
  const Seen broken = settle.Run({"replay", "unnoticed.textproto@" + Field("seed")});
  EXPECT_EQ(broken.code, 1) << broken.err;
  EXPECT_EQ(settle.Run({"replay", "steady.textproto@3"}).code, 0);
}

TEST_F(ReplayTest, PrintsOrKeepsEveryEvent) {
  EXPECT_THAT(settle.Run({"replay", "--trace", ReproFile()}).out,
              ::testing::AllOf(Contains("      1  "), Contains("toy.Book"), Contains("VIOLATED")));
  EXPECT_EQ(settle.Run({"replay", ReproFile(), "--trace=events.txt"}).code, 1);
  EXPECT_THAT(settle.Read("events.txt"), Contains("toy.Book"));
}

TEST_F(ReplayTest, SaysThatABugHasGone) {
  const std::string fixed =
      Replaced(settle.Read("unnoticed.textproto"), "quirk: \"books_again\"", "");
  settle.Write("unnoticed.textproto", fixed);
  const Seen seen = settle.Run({"replay", ReproFile()});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, Contains("did not reproduce (scenario differs: "));
}

TEST_F(ReplayTest, SaysThatTheBuildIsAnotherOne) {
  Edit("build: " + Field("build"), "build: \"7f3a\"");
  const Seen same = settle.Run({"replay", "edited"});
  EXPECT_EQ(same.code, 1);
  EXPECT_THAT(same.out, Contains("reproduced: booked_once"));

  Edit("build: " + Field("build"), "build: \"7f3a\"");
  settle.Write("edited",
               Replaced(settle.Read("edited"), "choice: DROP", "choice: LATE by: \"1ms\""));
  EXPECT_THAT(settle.Run({"replay", "edited"}).out,
              Contains("did not reproduce (build differs: 7f3a -> "));
}

// A scenario that has changed so much that the fault has no place any more.
TEST_F(ReplayTest, DoesNotCallAFailureGoneWhoseFaultsDoNotHappen) {
  const std::string file = settle.Read("unnoticed.textproto");
  settle.Write("unnoticed.textproto", Replaced(file, "operations: 5", "operations: 1"));
  const Seen seen = settle.Run({"replay", ReproFile()});
  EXPECT_EQ(seen.code, 5) << seen.out;
  EXPECT_THAT(seen.out, Contains("did not reproduce (scenario differs: "));
  EXPECT_THAT(seen.out, Contains("it has drifted from the run of the failure, so nobody knows"));
}

// In another build another order broke the promise: that is another failure, and no mended one.
TEST_F(ReplayTest, SaysForWhomElseAPromiseIsBroken) {
  Edit("build: " + Field("build"), "build: \"7f3a\"");
  settle.Write("other", Replaced(settle.Read("edited"), "key: " + Field("key"), "key: \"pay9-9\""));
  const std::string but = "booked_once is broken, but for pay";
  const Seen replay = settle.Run({"replay", "other"});
  EXPECT_EQ(replay.code, 1) << replay.out;
  EXPECT_THAT(replay.out, Contains("\nreproduced for another key: " + but));
  EXPECT_THAT(replay.out, Contains(", not pay9-9, in the very same run (build differs: 7f3a -> "));
  for (const char* command : {"shrink", "explain"}) {
    const Seen seen = settle.Run({command, "other"});
    EXPECT_EQ(seen.code, 5) << seen.out;
    EXPECT_THAT(seen.out, StartsWith(std::string("nothing to ") + command + ": other: " + but));
    EXPECT_THAT(seen.out, Contains(", not pay9-9, in this build\n"));
  }

  settle.Write("any", Replaced(settle.Read("edited"), "key: " + Field("key"), ""));
  EXPECT_THAT(settle.Run({"replay", "any"}).out, Contains("\nreproduced: booked_once"));
  EXPECT_EQ(settle.Run({"explain", "any"}).code, 0);
  EXPECT_EQ(settle.Run({"shrink", "any", "--out=small"}).code, 0);
}

// A person changes pins to see what matters; that is no reason to doubt the build.
TEST_F(ReplayTest, SaysThatTheFileWasEdited) {
  Edit("choice: DROP", "choice: LATE by: \"1ms\"");
  const Seen harmless = settle.Run({"replay", "edited"});
  EXPECT_EQ(harmless.code, 5) << "a script must not take this for mended: " << harmless.out;
  EXPECT_THAT(harmless.out,
              Contains("did not reproduce (the repro file is not as settle wrote it)"));

  Edit("digest: " + Field("digest"), "digest: 42");
  const Seen digest = settle.Run({"replay", "edited"});
  EXPECT_EQ(digest.code, 1) << digest.out;
  EXPECT_THAT(digest.out, Contains("reproduced: booked_once, in another run (the repro file is "
                                   "not as settle wrote it)"));
}

TEST_F(ReplayTest, SaysBeforeTheResultThatTheFileWasEdited) {
  Edit("choice: DROP", "choice: LATE by: \"1ms\"");
  EXPECT_THAT(settle.Run({"replay", "edited"}).out,
              StartsWith("edited: edited is not as settle wrote it\n\nheld  unnoticed"));
}

constexpr char kNewer[] = R"(# proto-file: reports/result.proto
# proto-message: settle.Repro

schema: 2
scenario: "unnoticed.textproto"
build: "7f3a"
seed: 1
check: "booked_once"
key: "pay2-2"
mood { of: "teller" is: GRUMPY }
pin { point: "reply toy.Book teller<ledger pay2-2" occurrence: 1 weight: 3 choice: DROP }
pin { point: "reply toy.Book teller<ledger pay9-1" occurrence: 1 choice: DROP }
pin { point: "boot ledger" occurrence: 1 choice: TELEPORT }
)";

// Also what it does not come to is named, as of any other run.
TEST_F(ReplayTest, RunsWhatItKnowsOfANewerSchema) {
  settle.Write("newer", kNewer);
  const Seen seen = settle.Run({"replay", "newer"});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_EQ(seen.err,
            "newer:10:1: note: schema 2, this build knows 1: left out \"mood\"\n"
            "newer:11:66: note: schema 2, this build knows 1: left out \"pin.weight\"\n"
            "newer:13:1: note: schema 2, this build knows 1: left out the pin at \"boot ledger\"\n"
            "newer:13:42: note: schema 2, this build knows 1: left out \"pin.choice: TELEPORT\"\n");
  EXPECT_THAT(seen.out, StartsWith("newer: newer is of schema 2, this build knows 1, so whether it "
                                   "was edited cannot be verified\n\nVIOLATED"));
  EXPECT_THAT(seen.out, Contains("drifted: this run does not come to 1 pin:\n    the 1st reply to "
                                 "pay9-1's toy.Book, ledger > teller, is lost"));
  EXPECT_THAT(seen.out, Contains("reproduced: booked_once, in another run (the repro file is of "
                                 "schema 2, this build knows 1)"));
  EXPECT_EQ(settle.Run({"shrink", "newer", "--out=small"}).code, 0);
  EXPECT_THAT(settle.Read("small"), Contains("\nschema: 1\n"));
  EXPECT_EQ(settle.Run({"replay", "small"}).code, 1);
}

// What was left out may have been what broke the promise.
TEST_F(ReplayTest, DoesNotCallAFailureOfANewerSchemaGone) {
  settle.Write("newer", Replaced(kNewer, "choice: DROP", "choice: VANISH"));
  const Seen seen = settle.Run({"replay", "newer"});
  EXPECT_EQ(seen.code, 5) << seen.out;
  EXPECT_THAT(seen.out, Contains("did not reproduce (the repro file is of schema 2"));
}

// Its points have other names now. The failure is there, or nobody knows.
TEST_F(ReplayTest, RunsWhatItKnowsOfAnotherBuild) {
  Edit("build: " + Field("build"), "build: \"7f3a\"");
  const std::string old_pin =
      "pin { point: \"partition a>b\" occurrence: 1 choice: PARTITION for: \"1s\" }\n";
  const std::string whole = settle.Read("edited");
  settle.Write("old", whole + old_pin);
  const Seen there = settle.Run({"replay", "old"});
  EXPECT_EQ(there.code, 1) << there.err;
  EXPECT_THAT(there.err, Contains(": note: written by another build (7f3a): left out the pin at "
                                  "\"partition a>b\"\n"));
  EXPECT_THAT(there.out, StartsWith("partial: old was written by another build (7f3a) and not all "
                                    "of it is known, so whether it was edited cannot be "
                                    "verified\n\nVIOLATED"));
  EXPECT_THAT(there.out, Contains("reproduced: booked_once"));
  EXPECT_EQ(settle.Run({"explain", "old"}).code, 0);
  EXPECT_EQ(settle.Run({"shrink", "old", "--out=small"}).code, 0);
  EXPECT_EQ(settle.Run({"replay", "small"}).code, 1);

  settle.Shell("grep -v '^pin' edited > bare");
  settle.Write("old", settle.Read("bare") + old_pin);
  const Seen gone = settle.Run({"replay", "old"});
  EXPECT_EQ(gone.code, 5) << gone.out;
  EXPECT_THAT(gone.out, Contains("did not reproduce (build differs: 7f3a -> "));
}

// A slip of the pen.
TEST_F(ReplayTest, RefusesWhatIsUnknownInItsOwnSchema) {
  for (const char* schema : {"schema: 1\n", ""}) {
    settle.Write("own", Replaced(kNewer, "schema: 2\n", schema));
    const Seen seen = settle.Run({"replay", "own"});
    EXPECT_EQ(seen.code, 2) << seen.out;
    EXPECT_THAT(seen.err, Contains("has no field named \"mood\""));
  }
}

TEST_F(ReplayTest, WritesItsSchema) { EXPECT_EQ(Field("schema"), "1"); }

// What a full disk or a careless hand leaves must not look like a bug that has gone.
TEST_F(ReplayTest, RefusesAPartOfAReproFile) {
  const std::string whole = settle.Read(ReproFile());
  settle.Write("edited", whole.substr(0, whole.find("seal:")));
  const Seen unsealed = settle.Run({"replay", "edited"});
  EXPECT_EQ(unsealed.code, 2) << unsealed.out;
  EXPECT_THAT(unsealed.err,
              StartsWith("edited:1:1: error: seal is missing, so this is only a part"));

  settle.Write("edited", whole.substr(0, whole.find("digest:")));
  EXPECT_THAT(settle.Run({"replay", "edited"}).err, Contains("digest, seal are missing"));
  settle.Write("edited", whole.substr(0, whole.find("seed:")));
  EXPECT_THAT(settle.Run({"replay", "edited"}).err,
              Contains("seed, check, digest, seal are missing"));
}

TEST_F(ReplayTest, RefusesACheckThatNobodyMakes) {
  Edit("check: \"booked_once\"", "check: \"booked_twice\"");
  const Seen seen = settle.Run({"replay", "edited"});
  EXPECT_EQ(seen.code, 2) << seen.out;
  EXPECT_THAT(seen.err, StartsWith("edited: error: its scenario unnoticed.textproto has no check "
                                   "\"booked_twice\"; did you mean \"booked_once\"?"));
}

// The first lines, and the seal from the end.
TEST_F(ReplayTest, DoesNotCallAFailureGoneThatWasCutAway) {
  settle.Shell("grep -v '^pin' " + ReproFile() + " > edited");
  const Seen seen = settle.Run({"replay", "edited"});
  EXPECT_EQ(seen.code, 5) << seen.out;
  EXPECT_THAT(seen.out, Contains("did not reproduce"));
}

TEST_F(ReplayTest, SwapsItsCodesForWhoExpectsAViolation) {
  EXPECT_EQ(settle.Run({"replay", ReproFile(), "--expect=violation"}).code, 0);
  EXPECT_EQ(settle.Run({"replay", "steady.textproto@3", "--expect=violation"}).code, 1);
  Edit("choice: DROP", "choice: LATE by: \"1ms\"");
  EXPECT_EQ(settle.Run({"replay", "edited", "--expect=violation"}).code, 5);
  EXPECT_EQ(settle.Run({"replay", ReproFile(), "--expect=nothing"}).code, 2);
}

// Comments and layout are the reader's.
TEST_F(ReplayTest, DoesNotMindANote) {
  settle.Write("noted", settle.Read(ReproFile()) + "\n# Seen by Ann.\n");
  const Seen seen = settle.Run({"replay", "noted"});
  EXPECT_EQ(seen.code, 1);
  EXPECT_THAT(seen.out, Contains("in the very same run\n"));
}

TEST_F(ReplayTest, RefusesToChangeWhatWasRecorded) {
  const Seen seen = settle.Run({"replay", ReproFile(), "--clients=3"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, Contains("--clients=3 cannot be heeded; that goes with SCENARIO@SEED"));
}

TEST_F(ReplayTest, FindsTheScenarioFromAnotherFolder) {
  const Seen elsewhere = settle.Shell("cd / && settle replay " + settle.Path(ReproFile()));
  EXPECT_EQ(elsewhere.code, 1) << elsewhere.err;
  EXPECT_THAT(elsewhere.out, Contains("in the very same run"));
}

// A file that came by mail, replayed from deep inside the project.
TEST_F(ReplayTest, FindsTheScenarioAboveWhereTheUserIs) {
  const Seen seen = settle.Shell("mkdir -p deep/inside && mv " + ReproFile() +
                                 " ../mailed && cd deep/inside && settle replay ../../../mailed");
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, Contains("in the very same run"));
}

TEST_F(ReplayTest, FindsTheScenarioBesideItsFile) {
  settle.Shell(
      "mkdir bank && mv unnoticed.textproto bank && settle run bank/unnoticed.textproto -q"
      " --out=again; mkdir kept; cp bank/unnoticed.textproto kept;"
      " cp again/unnoticed/*.repro.textproto kept/one.repro.textproto; rm -r bank");
  const Seen beside =
      settle.Shell("cd / && settle replay " + settle.Path("kept/one.repro.textproto"));
  EXPECT_EQ(beside.code, 1) << beside.err;
  EXPECT_THAT(beside.out, Contains("in the very same run"));

  settle.Shell("rm kept/unnoticed.textproto");
  const Seen nowhere = settle.Run({"replay", "kept/one.repro.textproto"});
  EXPECT_EQ(nowhere.code, 3);
  EXPECT_THAT(nowhere.err, Contains("kept/one.repro.textproto: its scenario "
                                    "bank/unnoticed.textproto is neither here"));
}

TEST_F(ReplayTest, SaysThatAScenarioNeedsASeed) {
  const Seen seen = settle.Run({"replay", "steady.textproto"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_EQ(
      seen.err,
      "steady.textproto:1:1: error: this is a scenario; to run one seed of it, name the seed: "
      "steady.textproto@1\n");
}

TEST_F(ReplayTest, EndsWithFiveIfTheRunIsInconclusive) {
  settle.Write("short.textproto",
               Replaced(settle.Read("steady.textproto"), "min_seeds: 4", "max_events: 20"));
  EXPECT_EQ(settle.Run({"replay", "short.textproto@1"}).code, 5);
}

TEST_F(ReplayTest, SaysWhereAReproFileIsWrong) {
  Edit("choice: DROP", "choice: VANISH");
  const Seen seen = settle.Run({"replay", "edited"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, StartsWith("edited:"));
  EXPECT_THAT(seen.err, Contains("VANISH"));
}

TEST_F(ReplayTest, EndsWithThreeOrTwoIfThereIsNoSuchRun) {
  EXPECT_EQ(settle.Run({"replay", "absent.textproto"}).code, 3);
  EXPECT_EQ(settle.Run({"replay", "absent.textproto@1"}).code, 3);
  const Seen seed = settle.Run({"replay", "steady.textproto@last"});
  EXPECT_EQ(seed.code, 2);
  EXPECT_THAT(seed.err, Contains("SCENARIO@SEED"));
}

TEST_F(ReplayTest, PrintsJson) {
  const Seen seen = settle.Run({"replay", "steady.textproto@3", "--json"});
  EXPECT_EQ(seen.code, 0);
  EXPECT_THAT(seen.out, StartsWith("{\"v\":1,\"type\":\"run\",\"scenario\":\"steady\""));
  EXPECT_THAT(seen.out, Contains("\"seed\":\"3\""));
}

}  // namespace
}  // namespace tests
