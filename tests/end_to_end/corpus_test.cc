// `settle corpus` as its user sees it: what was found is looked at, passed on, merged and
// tried again, and what is fixed goes.

#include <string>
#include <vector>

#include "scenarios/checks/sqlite.h"
#include "tests/end_to_end/end_to_end_test.h"

namespace tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kCorpus[] = "out/fuzz/corpus.db";

class CorpusTest : public EndToEndTest {
 protected:
  Seen Fuzz(const std::string& out, const std::string& base_seed) {
    return settle.Run(
        {"fuzz", "unnoticed.textproto", "--seeds=30", "--base-seed=" + base_seed, "--out=" + out});
  }
  Seen Corpus(const std::string& verb, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"corpus", verb};
    words.insert(words.end(), more.begin(), more.end());
    return settle.Run(words);
  }
  // Puts a row for a failure that is another one beside the one there is.
  void AddRow(const std::string& signature, const std::string& repro) {
    const scenarios::Connection connection = Database();
    const std::string sql =
        "INSERT INTO violation SELECT scenario, '" + signature +
        "', check_name, finding, first_build, first_seed, pins, " + repro +
        ", status, preliminary FROM violation WHERE signature <> 'ffffff' LIMIT 1";
    ASSERT_EQ(sqlite3_exec(connection.get(), sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection.get());
  }
  scenarios::Connection Database() {
    sqlite3* connection = nullptr;
    EXPECT_EQ(sqlite3_open(settle.Path(kCorpus).c_str(), &connection), SQLITE_OK);
    return scenarios::Connection(connection);
  }
  void Change(const std::string& from, const std::string& to) {
    settle.Write("unnoticed.textproto", Replaced(settle.Read("unnoticed.textproto"), from, to));
  }
};

TEST_F(CorpusTest, ShowsWhatRanAndWhatFailed) {
  Fuzz("out/fuzz", "1");
  const Seen seen = Corpus("show", {kCorpus});
  EXPECT_EQ(seen.code, 0) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("scenario "));
  EXPECT_THAT(seen.out, HasSubstr("\nunnoticed.textproto  "));
  EXPECT_THAT(seen.out, HasSubstr("\n\nbooked_once: 1 kind in 1 scenario: 1 failing\n"
                                  "  failing        unnoticed.textproto  booked_once-"));
}

// One bug is many kinds of failures, and several texts show it.
TEST_F(CorpusTest, ShowsFailuresUnderTheirCheck) {
  settle.Shell("sed 's/name: \"teller\"/name: \"clerk\"/' unnoticed.textproto > also.textproto");
  settle.Run({"fuzz", "unnoticed.textproto", "also.textproto", "--seeds=8"});
  const Seen seen = Corpus("show", {kCorpus});
  EXPECT_THAT(seen.out, HasSubstr("\nbooked_once: 2 kinds in 2 scenarios: 2 failing\n"
                                  "  failing        also.textproto  booked_once-"));
  EXPECT_THAT(seen.out, HasSubstr("\n  failing        unnoticed.textproto  booked_once-"));
}

TEST_F(CorpusTest, SaysThatThereIsNone) {
  for (const char* verb : {"show", "gc", "retest"}) {
    const Seen seen = Corpus(verb, {"none.db"});
    EXPECT_EQ(seen.code, 3) << verb;
    EXPECT_EQ(seen.err, "settle: none.db: there is no such corpus\n");
    EXPECT_FALSE(settle.Exists("none.db"));
  }
  EXPECT_EQ(settle.Run({"corpus"}).code, 2);
  EXPECT_EQ(Corpus("burn", {"none.db"}).code, 2);
}

TEST_F(CorpusTest, MakesNoneOfFilesThatAreNotThere) {
  for (const char* verb : {"merge", "import"}) {
    const Seen seen = settle.Run({"corpus", verb, "new.db", "absent"});
    EXPECT_EQ(seen.code, 3) << verb;
    EXPECT_THAT(seen.err, HasSubstr("absent: ")) << verb;
    EXPECT_FALSE(settle.Exists("new.db")) << verb;
  }
}

TEST_F(CorpusTest, MakesNoneOfFilesThatCannotBeRead) {
  settle.Write("damaged.db", "SQLite format 3, or so it says");
  const Seen seen = settle.Run({"corpus", "merge", "new.db", "damaged.db"});
  EXPECT_EQ(seen.code, 3) << seen.out;
  EXPECT_THAT(seen.err, Contains("damaged.db: "));
  EXPECT_FALSE(settle.Exists("new.db"));
}

TEST_F(CorpusTest, MergesInAnyOrder) {
  Fuzz("a", "1");
  Fuzz("b", "20");
  EXPECT_THAT(Corpus("merge", {"ab.db", "a/corpus.db", "b/corpus.db"}).out,
              HasSubstr("b/corpus.db: 19 new runs, 0 new failures"));
  Corpus("merge", {"ba.db", "b/corpus.db", "a/corpus.db"});
  EXPECT_THAT(Corpus("merge", {"ba.db", "a/corpus.db"}).out,
              HasSubstr("a/corpus.db: 0 new runs, 0 new failures"));
  EXPECT_EQ(Corpus("show", {"ab.db", "--json"}).out, Corpus("show", {"ba.db", "--json"}).out);
  EXPECT_EQ(Corpus("merge", {"ab.db", "ab.db"}).code, 2);
}

