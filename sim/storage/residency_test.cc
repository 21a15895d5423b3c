// Goal: whose changes are in SQLite is as asked for, parking loses nothing and
// takes no time, and no id is given twice. Method: write sets filled by hand.

#include "sim/storage/residency.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "sim/storage/schema_cache.h"
#include "sim/storage/statement.h"

namespace sim {
namespace {

constexpr char kDdl[] = "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT)";

class ResidencyTest : public testing::Test {
 protected:
  ResidencyTest() {
    disk_.Install("f", schema_->image);
    connection_ = *Connection::Open(disk_, "f", "TRUNCATE", 1);
    EXPECT_TRUE(connection_->Start().ok());
    residency_ = std::make_unique<Residency>(*connection_, disk_, schema_->tables.size());
  }
  RowChange Inserted(int64_t id, const std::string& v) {
    RowChange change;
    change.table = &schema_->tables[0];
    change.new_row = {id, v};
    return change;
  }
  void Reside(WriteSet& writes, bool alone) { EXPECT_TRUE(residency_->Reside(writes, alone).ok()); }
  std::string Rows() {
    Statement select(connection_->handle(),
                     "SELECT ifnull(group_concat(v, ''), '') FROM (SELECT v FROM t ORDER BY id)");
    return (*select.Run({}))[0].Text(0);
  }

  SchemaCache cache_;
  const Schema* schema_ = *cache_.Find(kDdl);
  Choices choices_{/*seed=*/1, /*adversary=*/nullptr};
  Disk disk_{choices_, "node", /*site=*/nullptr};
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Residency> residency_;
  WriteSet a_, b_;
};

TEST_F(ResidencyTest, BesideOthersOrAlone) {
  a_.changes.push_back(Inserted(1, "a"));
  b_.changes.push_back(Inserted(2, "b"));
  Reside(a_, /*alone=*/false);
  Reside(b_, /*alone=*/false);
  EXPECT_EQ(Rows(), "ab");
  EXPECT_FALSE(residency_->AloneWith(a_));
  Reside(b_, /*alone=*/true);
  EXPECT_EQ(Rows(), "b");
  EXPECT_FALSE(a_.resident);
  Reside(a_, /*alone=*/true);
  EXPECT_EQ(Rows(), "a");
  residency_->Park();
  EXPECT_EQ(Rows(), "");
  EXPECT_EQ(residency_->parks(), 3);
}

TEST_F(ResidencyTest, ParkingTakesNoTime) {
  a_.changes.push_back(Inserted(1, "a"));
  disk_.TakeCost();
  Reside(a_, /*alone=*/true);
  residency_->Park();
  EXPECT_EQ(disk_.TakeCost(), 0);
  Reside(a_, /*alone=*/true);
  residency_->GiveUp(a_);  // As any database rolls back.
  EXPECT_GT(disk_.TakeCost(), 0);
}

TEST_F(ResidencyTest, GivingUpLeavesTheOthers) {
  a_.changes.push_back(Inserted(1, "a"));
  b_.changes.push_back(Inserted(2, "b"));
  Reside(a_, /*alone=*/false);
  Reside(b_, /*alone=*/false);
  residency_->GiveUp(a_);
  Reside(b_, /*alone=*/false);
  EXPECT_EQ(Rows(), "b");
}

TEST_F(ResidencyTest, CommittedRowsStay) {
  a_.changes.push_back(Inserted(1, "a"));
  Reside(a_, /*alone=*/true);
  ASSERT_TRUE(connection_->Commit().ok());
  residency_->Committed(a_);
  EXPECT_FALSE(a_.resident);
  EXPECT_EQ(Rows(), "a");
}

TEST_F(ResidencyTest, AParkedIdIsNotGivenAgain) {
  a_.changes.push_back(Inserted(7, "a"));
  residency_->ids().Expect(a_.changes[0]);
  Reside(b_, /*alone=*/true);
  ASSERT_TRUE(residency_->ids().Raise(schema_->tables[0]).ok());
  Statement insert(connection_->handle(), "INSERT INTO t(v) VALUES('b')");
  EXPECT_EQ(insert.Run({})->inserted_id(), 8);
}

}  // namespace
}  // namespace sim
