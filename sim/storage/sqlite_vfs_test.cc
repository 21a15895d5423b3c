// Goal: SQLite keeps its files on the simulated disk it was given, sees an I/O
// error on a frozen one, and writes the same bytes whenever it is given the same
// seed. Method: connections as the product opens them, and the disks' contents.

#include "sim/storage/sqlite_vfs.h"

#include <sqlite3.h>

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "sim/storage/connection.h"
#include "sim/storage/statement.h"

namespace sim {
namespace {

class SqliteVfsTest : public testing::Test {
 protected:
  static std::unique_ptr<Connection> Open(Disk& disk, uint64_t seed = 1) {
    auto connection = Connection::Open(disk, "f.db", "TRUNCATE", seed);
    EXPECT_TRUE(connection.ok()) << connection.status();
    EXPECT_TRUE((*connection)->Start().ok());
    return *std::move(connection);
  }
  static std::string Pragma(Connection& connection, const std::string& name) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(connection.handle(), ("PRAGMA " + name).c_str(), -1, &statement, nullptr);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << name;
    const std::string value = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return value;
  }
  static absl::Status Fill(Connection& connection) {
    return connection.Script(
        "CREATE TABLE t(id INT NOT NULL PRIMARY KEY, v TEXT);"
        "INSERT INTO t VALUES(1, 'one'), (2, 'two')");
  }
  static std::string Bytes(const Disk& disk) {
    const auto image = disk.Snapshot("f.db");
    return std::string(image->page(0), static_cast<size_t>(image->size()));
  }

  Choices choices_{/*seed=*/1, /*adversary=*/nullptr};
  Disk disk_{choices_, "node", /*site=*/nullptr};
};

TEST_F(SqliteVfsTest, SettingsAreThoseThatSurviveCrashes) {
  auto connection = Open(disk_);
  EXPECT_EQ(Pragma(*connection, "page_size"), "1024");
  EXPECT_EQ(Pragma(*connection, "journal_mode"), "truncate");
  EXPECT_EQ(Pragma(*connection, "synchronous"), "2");
  EXPECT_EQ(Pragma(*connection, "locking_mode"), "exclusive");
  EXPECT_EQ(Pragma(*connection, "cache_spill"), "0");
  EXPECT_EQ(Pragma(*connection, "temp_store"), "2");
}

TEST_F(SqliteVfsTest, WhatIsCommittedSurvivesALossOfPower) {
  auto connection = Open(disk_);
  ASSERT_TRUE(Fill(*connection).ok());
  disk_.Freeze();
  connection.reset();
  disk_.Recover(DiskFate::kLoseAll);
  connection = Open(disk_);
  Statement count(connection->handle(), "SELECT count(*) FROM t");
  EXPECT_EQ((*count.Run({}))[0].Int(0), 2);
}

TEST_F(SqliteVfsTest, FrozenDiskIsAnError) {
  auto connection = Open(disk_);
  ASSERT_TRUE(Fill(*connection).ok());
  disk_.Freeze();
  EXPECT_EQ(connection->Script("INSERT INTO t VALUES(3, 'three')").code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(SqliteVfsTest, DisksAreApart) {
  Disk other(choices_, "other", nullptr);
  auto connection = Open(disk_);
  auto beside = Open(other);
  ASSERT_TRUE(Fill(*connection).ok());
  EXPECT_FALSE(beside->Script("SELECT * FROM t").ok());
  EXPECT_TRUE(Fill(*beside).ok());
}

TEST_F(SqliteVfsTest, SameSeedSameBytes) {
  std::string journals[3];
  for (int i = 0; i < 3; ++i) {
    Disk disk(choices_, "node", nullptr);
    auto connection = Open(disk, /*seed=*/i == 2 ? 8 : 7);
    ASSERT_TRUE(Fill(*connection).ok());
    ASSERT_TRUE(connection->Script("BEGIN; INSERT INTO t VALUES(3, hex(randomblob(8)))").ok());
    ASSERT_TRUE(connection->Script("COMMIT").ok());
    journals[i] = Bytes(disk);
  }
  EXPECT_EQ(journals[0], journals[1]);
  EXPECT_NE(journals[0], journals[2]);
}

TEST_F(SqliteVfsTest, LargeTransactionsReachTheDiskAtCommitOnly) {
  auto connection = Open(disk_);
  ASSERT_TRUE(Fill(*connection).ok());
  const std::string before = Bytes(disk_);
  ASSERT_TRUE(connection
                  ->Script("BEGIN; WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n "
                           "WHERE i < 9000) INSERT INTO t SELECT i, printf('%0500d', i) FROM n")
                  .ok());
  EXPECT_EQ(Bytes(disk_), before);
  ASSERT_TRUE(connection->Script("COMMIT").ok());
  EXPECT_GT(Bytes(disk_).size(), 4'000'000u);
}

}  // namespace
}  // namespace sim