// Of the same build, and only one of them can be right.
TEST_F(CorpusTest, FindsMachinesThatDisagree) {
  for (const char* out : {"--out=a", "--out=b"}) {
    settle.Run({"fuzz", "moody.textproto", "--seeds=4", "--guard=0", out});
  }
  const Seen seen = Corpus("merge", {"a/corpus.db", "b/corpus.db"});
  EXPECT_EQ(seen.code, 6);
  EXPECT_THAT(seen.out, HasSubstr("NONDETERMINISM  moody.textproto@1 had one trace in a/corpus.db "
                                  "and another in b/corpus.db"));
}

TEST_F(CorpusTest, ExportsAndImportsReproFiles) {
  Fuzz("out/fuzz", "1");
  const Seen exported = Corpus("export", {kCorpus, "mail"});
  EXPECT_EQ(exported.code, 0) << exported.err;
  const std::vector<std::string> files = settle.Files("mail");
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(exported.out, "mail/" + files[0] + "\n");
  EXPECT_EQ(settle.Run({"replay", "mail/" + files[0]}).code, 1);

  const Seen imported = Corpus("import", {"other.db", "mail/" + files[0]});
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, StartsWith("imported       unnoticed.textproto  booked_once-"));
  EXPECT_THAT(Corpus("merge", {"other.db", kCorpus}).out, HasSubstr("30 new runs, 0 new failures"));

  const Seen folder = Corpus("import", {"folder.db", "mail"});
  EXPECT_EQ(folder.code, 0) << folder.err;
  EXPECT_EQ(folder.out, imported.out);

  Change(" quirk: \"books_again\"", "");
  const Seen gone = Corpus("import", {"third.db", "mail/" + files[0]});
  EXPECT_EQ(gone.code, 5);
  EXPECT_THAT(gone.err, HasSubstr("booked_once is not violated by it in this build; not imported"));
}

TEST_F(CorpusTest, ImportsAllReproFilesOfAFolder) {
  settle.Run({"run", "unnoticed.textproto", "forgets.textproto", "-q"});
  settle.Run({"run", "unnoticed.textproto", "-q", "--set=ledger.restless=no", "--out=out/more"});
  const Seen seen = Corpus("import", {"new.db", "out"});
  EXPECT_EQ(seen.code, 0) << seen.err;
  const size_t first = seen.out.find("imported ");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(seen.out.find("imported ", first + 1), std::string::npos) << seen.out;
  EXPECT_EQ(Corpus("import", {"again.db", "out"}).out, seen.out);

  settle.Shell("mkdir -p empty/deeper; cp steady.textproto empty");
  const Seen none = Corpus("import", {"none.db", "empty"});
  EXPECT_EQ(none.code, 4);
  EXPECT_EQ(none.err, "settle: nothing to import: empty has no repro files, *.repro.textproto\n");
  EXPECT_FALSE(settle.Exists("none.db"));
}

TEST_F(CorpusTest, DropsWhatIsFixedAndTellsWhatComesBack) {
  Fuzz("out/fuzz", "1");
  const Seen failing = Corpus("retest", {kCorpus});
  EXPECT_EQ(failing.code, 1) << failing.err;
  EXPECT_THAT(failing.out, StartsWith("still failing  unnoticed.textproto"));

  Change(" quirk: \"books_again\"", "");
  const Seen fixed = Corpus("retest", {kCorpus});
  EXPECT_EQ(fixed.code, 0) << fixed.err;
  EXPECT_THAT(fixed.out, StartsWith("fixed          unnoticed.textproto"));
  EXPECT_THAT(Corpus("show", {kCorpus}).out, HasSubstr("\n  fixed  "));

  Change("\"toy.Ledger\"", "\"toy.Ledger\" quirk: \"books_again\"");
  EXPECT_THAT(Fuzz("out/fuzz", "100").out, HasSubstr("1 kind of failures, 1 new"));
  EXPECT_THAT(Corpus("show", {kCorpus}).out, HasSubstr("\n  failing  "));

  EXPECT_THAT(Corpus("gc", {kCorpus}).out, StartsWith("dropped 0 failures"));
  Change(" quirk: \"books_again\"", "");
  Corpus("retest", {kCorpus});
  EXPECT_THAT(Corpus("gc", {kCorpus}).out, StartsWith("dropped 1 failure that"));
  EXPECT_EQ(Corpus("retest", {kCorpus}).code, 4);
}

