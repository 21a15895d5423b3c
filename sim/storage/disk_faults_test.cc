// Goal: a disk that fails does just what its fault says, gives nobody wrong data,
// and remembers what it has damaged or lost, across crashes too.
// Method: one fault at a time on a file of a few pages, and what can be read of it
// afterwards, in this life and in the next.

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/storage/disk.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kPages = 4;

// Answers the next questions as it is told, and then that all is well.
class FaultySite final : public PowerSite {
 public:
  Choice BeforeSync(absl::string_view) override { return Next(); }
  Choice BeforeWrite(absl::string_view) override { return Next(); }
  Choice BeforeRead(absl::string_view) override { return Next(); }
  void OnDamage(absl::string_view file) override { damaged.push_back(std::string(file)); }
  void OnOverflow() override { ++overflows; }
  bool BeforeCommit(const Commit&) override { return true; }
  void AfterCommit(const Commit&) override {}
  Nanos Now() const override { return now; }

  std::deque<Choice> next;
  std::vector<std::string> damaged;
  int overflows = 0;
  Nanos now = 0;

 private:
  Choice Next() {
    if (next.empty()) return {};
    const Choice choice = next.front();
    next.pop_front();
    return choice;
  }
};

class DiskFaultsTest : public testing::Test {
 protected:
  DiskFaultsTest() {
    for (int64_t page = 0; page < kPages; ++page) Write(page, 'a');
    Sync();
    disk_.TakeCost();
  }

  void Next(ChoiceKind kind, int64_t amount = 0) {
    Choice choice;
    choice.kind = kind;
    choice.amount = amount;
    site_.next.push_back(choice);
  }
  DiskAnswer Write(int64_t page, char text) {
    return disk_.Write(file_, page * kPageSize, std::string(kPageSize, text));
  }
  DiskAnswer Sync() { return disk_.Sync(file_); }

  // The first letter of every page, '!' where reading fails.
  std::string Pages() {
    std::string pages;
    for (int64_t page = 0; page * kPageSize < disk_.Size(file_); ++page) {
      char letter = '?';
      const DiskAnswer answer = disk_.Read(file_, page * kPageSize, &letter, 1);
      pages += answer == DiskAnswer::kOk ? letter : '!';
    }
    return pages;
  }

  Choices choices_{/*seed=*/1, nullptr};
  FaultySite site_;
  Disk disk_{choices_, "node", &site_, /*limit=*/64 * kPageSize};
  Disk::File& file_ = disk_.Open("f");
};

TEST_F(DiskFaultsTest, AnIoErrorDoesNotDoTheWork) {
  Next(ChoiceKind::kIoError);
  EXPECT_EQ(Write(1, 'b'), DiskAnswer::kIoError);
  EXPECT_EQ(Pages(), "aaaa");

  EXPECT_EQ(Write(1, 'b'), DiskAnswer::kOk);
  Next(ChoiceKind::kIoError);
  EXPECT_EQ(Sync(), DiskAnswer::kIoError);
  disk_.Recover(DiskFate::kLoseAll);
  EXPECT_EQ(Pages(), "aaaa");

  Next(ChoiceKind::kIoError);
  EXPECT_EQ(Pages(), "!aaa");
  EXPECT_EQ(Pages(), "aaaa");
  EXPECT_THAT(site_.damaged, IsEmpty());
}

TEST_F(DiskFaultsTest, AFullDiskGrowsNoFileForItsTime) {
  Next(ChoiceKind::kDiskFull, Seconds(10));
  EXPECT_EQ(Write(kPages, 'b'), DiskAnswer::kFull);
  EXPECT_EQ(Write(0, 'b'), DiskAnswer::kOk);
  site_.now = Seconds(9);
  EXPECT_EQ(Write(kPages, 'b'), DiskAnswer::kFull);
  EXPECT_EQ(Pages(), "baaa");
  site_.now = Seconds(10);
  EXPECT_EQ(Write(kPages, 'b'), DiskAnswer::kOk);
  EXPECT_EQ(Pages(), "baaab");
}

TEST_F(DiskFaultsTest, AHealedDiskHasRoom) {
  Next(ChoiceKind::kDiskFull, Seconds(10));
  EXPECT_EQ(Write(kPages, 'b'), DiskAnswer::kFull);
  disk_.Heal();
  EXPECT_EQ(Write(kPages, 'b'), DiskAnswer::kOk);
}

TEST_F(DiskFaultsTest, ASlowDiskTakesLonger) {
  Next(ChoiceKind::kLate, Seconds(3));
  EXPECT_EQ(Write(1, 'b'), DiskAnswer::kOk);
  Next(ChoiceKind::kLate, Seconds(4));
  EXPECT_EQ(Sync(), DiskAnswer::kOk);
  Next(ChoiceKind::kLate, Seconds(5));
  EXPECT_EQ(Pages(), "abaa");
  EXPECT_EQ(disk_.TakeCost(), Seconds(12) + Disk::kWriteCost + Disk::kSyncCost);
}

