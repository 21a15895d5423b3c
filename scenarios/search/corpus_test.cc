// Goal: a corpus gives back what it was given, and corpora of many machines come to the
// same, however they are merged. Method: examples, and the laws of merging over any few
// corpora, compared by all rows of their files.

#include "scenarios/search/corpus.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "scenarios/repro.h"

namespace scenarios {
namespace {

using absl::StrCat;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Folder() {
  const char* folder = std::getenv("TEST_TMPDIR");
  return folder == nullptr ? "/tmp" : folder;
}

// A corpus in a file that goes with it.
class Passing {
 public:
  Passing() : path_(StrCat(Folder(), "/", ++count_, ".corpus.db")) {
    std::filesystem::remove(path_);
    auto opened = Corpus::Open(path_, IfMissing::kCreate);
    EXPECT_TRUE(opened.ok()) << opened.status();
    corpus_ = *std::move(opened);
  }
  ~Passing() {
    corpus_.reset();
    std::filesystem::remove(path_);
  }
  Corpus* operator->() { return corpus_.get(); }
  Corpus& operator*() { return *corpus_; }

  // All rows, in the order of their keys.
  std::string Rows() {
    corpus_.reset();
    std::string rows;
    {
      const auto connection = OpenCorpusFile(path_, IfMissing::kRefuse);
      EXPECT_TRUE(connection.ok()) << connection.status();
      for (const char* table :
           {"scenario ORDER BY hash", "build ORDER BY hash",
            "seed_run ORDER BY scenario, build, seed", "violation ORDER BY scenario, signature",
            "coverage ORDER BY scenario, build, feature",
            "guided ORDER BY scenario, build, base_seed"}) {
        const auto add = [](void* all, int columns, char** values, char**) {
          for (int i = 0; i < columns; ++i) {
            absl::StrAppend(static_cast<std::string*>(all), values[i], "|");
          }
          *static_cast<std::string*>(all) += "\n";
          return 0;
        };
        const std::string sql = StrCat("SELECT * FROM ", table);
        EXPECT_EQ(sqlite3_exec(connection->get(), sql.c_str(), add, &rows, nullptr), SQLITE_OK);
      }
    }
    corpus_ = *Corpus::Open(path_, IfMissing::kRefuse);
    return rows;
  }

