// Goal: only a sound corpus of this version is opened, by one process, and everything
// else is named and left as it was, byte for byte. Method: files that are wrong in each
// way, compared with all that lies beside them before and after.

#include "scenarios/search/corpus_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/command/temporary_folder.h"
#include "scenarios/search/corpus.h"

namespace scenarios {
namespace {

namespace fs = std::filesystem;
using absl::StrCat;
using testing::HasSubstr;
using testing::Not;

class CorpusFileTest : public testing::Test {
 protected:
  CorpusFileTest() : folder_(*TemporaryFolder::Make()) {}

  void Make() {
    const auto corpus = Corpus::Open(path_, IfMissing::kCreate);
    ASSERT_TRUE(corpus.ok()) << corpus.status();
    CorpusBatch batch{7, "build", {}, {}};
    for (uint64_t seed = 1; seed <= 1000; ++seed) {
      batch.runs.push_back({seed, settle::HELD, 1, seed * 0x9e3779b97f4a7c15});
    }
    ASSERT_TRUE((*corpus)->Keep(batch).ok());
  }

  void Write(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }

  void Overwrite(std::streamoff at, const std::string& bytes) {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(at);
    file << bytes;
  }

  // Name and bytes of all files in the folder.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_.path())) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return files;
  }

  void IsRefused(const std::string& why) {
    const auto before = Files();
    for (const IfMissing missing : {IfMissing::kRefuse, IfMissing::kCreate}) {
      const auto opened = OpenCorpusFile(path_, missing);
      ASSERT_FALSE(opened.ok()) << why;
      EXPECT_TRUE(absl::IsUnavailable(opened.status()));
      EXPECT_THAT(std::string(opened.status().message()), HasSubstr(path_));
      EXPECT_THAT(std::string(opened.status().message()), HasSubstr(why));
      EXPECT_THAT(std::string(opened.status().message()), Not(HasSubstr("\n")));
      EXPECT_TRUE(Files() == before) << why;
    }
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/corpus.db";
};

TEST_F(CorpusFileTest, IsMadeOnlyIfAskedFor) {
  EXPECT_TRUE(absl::IsNotFound(OpenCorpusFile(path_, IfMissing::kRefuse).status()));
  EXPECT_TRUE(Files().empty());
  EXPECT_TRUE(OpenCorpusFile(path_, IfMissing::kCreate).ok());
  EXPECT_TRUE(OpenCorpusFile(path_, IfMissing::kRefuse).ok());
  EXPECT_EQ(Files().size(), 1u);
}

TEST_F(CorpusFileTest, RefusesWhatIsNoDatabase) {
  Write("seeds: 7\n");
  IsRefused("is no corpus, nor any SQLite database; it was left as it is");
  Write(std::string(5000, 'x'));
  IsRefused("is no corpus, nor any SQLite database");
}

TEST_F(CorpusFileTest, RefusesTheDatabaseOfAnotherProgram) {
  Make();
  Overwrite(68, std::string(4, '\0'));
  IsRefused("an SQLite database of another program");
}

TEST_F(CorpusFileTest, RefusesANewerVersion) {
  Make();
  Overwrite(60, std::string("\0\0\0\4", 4));
  IsRefused("written by a newer settle, corpus version 4; this one knows 3");
}

TEST_F(CorpusFileTest, BringsAnOlderVersionUpToDate) {
  Make();
  const char* const undo[] = {
      "DROP TABLE coverage; DROP TABLE guided; PRAGMA user_version = 2;",
      "DROP TABLE coverage; DROP TABLE guided; ALTER TABLE violation DROP COLUMN preliminary; "
      "PRAGMA user_version = 1;"};
  for (const char* const sql : undo) {
    {
      const auto opened = OpenCorpusFile(path_, IfMissing::kRefuse);
      ASSERT_TRUE(opened.ok()) << opened.status();
      ASSERT_TRUE(ExecuteSql(opened->get(), sql).ok());
    }
    for (int times = 0; times < 2; ++times) {
      const auto corpus = Corpus::Open(path_, IfMissing::kRefuse);
      ASSERT_TRUE(corpus.ok()) << corpus.status();
      EXPECT_EQ(*(*corpus)->CountRuns(), 1000u);
      EXPECT_EQ((*corpus)->Failures()->size(), 0u);
      EXPECT_EQ((*corpus)->Known(7, "build")->size(), 0u);
      Guidance guidance;
      guidance.made = 1;
      guidance.state = "state";
      EXPECT_TRUE((*corpus)->Keep(7, "build", guidance).ok());
    }
  }
}

TEST_F(CorpusFileTest, RefusesWhatIsDamaged) {
  Make();
  const auto whole = Files();
  const std::string bytes = whole.at("corpus.db");
  Write(bytes.substr(0, bytes.size() / 2));
  IsRefused("is damaged");
  Write(bytes);
  Overwrite(static_cast<std::streamoff>(bytes.size()) - 4096, std::string(2000, 'x'));
  IsRefused("is damaged");
  Write(bytes);
  Overwrite(101, std::string(200, 'x'));  // the root of the schema
  IsRefused("is damaged");
}

TEST_F(CorpusFileTest, RefusesAFolder) {
  fs::create_directory(path_);
  EXPECT_THAT(std::string(OpenCorpusFile(path_, IfMissing::kCreate).status().message()),
              HasSubstr("is a folder"));
}

TEST_F(CorpusFileTest, RefusesAFolderThatIsNotThere) {
  const auto opened = OpenCorpusFile(folder_.path() + "/none/corpus.db", IfMissing::kCreate);
  EXPECT_THAT(std::string(opened.status().message()),
              HasSubstr("its folder cannot be written: No such file or directory"));
}

// The other process is a fork: locks are of processes, not of files that are open.
TEST_F(CorpusFileTest, NamesTheProcessThatUsesIt) {
  const auto opened = OpenCorpusFile(path_, IfMissing::kCreate);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const std::string expected = StrCat("is in use by process ", getpid(), " (");
  const pid_t child = fork();
  if (child == 0) {
    const absl::Status refused = OpenCorpusFile(path_, IfMissing::kCreate).status();
    _exit(absl::IsUnavailable(refused) && absl::StrContains(refused.message(), expected) ? 0 : 1);
  }
  int state = 0;
  ASSERT_EQ(waitpid(child, &state, 0), child);
  EXPECT_EQ(state, 0);
}

// A kill leaves what was committed in the log.
TEST_F(CorpusFileTest, HasAllThatWasCommittedBeforeAKill) {
  const pid_t child = fork();
  if (child == 0) {
    const auto corpus = Corpus::Open(path_, IfMissing::kCreate);
    const CorpusBatch batch{7, "build", {{1, settle::HELD, 1, 1}, {2, settle::HELD, 1, 1}}, {}};
    _exit(corpus.ok() && (*corpus)->Keep(batch).ok() ? 0 : 1);
  }
  int state = 0;
  ASSERT_EQ(waitpid(child, &state, 0), child);
  ASSERT_EQ(state, 0);
  EXPECT_EQ(Files().size(), 2u);  // its log
  EXPECT_EQ(*(*Corpus::Open(path_, IfMissing::kRefuse))->CountRuns(), 2u);
}

}  // namespace
}  // namespace scenarios
