// What is said of files that are not what the command was asked for: not text at
// all, a text of another kind, a text that names what is not there.

#include <string>

#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class TextErrorsTest : public EndToEndTest {
 protected:
  // steady.textproto with `to` instead of `from`, checked and run.
  Seen CheckWith(const std::string& from, const std::string& to) {
    settle.Write("odd.textproto", Replaced(settle.Read("steady.textproto"), from, to));
    const Seen run = settle.Run({"run", "odd.textproto", "--json"});
    EXPECT_EQ(run.code, 2) << run.err;
    EXPECT_THAT(run.out, StartsWith("{\"v\":1,\"type\":\"error\""));
    return settle.Run({"check", "odd.textproto", "--json"});
  }
};

TEST_F(TextErrorsTest, SaysThatATextIsNotUtf8) {
  const Seen seen = CheckWith("A teller", "Un employ\xe9");
  EXPECT_EQ(seen.code, 2);
  EXPECT_EQ(seen.err, "odd.textproto:4:18: error: not UTF-8: byte 0xE9\n");
}

TEST_F(TextErrorsTest, SaysThatAnEscapeIsNotUtf8) {
  const Seen seen = CheckWith("A teller", "Un employ\\351");
  EXPECT_EQ(seen.code, 2);
  EXPECT_EQ(seen.err, "odd.textproto:4:1: error: about: not UTF-8: byte 0xE9\n");
}

TEST_F(TextErrorsTest, SaysThatATextBeginsWithAByteOrderMark) {
  const Seen seen = CheckWith("# proto-file", "\xef\xbb\xbf# proto-file");
  EXPECT_EQ(seen.code, 2);
  EXPECT_EQ(seen.err,
            "odd.textproto:1:1: error: a byte order mark; save the text as UTF-8 without one\n");
}

TEST_F(TextErrorsTest, SaysThatATextHasNulBytes) {
  const Seen seen = CheckWith("A teller", std::string("A\0teller", 8));
  EXPECT_EQ(seen.code, 2);
  EXPECT_EQ(seen.err, "odd.textproto:4:10: error: a NUL byte: this is no text\n");
}

TEST_F(TextErrorsTest, SaysThatAnIncludedTextIsNotUtf8) {
  settle.Write("odd_plan.textproto", "about: \"\xff\"");
  const Seen seen = CheckWith("no_swarm: true", "no_swarm: true include: \"odd_plan.textproto\"");
  EXPECT_EQ(seen.code, 2);
  EXPECT_EQ(seen.err, "odd_plan.textproto:1:9: error: not UTF-8: byte 0xFF\n");
}

// Names and flags are what the user typed; JSON must be JSON all the same.
TEST_F(TextErrorsTest, QuotesWhatIsTypedWhateverItIs) {
  const Seen name = settle.Run({"run", "caf\xe9.textproto", "--json"});
  EXPECT_EQ(name.code, 3);
  EXPECT_THAT(name.out, HasSubstr("caf\xef\xbf\xbd.textproto: No such file"));
  const Seen flag = settle.Run({"run", "steady.textproto", "--json", "--set", "teller.\xe9=1"});
  EXPECT_EQ(flag.code, 2);
  EXPECT_EQ(settle.Run({"list", "systems", "\xe9", "--json"}).code, 4);
}

TEST_F(TextErrorsTest, SaysThatATextIsAFaultPlan) {
  settle.Write("lost.textproto", "rule { message { to: \"ledger\" } drop {} one_in: 4 }\n");
  for (const char* command : {"check", "run", "doctor"}) {
    const Seen seen = settle.Run({command, "lost.textproto"});
    EXPECT_EQ(seen.code, 2);
    EXPECT_EQ(seen.err,
              "lost.textproto:1:1: error: this is a fault plan: scenarios include it by "
              "chaos { include: \"...\" }; name a scenario\n");
  }
}

TEST_F(TextErrorsTest, SaysThatATextHasChecksOnly) {
  settle.Write("promises.textproto",
               "# proto-message: settle.Scenario\n"
               "check { name: \"booked_once\" }\n");
  const Seen seen = settle.Run({"check", "promises.textproto"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_EQ(seen.err,
            "promises.textproto:1:1: error: these are checks: scenarios include them by "
            "include_checks: \"...\"; name a scenario\n");
}

TEST_F(TextErrorsTest, SaysThatATextIsARepro) {
  settle.Run({"run", "unnoticed.textproto", "-q"});
  const Seen seen = settle.Run({"check", ReproFile()});
  EXPECT_EQ(seen.code, 2);
  EXPECT_EQ(seen.err, ReproFile() + ":1:1: error: this is a repro file: settle replay " +
                          ReproFile() + "; name a scenario\n");
}

TEST_F(TextErrorsTest, ComplainsOnceOfAMissingInclude) {
  const std::string forgets = settle.Read("forgets.textproto");
  settle.Write("odd.textproto", Replaced(forgets, "check { name: \"booked_once\" }",
                                         "include_checks: \"absent.textproto\""));
  const Seen checks = settle.Run({"check", "odd.textproto"});
  EXPECT_EQ(checks.code, 2);
  EXPECT_EQ(checks.err,
            "odd.textproto:18:1: error: cannot read absent.textproto: "
            "No such file or directory\n");

  settle.Write("odd.textproto",
               Replaced(forgets, "no_swarm: true", "include: \"absent.textproto\""));
  const Seen plan = settle.Run({"check", "odd.textproto"});
  EXPECT_EQ(plan.code, 2);
  EXPECT_EQ(plan.err,
            "odd.textproto:14:3: error: cannot read absent.textproto: "
            "No such file or directory\n");
}

TEST_F(TextErrorsTest, ReadsNothingThatMayNeverEnd) {
  settle.Shell("mkfifo pipe.textproto");
  for (const char* path : {"pipe.textproto", "/dev/zero"}) {
    for (const char* command : {"check", "run", "replay", "doctor"}) {
      const Seen seen = settle.Run({command, path});
      EXPECT_EQ(seen.code, 3) << command << " " << path;
      EXPECT_THAT(seen.err, HasSubstr(std::string(path) + ": is no regular file"));
    }
  }
  settle.Write("odd.textproto", Replaced(settle.Read("steady.textproto"), "no_swarm: true",
                                         "no_swarm: true include: \"pipe.textproto\""));
  const Seen included = settle.Run({"check", "odd.textproto"});
  EXPECT_EQ(included.code, 2);
  EXPECT_THAT(included.err, HasSubstr("cannot read pipe.textproto: not a regular file"));
}

TEST_F(TextErrorsTest, ReadsNothingThatIsTooLongForAText) {
  settle.Shell("truncate -s 17M long.textproto");
  const Seen seen = settle.Run({"check", "long.textproto"});
  EXPECT_EQ(seen.code, 2);
  EXPECT_THAT(seen.err, HasSubstr("more than 16 MiB"));
}

TEST_F(TextErrorsTest, EndsWithThreeOrFourIfThereIsNothingToCheck) {
  EXPECT_EQ(settle.Run({"check", "absent.textproto"}).code, 3);
  settle.Shell("mkdir empty");
  EXPECT_EQ(settle.Run({"check", "empty"}).code, 4);
  EXPECT_EQ(settle.Run({"doctor", "empty"}).code, 4);
}

}  // namespace
}  // namespace tests