TEST_F(DiskFaultsTest, ABadSectorCannotBeReadUntilItIsWrittenAgain) {
  Next(ChoiceKind::kBadSector);
  EXPECT_EQ(Write(2, 'b'), DiskAnswer::kOk);
  Sync();
  EXPECT_EQ(Pages(), "aa!a");
  EXPECT_THAT(site_.damaged, ElementsAre("f"));
  EXPECT_EQ(disk_.Write(file_, 2 * kPageSize, "part"), DiskAnswer::kOk);
  EXPECT_EQ(Pages(), "aa!a");
  Write(2, 'c');
  EXPECT_EQ(Pages(), "aaca");
}

TEST_F(DiskFaultsTest, DamageHasTheFateOfTheWriteThatDidIt) {
  Next(ChoiceKind::kBadSector);
  Write(2, 'b');
  disk_.Recover(DiskFate::kLoseAll);
  EXPECT_EQ(Pages(), "aaaa");

  Next(ChoiceKind::kBadSector);
  Write(2, 'b');
  disk_.Recover(DiskFate::kKeepAll);
  EXPECT_EQ(Pages(), "aa!a");
}

TEST_F(DiskFaultsTest, DamageComesBackWhenACrashLosesWhatHealedIt) {
  Next(ChoiceKind::kBadSector);
  Write(2, 'b');
  Sync();
  Write(2, 'c');
  EXPECT_EQ(Pages(), "aaca");
  disk_.Recover(DiskFate::kLoseAll);
  EXPECT_EQ(Pages(), "aa!a");
}

TEST_F(DiskFaultsTest, AMisdirectedWriteDamagesTwoPages) {
  Next(ChoiceKind::kMisdirected);
  EXPECT_EQ(Write(1, 'b'), DiskAnswer::kOk);
  Sync();
  const std::string pages = Pages();
  EXPECT_EQ(pages[1], '!');
  EXPECT_EQ(std::count(pages.begin(), pages.end(), '!'), 2) << pages;
}

TEST_F(DiskFaultsTest, AMisdirectedWriteCanLandOnAnyOtherPage) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    for (int64_t page = 0; page < kPages; ++page) Write(page, 'a');
    Next(ChoiceKind::kMisdirected);
    Write(1, 'b');
    seen.insert(Pages());
  }
  EXPECT_THAT(seen, ElementsAre("!!aa", "a!!a", "a!a!"));
}

TEST_F(DiskFaultsTest, ALostSyncMattersOnlyToACrashThatLosesSomething) {
  Write(1, 'b');
  Next(ChoiceKind::kLostSync);
  EXPECT_EQ(Sync(), DiskAnswer::kOk);
  disk_.Recover(DiskFate::kKeepAll);
  EXPECT_EQ(Pages(), "abaa");

  Write(1, 'c');
  Next(ChoiceKind::kLostSync);
  Sync();
  Write(2, 'd');  // Nothing was promised of this.
  disk_.Recover(DiskFate::kLoseAll);
  EXPECT_EQ(Pages(), "!!!!");
  EXPECT_EQ(site_.damaged.size(), 4u);
}

TEST_F(DiskFaultsTest, ALostSyncIsMadeGoodByTheNext) {
  Write(1, 'b');
  Next(ChoiceKind::kLostSync);
  Sync();
  Sync();
  disk_.Recover(DiskFate::kLoseAll);
  EXPECT_EQ(Pages(), "abaa");
}

TEST_F(DiskFaultsTest, ALostSyncOfOneFileSpoilsAllFilesOfTheDisk) {
  Disk::File& other = disk_.Open("g");
  disk_.Write(other, 0, "text");
  Next(ChoiceKind::kLostSync);
  disk_.Sync(other);
  disk_.Recover(DiskFate::kLoseAll);
  EXPECT_EQ(Pages(), "!!!!");
}

TEST_F(DiskFaultsTest, ChecksReadWhatWasWritten) {
  Next(ChoiceKind::kBadSector);
  Write(2, 'b');
  disk_.Retire();
  EXPECT_EQ(Pages(), "aaba");
  EXPECT_THAT(site_.damaged, IsEmpty());
}

TEST_F(DiskFaultsTest, HoldsNoMoreThanItMay) {
  int64_t page = kPages;
  while (Write(page, 'x') == DiskAnswer::kOk) ++page;
  EXPECT_EQ(site_.overflows, 1);
  EXPECT_LE(disk_.memory(), 64 * kPageSize);
  EXPECT_EQ(page, 64);
}

}  // namespace
}  // namespace sim
