// Goal: a change takes the locks that InnoDB would take, and no others; of what is
// in the way of a statement the first in the order of the indexes counts.
// Method: changes of one table with a primary and a unique key.

#include "sim/storage/row_locker.h"

#include <string>

#include "gtest/gtest.h"

namespace sim {
namespace {

class RowLockerTest : public testing::Test {
 protected:
  RowLockerTest() {
    table_.name = "t";
    table_.columns = {"id", "u", "v"};
    for (int column : {0, 1}) {
      UniqueKey key;
      key.seed = static_cast<uint64_t>(column) + 1;
      key.parts.push_back({column, Collation::kBinary, Affinity::kText, true});
      table_.keys.push_back(key);
    }
  }
  static std::vector<Value> Row(const std::string& id, const std::string& u) {
    return {id, u, int64_t{0}};
  }
  RowChange Change(std::vector<Value> before, std::vector<Value> after) const {
    RowChange change;
    change.table = &table_;
    change.kind = before.empty()  ? ChangeKind::kInsert
                  : after.empty() ? ChangeKind::kDelete
                                  : ChangeKind::kUpdate;
    change.old_row = std::move(before);
    change.new_row = std::move(after);
    return change;
  }
  // What `change` of b waits for.
  std::string Met(const RowChange& change) {
    locker_.Lock(b_, change);
    return locker_.TakeConflict().row;
  }

  TableInfo table_;
  RowLocker locker_{LockFlaw::kNone};
  LockHolder a_, b_;
};

TEST_F(RowLockerTest, AnUpdateLocksItsRowAndNotAnUnchangedUniqueValue) {
  EXPECT_TRUE(locker_.Lock(a_, Change(Row("1", "x"), Row("1", "x"))));
  EXPECT_EQ(a_.held.size(), 1u);
  EXPECT_EQ(Met(Change(Row("1", "x"), {})), "t 1");
  EXPECT_EQ(Met(Change({}, Row("2", "x"))), "");
}

TEST_F(RowLockerTest, AUniqueValueIsLockedWhereItVanishesAndAppears) {
  EXPECT_TRUE(locker_.Lock(a_, Change(Row("1", "x"), Row("1", "y"))));
  EXPECT_EQ(a_.held.size(), 3u);
  EXPECT_EQ(Met(Change({}, Row("2", "x"))), "t x");
  EXPECT_EQ(Met(Change({}, Row("3", "y"))), "t y");
}

TEST_F(RowLockerTest, AMovedRowIsLockedAtBothKeys) {
  EXPECT_TRUE(locker_.Lock(a_, Change(Row("1", "x"), Row("2", "x"))));
  EXPECT_EQ(Met(Change({}, Row("1", "p"))), "t 1");
  EXPECT_EQ(Met(Change({}, Row("2", "q"))), "t 2");
}

TEST_F(RowLockerTest, ALockInTheWayCountsBeforeARowBehindIt) {
  locker_.Lock(a_, Change(Row("1", "x"), {}));
  const std::vector<RowChange> probed = {Change(Row("7", "y"), {}), Change({}, Row("1", "y"))};
  EXPECT_TRUE(locker_.LockIsInTheWay(b_, probed, /*all=*/false));
  EXPECT_EQ(locker_.TakeConflict().row, "t 1");
}

TEST_F(RowLockerTest, ARowInTheWayCountsBeforeALockBehindIt) {
  locker_.Lock(a_, Change({}, Row("9", "y")));
  const std::vector<RowChange> probed = {Change(Row("1", "z"), {}), Change({}, Row("1", "y"))};
  EXPECT_FALSE(locker_.LockIsInTheWay(b_, probed, /*all=*/false));
  EXPECT_FALSE(locker_.conflict());
}

TEST_F(RowLockerTest, ANewKeyInAGapWaitsForItsOwner) {
  locker_.table().AddGap(a_, {1, std::vector<Value>{"b"}, std::nullopt});
  EXPECT_EQ(Met(Change({}, Row("c", "x"))), "the gap at t c");
  EXPECT_EQ(Met(Change({}, Row("a", "x"))), "");
}

}  // namespace
}  // namespace sim
