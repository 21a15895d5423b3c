// A file is there whole or not at all, whatever goes wrong on the way.

#include "reports/atomic_file.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace reports {
namespace {

using ::testing::HasSubstr;

class AtomicFileTest : public ::testing::Test {
 protected:
  AtomicFileTest() { std::filesystem::create_directories(folder_); }
  ~AtomicFileTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  int Entries() const {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator(folder_),
                                          std::filesystem::directory_iterator()));
  }

  const std::string folder_ = ::testing::TempDir() + "/atomic";
};

TEST_F(AtomicFileTest, AppearsWhenCommitted) {
  AtomicFile file(Path("result"));
  file.Append("one\n");
  file.Append("two\n");
  EXPECT_FALSE(std::filesystem::exists(Path("result")));
  ASSERT_TRUE(file.Commit().ok());
  EXPECT_EQ(Read(Path("result")), "one\ntwo\n");
  EXPECT_EQ(Entries(), 1);
}

TEST_F(AtomicFileTest, LeavesNothingWhenForgotten) {
  {
    AtomicFile file(Path("result"));
    file.Append("half");
  }
  EXPECT_EQ(Entries(), 0);
}

TEST_F(AtomicFileTest, ReplacesTheOldFile) {
  ASSERT_TRUE(WriteAtomically(Path("result"), "old").ok());
  ASSERT_TRUE(WriteAtomically(Path("result"), "new").ok());
  EXPECT_EQ(Read(Path("result")), "new");
}

TEST_F(AtomicFileTest, SaysWhyAFolderIsNone) {
  const absl::Status status = WriteAtomically(Path("nowhere/result"), "text");
  EXPECT_THAT(std::string(status.message()), HasSubstr("nowhere/result: No such file"));
}

// A file that may not grow is a full disk to whoever writes it.
TEST_F(AtomicFileTest, KeepsTheOldFileWhenTheDiskIsFull) {
  ASSERT_TRUE(WriteAtomically(Path("result"), "old").ok());
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small = {.rlim_cur = 1000, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const absl::Status status = WriteAtomically(Path("result"), std::string(100'000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("File too large"));
  EXPECT_EQ(Read(Path("result")), "old");
  EXPECT_EQ(Entries(), 1);
}

TEST_F(AtomicFileTest, MakesFoldersAndNoticesThatOneIsAFile) {
  EXPECT_TRUE(MakeWritableDirectory(Path("a/b")).ok());
  EXPECT_TRUE(std::filesystem::is_empty(Path("a/b")));
  ASSERT_TRUE(WriteAtomically(Path("file"), "text").ok());
  EXPECT_FALSE(MakeWritableDirectory(Path("file")).ok());
  EXPECT_FALSE(MakeWritableDirectory(Path("file/below")).ok());
}

// Which file it tries is nobody's business.
TEST_F(AtomicFileTest, NamesTheFolderThatCannotBeWritten) {
  EXPECT_EQ(MakeWritableDirectory("/proc").message(), "/proc: No such file or directory");
}

}  // namespace
}  // namespace reports