 private:
  static int count_;
  const std::string path_;
  std::unique_ptr<Corpus> corpus_;
};

int Passing::count_ = 0;

CorpusFailure FailureOf(uint64_t seed, int pins, const std::string& signature = "abc123") {
  CorpusFailure failure{7, signature, "once", "x is booked twice", "build1", seed, {}};
  failure.repro.set_scenario("pay.textproto");
  failure.repro.set_seed(seed);
  failure.repro.set_check("once");
  failure.repro.set_digest(1);
  for (int i = 0; i < pins; ++i) {
    settle::Pin& pin = *failure.repro.add_pin();
    pin.set_point(StrCat("request toy.Pay a>b ", i));
    pin.set_occurrence(1);
    pin.set_choice(settle::Pin::DROP);
  }
  return failure;
}

// Of another build, with a fault at a point that this one does not have.
CorpusFailure OldFailureOf(uint64_t seed, int pins, const std::string& signature = "abc123") {
  CorpusFailure old = FailureOf(seed, pins, signature);
  old.repro.set_build("7f3a");
  old.verbatim = StrCat(ReproText(old.repro),
                        "pin { point: \"partition a>b\" occurrence: 1 choice: PARTITION }\n");
  return old;
}

CorpusFailure UnreadableFailureOf(uint64_t seed, const std::string& text) {
  CorpusFailure unreadable = FailureOf(seed, 0);
  unreadable.repro.Clear();
  unreadable.verbatim = text;
  unreadable.unreadable = "whatever";
  return unreadable;
}

TEST(CorpusTest, KnowsWhichSeedsRan) {
  Passing corpus;
  const SeedRun held{0, settle::HELD, 10, 1};
  CorpusBatch batch{7, "build1", {}, {}};
  for (const uint64_t seed : {9, 1, 2, 3, 5, 6}) {
    batch.runs.push_back(held);
    batch.runs.back().seed = seed;
  }
  EXPECT_THAT(corpus->Keep(batch)->differ, IsEmpty());
  std::vector<std::string> ran;
  const auto intervals = corpus->Ran(7, "build1", 2);
  for (const SeedInterval& interval : *intervals) {
    ran.push_back(StrCat(interval.first, "..", interval.last));
  }
  EXPECT_THAT(ran, ElementsAre("2..3", "5..6", "9..9"));
  EXPECT_THAT(*corpus->Ran(7, "build2", 1), IsEmpty());
  EXPECT_THAT(*corpus->Ran(8, "build1", 1), IsEmpty());
  EXPECT_EQ(*corpus->CountRuns(), 6u);
}

TEST(CorpusTest, NoticesASeedThatRanInAnotherWay) {
  Passing corpus;
  CorpusBatch batch{7, "build1", {{1, settle::HELD, 10, 5}, {2, settle::HELD, 10, 6}}, {}};
  EXPECT_THAT(corpus->Keep(batch)->differ, IsEmpty());
  EXPECT_THAT(corpus->Keep(batch)->differ, IsEmpty());
  batch.runs[1].digest = 7;
  EXPECT_THAT(corpus->Keep(batch)->differ, ElementsAre(2));
  batch.runs = {{1, settle::VERDICT_UNSPECIFIED, 0, 0}};  // killed, by whomever
  EXPECT_THAT(corpus->Keep(batch)->differ, IsEmpty());
  EXPECT_EQ(corpus->Totals()->front().died, 0u);
}

TEST(CorpusTest, KeepsTheReproWithTheFewestFaults) {
  Passing corpus;
  EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build1", {}, {FailureOf(1, 3)}}).ok());
  EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build1", {}, {FailureOf(2, 1)}}).ok());
  EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build1", {}, {FailureOf(3, 2)}}).ok());
  const auto failures = corpus->Failures(7);
  ASSERT_EQ(failures->size(), 1u);
  EXPECT_EQ(failures->front().repro.pin_size(), 1);
  EXPECT_EQ(failures->front().repro.seed(), 2u);
  EXPECT_EQ(failures->front().first_seed, 1u);
  EXPECT_EQ(failures->front().first_build, "build1");
}

TEST(CorpusTest, RemembersEverySignatureOfWhatBecameOneShape) {
  Passing corpus;
  for (const char* met : {"abc123", "other1"}) {
    EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build1", {}, {FailureOf(1, 3, met)}}).ok());
    CorpusFailure small = FailureOf(4, 1, "shape1");
    small.preliminary = {met};
    EXPECT_TRUE(corpus->Refile(small).ok());
  }
  const auto failures = corpus->Failures(7);
  ASSERT_EQ(failures->size(), 1u);
  EXPECT_THAT(failures->front().preliminary, ElementsAre("abc123", "other1"));
}

// A newer build may write what this one has left out.
TEST(CorpusTest, KeepsTheTextOfWhatItKnowsInPart) {
  CorpusFailure newer = FailureOf(2, 1, "newer1");
  newer.verbatim = StrCat("schema: 2\nmood: GRUMPY\n", ReproText(newer.repro));
  for (CorpusFailure failure : {OldFailureOf(1, 1), newer}) {
    Passing corpus;
    EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build1", {}, {failure}}).ok());
    auto read = corpus->Failures(7);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->front().repro.pin_size(), 1);
    EXPECT_EQ(read->front().verbatim, failure.verbatim);
    EXPECT_EQ(read->front().unreadable, "");

    read->front().status = FailureStatus::kDrifted;
    EXPECT_TRUE(corpus->Replace(read->front()).ok());
    EXPECT_THAT(corpus.Rows(), HasSubstr(failure.verbatim));
    EXPECT_EQ(corpus->Failures(7)->front().status, FailureStatus::kDrifted);
  }
}

TEST(CorpusTest, KeepsWhatItCannotRead) {
  Passing corpus, other;
  const CorpusFailure unreadable = UnreadableFailureOf(1, "schema: 9\nseed: \"one\"\nsede: 1\n");
  EXPECT_TRUE(
      corpus->Keep(CorpusBatch{7, "build1", {}, {unreadable, FailureOf(2, 1, "other1")}}).ok());
  const auto read = corpus->Failures(7);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(read->front().unreadable.find(corpus->path() + ": abc123:2:7: error: "), 0u)
      << read->front().unreadable;
  EXPECT_EQ(read->back().unreadable, "");
  EXPECT_TRUE(other->Merge(*corpus).ok());
  EXPECT_THAT(other.Rows(), HasSubstr(unreadable.verbatim));
}

TEST(CorpusTest, PrefersWhatItKnowsWhole) {
  Passing corpus;
  EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build1", {}, {FailureOf(3, 2)}}).ok());
  EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build1", {}, {OldFailureOf(1, 1)}}).ok());
  EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build1", {}, {UnreadableFailureOf(2, "?")}}).ok());
  EXPECT_EQ(corpus->Failures(7)->front().verbatim, "");
  EXPECT_EQ(corpus->Failures(7)->front().repro.seed(), 3u);
  EXPECT_EQ(corpus->Failures(7)->front().first_seed, 1u);
}

TEST(CorpusTest, FilesUnderItsShapeWhatWasMadeSmall) {
  Passing corpus;
  EXPECT_TRUE(
      corpus->Keep(CorpusBatch{7, "build1", {}, {FailureOf(1, 3), FailureOf(2, 3, "other1")}})
          .ok());
  CorpusFailure small = FailureOf(4, 1, "shape1");
  small.preliminary = {"abc123"};
  EXPECT_TRUE(corpus->Refile(small).ok());
  const auto failures = corpus->Failures(7);
  ASSERT_EQ(failures->size(), 2u);
  EXPECT_EQ(failures->front().signature, "other1");
  EXPECT_EQ(failures->back().signature, "shape1");
  EXPECT_THAT(failures->back().preliminary, ElementsAre("abc123"));
  EXPECT_EQ(failures->back().first_seed, 1u);
  EXPECT_EQ(failures->back().repro.pin_size(), 1);
}

TEST(CorpusTest, DropsWhatIsFixedAndWhatOtherBuildsDid) {
  Passing corpus;
  CorpusFailure fixed = FailureOf(1, 1, "aaaaaa");
  fixed.status = FailureStatus::kFixed;
  EXPECT_TRUE(corpus->Keep(CorpusScenario{7, "pay.textproto", "text"}).ok());
  EXPECT_TRUE(corpus->Keep(CorpusScenario{8, "gone.textproto", "text"}).ok());
  EXPECT_TRUE(
      corpus->Keep({7, "build1", {{1, settle::VIOLATED, 1, 1}}, {fixed, FailureOf(1, 1)}}).ok());
  EXPECT_TRUE(corpus->Keep(CorpusBatch{7, "build2", {{1, settle::HELD, 1, 2}}, {}}).ok());
  const auto dropped = corpus->Drop("build2");
  EXPECT_EQ(dropped->failures, 1u);
  EXPECT_EQ(dropped->runs, 1u);
  EXPECT_EQ(corpus->Failures()->size(), 1u);
  EXPECT_EQ(*corpus->CountRuns(), 1u);
  EXPECT_EQ(corpus->Scenarios()->size(), 1u);
}

TEST(CorpusTest, NamesRunsThatDifferBetweenMachines) {
  Passing one, other;
  EXPECT_TRUE(one->Keep(CorpusScenario{7, "pay.textproto", "text"}).ok());
  EXPECT_TRUE(other->Keep(CorpusScenario{7, "pay.textproto", "text"}).ok());
  EXPECT_TRUE(one->Keep(CorpusBatch{7, "build1", {{4, settle::HELD, 1, 1}}, {}}).ok());
  EXPECT_TRUE(other->Keep(CorpusBatch{7, "build1", {{4, settle::HELD, 1, 2}}, {}}).ok());
  EXPECT_THAT(*one->Merge(*other), ElementsAre("pay.textproto@4"));
}

TEST(CorpusTest, KnowsHowFarGuidedSearchesHaveCome) {
  Passing corpus;
  Guidance guidance;
  guidance.hits.Set(1, 5);
  guidance.hits.Set(uint64_t{1} << 63, 1);
  guidance.base_seed = 9;
  guidance.made = 20;
  guidance.state = std::string("b\0c", 3);
  EXPECT_TRUE(corpus->Keep(7, "build1", guidance).ok());
  guidance.hits.Set(1, 3);
  guidance.made = 10;
  guidance.state = "d";
  EXPECT_TRUE(corpus->Keep(7, "build1", guidance).ok());
  EXPECT_EQ(corpus->Known(7, "build1")->of(1), 4u) << "a power of two; the greater one stays";
  EXPECT_EQ(corpus->Known(7, "build1")->of(uint64_t{1} << 63), 1u);
  EXPECT_EQ(corpus->Known(7, "build2")->size(), 0u);
  EXPECT_EQ(corpus->Progress(7, "build1", 9)->made, 20u);
  EXPECT_EQ(corpus->Progress(7, "build1", 9)->state, std::string("b\0c", 3));
  EXPECT_EQ(corpus->Progress(7, "build1", 1)->made, 0u);
  EXPECT_FALSE(corpus->Progress(7, "build1", 1)->state.has_value());
  const auto totals = corpus->Totals();
  ASSERT_EQ(totals->size(), 1u);
  EXPECT_EQ(totals->at(0).features, 2u);
  EXPECT_EQ(totals->at(0).guided, 20u);
  EXPECT_EQ(totals->at(0).ran, 0u);
  EXPECT_TRUE(corpus->Drop("build2").ok());
  EXPECT_EQ(corpus->Known(7, "build1")->size(), 0u);
  EXPECT_EQ(corpus->Totals()->size(), 0u);
}

// ---- the laws of merging --------------------------------------------------------

// Few keys, so that corpora meet; now and then a run that differs.
void Fill(Corpus& corpus) {
  const auto number = [](int below) { return static_cast<uint64_t>(*rc::gen::inRange(0, below)); };
  const std::vector<std::string> builds = {"build1", "build2"};
  const uint64_t batches = number(4);
  for (uint64_t i = 0; i < batches; ++i) {
    CorpusBatch batch{7 + number(2), builds[number(2)], {}, {}};
    EXPECT_TRUE(corpus.Keep(CorpusScenario{batch.scenario, StrCat(number(2)), "text"}).ok());
    for (uint64_t runs = number(4); runs > 0; --runs) {
      batch.runs.push_back({number(5), static_cast<settle::Verdict>(number(5)), 1, number(2)});
    }
    for (uint64_t failures = number(3); failures > 0; --failures) {
      const uint64_t seed = number(5);
      CorpusFailure failure =
          FailureOf(seed, static_cast<int>(number(3)), StrCat("sign", number(2)));
      const uint64_t known = number(4);
      if (known == 0) failure = UnreadableFailureOf(seed, StrCat("no text ", number(2)));
      if (known == 1) failure = OldFailureOf(seed, failure.repro.pin_size(), failure.signature);
      failure.scenario = batch.scenario;
      failure.first_build = batch.build;
      failure.finding = StrCat("found ", number(2));
      failure.status = static_cast<FailureStatus>(number(3));
      if (number(2) == 0) failure.preliminary = {StrCat("met", number(2))};
      batch.failures.push_back(failure);
    }
    EXPECT_TRUE(corpus.Keep(batch).ok());
    Guidance guidance;
    for (uint64_t features = number(3); features > 0; --features) {
      guidance.hits.Set(number(4), 1 + number(9));
    }
    guidance.base_seed = number(2);
    guidance.made = number(5);
    guidance.state = std::to_string(number(5));
    EXPECT_TRUE(corpus.Keep(batch.scenario, batch.build, guidance).ok());
  }
}

void MustMerge(Corpus& into, Corpus& from) {
  const auto merged = into.Merge(from);
  RC_ASSERT(merged.ok());
}

RC_GTEST_PROP(CorpusLaws, MergingIsCommutativeAssociativeAndIdempotent, ()) {
  Passing a, b, c;
  for (Passing* corpus : {&a, &b, &c}) Fill(**corpus);

  Passing a_then_b, b_then_a;
  MustMerge(*a_then_b, *a);
  MustMerge(*a_then_b, *b);
  MustMerge(*b_then_a, *b);
  MustMerge(*b_then_a, *a);
  const std::string ab = a_then_b.Rows();
  RC_ASSERT(ab == b_then_a.Rows());

  MustMerge(*a_then_b, *b);
  MustMerge(*a_then_b, *a);
  MustMerge(*a_then_b, *a_then_b);
  RC_ASSERT(ab == a_then_b.Rows());

  Passing b_and_c;
  MustMerge(*b_and_c, *b);
  MustMerge(*b_and_c, *c);
  MustMerge(*a_then_b, *c);
  MustMerge(*a, *b_and_c);
  RC_ASSERT(a.Rows() == a_then_b.Rows());
}

}  // namespace
}  // namespace scenarios