// One row of another build, and one that nobody can read, keep nothing else out of reach.
TEST_F(CorpusTest, GoesOnBesideWhatItCannotRead) {
  Fuzz("out/fuzz", "1");
  AddRow("ffffff", "'schema: 2 seed: \"one\"'");
  const std::string why = "out/fuzz/corpus.db: ffffff:1:17: error: ";

  const Seen shown = Corpus("show", {kCorpus});
  EXPECT_EQ(shown.code, 3);
  EXPECT_THAT(shown.err, StartsWith(why));
  EXPECT_EQ(shown.err.find(why, 1), std::string::npos) << "named once: " << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("2 kinds in 1 scenario: 1 failing, 1 cannot be read\n"));
  EXPECT_THAT(shown.out, HasSubstr("\n  cannot be read  "));
  EXPECT_THAT(shown.out, HasSubstr("\n  failing        unnoticed.textproto  booked_once-"));

  const Seen exported = Corpus("export", {kCorpus, "mail"});
  EXPECT_EQ(exported.code, 3);
  EXPECT_THAT(exported.err, StartsWith(why));
  EXPECT_EQ(settle.Files("mail").size(), 1u);

  const Seen tried = Corpus("retest", {kCorpus});
  EXPECT_EQ(tried.code, 3);
  EXPECT_THAT(tried.err, StartsWith(why));
  EXPECT_THAT(tried.out, HasSubstr("still failing  unnoticed.textproto"));
  EXPECT_THAT(tried.out, HasSubstr("cannot be read  "));

  EXPECT_THAT(Corpus("merge", {"new.db", kCorpus}).out, HasSubstr("30 new runs, 2 new failures"));
  const Seen fuzzed = Fuzz("out/fuzz", "100");
  EXPECT_THAT(fuzzed.out, HasSubstr("1 kind of failures, 0 new"));
  EXPECT_THAT(fuzzed.err, HasSubstr(why));
}

TEST_F(CorpusTest, TriesWhatItKnowsOfAnotherBuild) {
  Fuzz("out/fuzz", "1");
  AddRow("ffffff",
         "replace(repro, 'build: \"', 'build: \"7f') || "
         "'pin { point: \"partition a>b\" occurrence: 1 choice: PARTITION for: \"1s\" }'");
  const Seen shown = Corpus("show", {kCorpus});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("2 kinds in 1 scenario: 2 failing\n"));
  EXPECT_THAT(shown.out, HasSubstr(" that this build knows, seed "));
  EXPECT_EQ(Corpus("retest", {kCorpus}).code, 1);

  // Without that fault it proves nothing.
  Change(" quirk: \"books_again\"", "");
  const Seen gone = Corpus("retest", {kCorpus});
  EXPECT_EQ(gone.code, 5) << gone.err;
  EXPECT_THAT(gone.out, HasSubstr("fixed          unnoticed.textproto"));
  EXPECT_THAT(gone.out, HasSubstr("drifted        unnoticed.textproto  booked_once-ffffff"));
  Corpus("export", {kCorpus, "mail"});
  EXPECT_THAT(settle.Shell("cat mail/*/*-ffffff*").out, HasSubstr("partition a>b"));
}

// Another order breaks the promise now: it does not hold, but that is another failure.
TEST_F(CorpusTest, SaysForWhomElseAPromiseIsBroken) {
  Fuzz("out/fuzz", "1");
  AddRow("ffffff", "replace(repro, 'key: \"', 'key: \"x')");
  const Seen seen = Corpus("retest", {kCorpus});
  EXPECT_EQ(seen.code, 1) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("still failing  unnoticed.textproto  booked_once-ffffff"));
  EXPECT_THAT(seen.out, HasSubstr("\n    booked_once is broken, but for pay"));
  EXPECT_THAT(seen.out, HasSubstr(", not xpay"));

  Corpus("export", {kCorpus, "mail"});
  settle.Shell("cp mail/*/*-ffffff* one");
  const Seen imported = Corpus("import", {"other.db", "one"});
  EXPECT_EQ(imported.code, 5);
  EXPECT_THAT(imported.err, HasSubstr("one: booked_once is broken, but for pay"));
}

// The faults have nothing to strike any more: nobody knows what that means.
TEST_F(CorpusTest, CallsDriftedWhatTakesAnotherWay) {
  Fuzz("out/fuzz", "1");
  Change("name: \"teller\"", "name: \"clerk\"");
  Change("quirk: \"books_again\"", "");
  const Seen seen = Corpus("retest", {kCorpus});
  EXPECT_EQ(seen.code, 5) << seen.err;
  EXPECT_THAT(seen.out, StartsWith("drifted        unnoticed.textproto"));
}

TEST_F(CorpusTest, LeavesAloneWhatCannotBeRun) {
  Fuzz("out/fuzz", "1");
  settle.Shell("mv unnoticed.textproto elsewhere.textproto");
  const Seen seen = Corpus("retest", {kCorpus});
  EXPECT_EQ(seen.code, 5);
  EXPECT_THAT(seen.out, StartsWith("cannot be run  unnoticed.textproto"));
  EXPECT_THAT(Corpus("show", {kCorpus}).out, HasSubstr("\n  failing  "));
  EXPECT_THAT(Corpus("show", {kCorpus}).out, Not(HasSubstr("fixed")));
}

}  // namespace
}  // namespace tests
