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

  Edit("build: " + Field("build"), "build: \"7f3a\" check: \"another\"");
  settle.Write("edited", Replaced(settle.Read("edited"), "check: \"booked_once\"", ""));
  const Seen gone = settle.Run({"replay", "edited"});
  EXPECT_EQ(gone.code, 0);
  EXPECT_THAT(gone.out, Contains("did not reproduce (build differs: 7f3a -> "));
}

// The same build and scenario, and yet another run: that must never be.
TEST_F(ReplayTest, EndsWithSixIfTheRunIsAnotherOne) {
  Edit("digest: " + Field("digest"), "digest: 42");
  const Seen seen = settle.Run({"replay", "edited"});
  EXPECT_EQ(seen.code, 6);
  EXPECT_THAT(seen.out, Contains("NONDETERMINISM  edited had another trace when it was recorded"));
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
