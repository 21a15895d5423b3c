// Goal: an older state can be told from what was committed since, and no more is
// kept than somebody may ask for. Method: numbered commits, a second apart.

#include "sim/storage/commit_history.h"

#include "gtest/gtest.h"

namespace sim {
namespace {

class CommitHistoryTest : public testing::Test {
 protected:
  CommitHistoryTest() {
    for (int i = 1; i <= 4; ++i) history_.Add(Seconds(i), {RowChange()}, /*keep=*/true);
  }
  CommitHistory history_;
};

TEST_F(CommitHistoryTest, GivesWhatIsNewer) {
  EXPECT_EQ(history_.newest(), 4u);
  EXPECT_EQ(history_.After(4).size(), 0u);
  EXPECT_EQ(history_.After(1).size(), 3u);
}

TEST_F(CommitHistoryTest, FindsTheCommitOfAnInstant) {
  EXPECT_EQ(history_.NewestAt(Seconds(2)), 2u);
  EXPECT_EQ(history_.NewestAt(Seconds(3) - 1), 2u);
  EXPECT_EQ(history_.NewestAt(0), 0u);
  EXPECT_EQ(history_.NewestAt(Seconds(9)), 4u);
}

TEST_F(CommitHistoryTest, TellsCommitsOfOneInstantTogether) {
  history_.Add(Seconds(4), {RowChange(), RowChange()}, /*keep=*/true);
  EXPECT_EQ(history_.NewestAt(Seconds(4) - 1), 3u);
  EXPECT_EQ(history_.NewestAt(Seconds(4)), 5u);
  EXPECT_EQ(history_.After(4).size(), 2u);
}

// Whoever lags by two seconds at most, as each commit is followed by a read.
TEST_F(CommitHistoryTest, KeepsAsMuchAsTheLongestLagReaches) {
  for (int i = 5; i <= 1000; ++i) {
    history_.Forget(history_.newest(), Seconds(i) - Seconds(2));
    history_.Add(Seconds(i), {RowChange()}, /*keep=*/true);
    EXPECT_EQ(history_.NewestAt(Seconds(i) - Seconds(2)), static_cast<uint64_t>(i) - 2);
    EXPECT_LE(history_.size(), 4u);
  }
}

TEST_F(CommitHistoryTest, ForgetsWhatNobodyAsksFor) {
  history_.Forget(/*commit=*/3, /*at=*/Seconds(2));
  EXPECT_EQ(history_.size(), 2u);
  history_.Forget(/*commit=*/4, /*at=*/Seconds(9));
  EXPECT_EQ(history_.size(), 0u);
  history_.Add(Seconds(10), {RowChange()}, /*keep=*/false);
  EXPECT_EQ(history_.newest(), 5u);
  EXPECT_EQ(history_.size(), 0u);
}

}  // namespace
}  // namespace sim
