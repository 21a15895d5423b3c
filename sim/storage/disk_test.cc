// Goal: after a crash every file is what some subset of the unsynced work gives,
// and what was synced is always there.
//
// Method: random writes, truncations and syncs run against the disk and against a
// plain string. After the crash the possible contents are enumerated: each
// unsynced write lost, kept, or cut after one of its sectors; each truncation
// lost or kept. The disk must show one of them.

#include "sim/storage/disk.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
// After gtest.h.
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace sim {
namespace {

struct Work {
  enum Kind { kWrite, kTruncate, kSync } kind;
  int64_t offset;
  std::string bytes;
};

void Apply(std::string& content, const Work& work, size_t length) {
  const size_t offset = static_cast<size_t>(work.offset);
  if (work.kind == Work::kTruncate) {
    content.resize(offset);
    return;
  }
  if (length == 0) return;
  content.resize(std::max(content.size(), offset + length));
  content.replace(offset, length, work.bytes, 0, length);
}

// How many bytes of an unsynced write may have arrived.
std::vector<size_t> Fates(const Work& work) {
  if (work.kind == Work::kTruncate) return {0};
  std::vector<size_t> fates;
  for (int64_t end = work.offset / kSectorSize * kSectorSize;; end += kSectorSize) {
    const int64_t length = std::clamp<int64_t>(end - work.offset, 0, int64_t(work.bytes.size()));
    fates.push_back(static_cast<size_t>(length));
    if (length == int64_t(work.bytes.size())) return fates;
  }
}

std::set<std::string> PossibleContents(const std::string& synced,
                                       const std::vector<Work>& unsynced) {
  std::set<std::string> contents = {synced};
  for (const Work& work : unsynced) {
    std::set<std::string> next = contents;  // Lost.
    for (const std::string& content : contents) {
      for (const size_t length : Fates(work)) {
        std::string after = content;
        Apply(after, work, length);
        next.insert(std::move(after));
      }
    }
    contents = std::move(next);
  }
  return contents;
}

rc::Gen<Work> AnyWork() {
  return rc::gen::exec([] {
    Work work;
    work.kind = *rc::gen::weightedElement<Work::Kind>(
        {{6, Work::kWrite}, {2, Work::kTruncate}, {2, Work::kSync}});
    work.offset = *rc::gen::inRange(0, 3000);
    const int length = *rc::gen::inRange(1, 1500);
    work.bytes = std::string(static_cast<size_t>(length), *rc::gen::inRange('a', 'z'));
    return work;
  });
}

std::string Content(const Disk& disk) {
  const auto image = disk.Snapshot("f");
  return std::string(image->page(0), static_cast<size_t>(image->size()));
}

// Does `work` to the disk and to the model.
class Pair {
 public:
  explicit Pair(uint64_t seed) : choices_(seed, nullptr), disk_(choices_, "node", nullptr) {
    disk_.Open("f");
  }

  void Do(const Work& work) {
    Disk::File& file = disk_.Open("f");
    switch (work.kind) {
      case Work::kWrite:
        disk_.Write(file, work.offset, work.bytes);
        break;
      case Work::kTruncate:
        disk_.Truncate(file, work.offset);
        break;
      case Work::kSync:
        disk_.Sync(file);
        break;
    }
    if (work.kind == Work::kSync) {
      synced_ = seen_;
      unsynced_.clear();
    } else {
      Apply(seen_, work, work.bytes.size());
      unsynced_.push_back(work);
    }
  }

  void Crashed() {
    synced_ = seen_ = Content(disk_);
    unsynced_.clear();
  }

  Choices choices_;
  Disk disk_;
  std::string synced_;
  std::string seen_;
  std::vector<Work> unsynced_;
};

RC_GTEST_PROP(DiskTest, CrashLeavesASubsetOfUnsyncedWork, (uint64_t seed)) {
  Pair pair(seed);
  for (int life = 0; life < 3; ++life) {
    const int length = *rc::gen::inRange(0, 8);
    for (int i = 0; i < length; ++i) {
      pair.Do(*AnyWork());
      if (pair.unsynced_.size() == 5) pair.Do({Work::kSync, 0, ""});
      RC_ASSERT(Content(pair.disk_) == pair.seen_);
    }
    const std::set<std::string> possible = PossibleContents(pair.synced_, pair.unsynced_);
    pair.disk_.Recover(DiskFate::kEach);
    RC_ASSERT(possible.count(Content(pair.disk_)) == 1u);
    pair.Crashed();
  }
}

RC_GTEST_PROP(DiskTest, KeepAllKeepsAndLoseAllLoses, (uint64_t seed, bool keep)) {
  Pair pair(seed);
  for (int i = 0; i < 10; ++i) pair.Do(*AnyWork());
  pair.disk_.Recover(keep ? DiskFate::kKeepAll : DiskFate::kLoseAll);
  RC_ASSERT(Content(pair.disk_) == (keep ? pair.seen_ : pair.synced_));
}

TEST(DiskTest, EveryFateOccurs) {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Pair pair(seed);
    pair.Do({Work::kWrite, 0, std::string(1536, 'a')});
    pair.Do({Work::kSync, 0, ""});
    pair.Do({Work::kWrite, 0, std::string(1536, 'b')});
    pair.Do({Work::kTruncate, 512, ""});
    pair.disk_.Recover(DiskFate::kEach);
    seen.insert(Content(pair.disk_));
  }
  EXPECT_EQ(seen.size(), 6u);  // {0, 1, 2, 3 sectors of b} x {truncated or not}
}

TEST(DiskTest, FrozenDiskChangesNothing) {
  Pair pair(/*seed=*/1);
  pair.Do({Work::kWrite, 0, "kept"});
  pair.Do({Work::kSync, 0, ""});
  pair.disk_.Freeze();
  pair.disk_.Write(pair.disk_.Open("f"), 0, "lost");
  pair.disk_.Truncate(pair.disk_.Open("f"), 1);
  pair.disk_.Sync(pair.disk_.Open("f"));
  pair.disk_.Delete("f");
  pair.disk_.Recover(DiskFate::kKeepAll);
  EXPECT_EQ(Content(pair.disk_), "kept");
}

TEST(DiskTest, WorkTakesTime) {
  Pair pair(/*seed=*/1);
  pair.Do({Work::kWrite, 0, "text"});
  pair.Do({Work::kSync, 0, ""});
  EXPECT_EQ(pair.disk_.TakeCost(), Disk::kWriteCost + Disk::kSyncCost);
  EXPECT_EQ(pair.disk_.TakeCost(), 0);
}

TEST(DiskTest, ImagesAreSharedUntilWritten) {
  Choices choices(/*seed=*/1, nullptr);
  Disk one(choices, "one", nullptr);
  Disk two(choices, "two", nullptr);
  const auto image = std::make_shared<DiskImage>(std::string(5 * kPageSize, 'i'));
  one.Install("f", image);
  two.Install("f", image);
  EXPECT_EQ(one.memory(), 0);

  one.Write(one.Open("f"), 10, "one");
  EXPECT_EQ(one.memory(), kPageSize);
  EXPECT_EQ(Content(two), std::string(5 * kPageSize, 'i'));

  one.Recover(DiskFate::kLoseAll);
  EXPECT_EQ(Content(one), Content(two));
  EXPECT_EQ(one.memory(), 0);
}

TEST(DiskTest, DeletedFilesGiveTheirPagesBack) {
  Pair pair(/*seed=*/1);
  pair.Do({Work::kWrite, 0, std::string(9000, 'x')});
  pair.Do({Work::kSync, 0, ""});
  pair.Do({Work::kWrite, 4000, std::string(3000, 'y')});
  EXPECT_GT(pair.disk_.memory(), 9000);
  pair.disk_.Delete("f");
  EXPECT_EQ(pair.disk_.memory(), 0);
  EXPECT_FALSE(pair.disk_.Exists("f"));
}

}  // namespace
}  // namespace sim
