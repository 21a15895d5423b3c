// Goal: a statement waits for exactly the key that its WHERE names whole, and runs
// beside others only if it cannot see their rows. Method: statements on one table
// with a primary key of two columns and a unique text.

#include "sim/storage/locking_statement.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/storage/connection.h"
#include "sim/storage/schema_cache.h"

namespace sim {
namespace {

using testing::HasSubstr;

constexpr char kDdl[] =
    "CREATE TABLE t(a TEXT NOT NULL, b INTEGER NOT NULL, u TEXT COLLATE NOCASE UNIQUE, v INTEGER,"
    "  PRIMARY KEY(a, b)) WITHOUT ROWID;"
    "CREATE TABLE s(id INT NOT NULL PRIMARY KEY) WITHOUT ROWID;"
    "CREATE VIEW w AS SELECT * FROM t";

class LockingStatementTest : public testing::Test {
 protected:
  LockingStatementTest() {
    disk_.Install("f", schema_->image);
    connection_ = *Connection::Open(disk_, "f", "TRUNCATE", 1);
    EXPECT_TRUE(connection_->Start().ok());
  }
  // The value that the statement waits for, and whether it may run beside others.
  std::string Plan(const std::string& sql, const std::vector<Value>& args = {}) {
    LockingStatement statement(connection_->handle(), schema_->tables, sql);
    if (!statement.status().ok()) return std::string(statement.status().message());
    std::string plan;
    if (const auto value = statement.KeyValue(args)) {
      for (const Value& part : *value) absl::StrAppend(&plan, ToText(part), " ");
    }
    return absl::StrCat(plan, statement.beside() ? "beside" : "alone");
  }

  SchemaCache cache_;
  const Schema* schema_ = *cache_.Find(kDdl);
  Choices choices_{/*seed=*/1, /*adversary=*/nullptr};
  Disk disk_{choices_, "node", /*site=*/nullptr};
  std::unique_ptr<Connection> connection_;
};

TEST_F(LockingStatementTest, AWholePrimaryKeyIsAKey) {
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = 'x' AND b = 2 AND v = 0"), "x 2 beside");
  EXPECT_EQ(Plan("DELETE FROM t WHERE b = ? AND t.a = ?", {int64_t{2}, "x"}), "x 2 beside");
  EXPECT_EQ(Plan("UPDATE t SET v = ?3 WHERE b == ?1 AND \"A\" = ?2", {int64_t{2}, "x", int64_t{0}}),
            "x 2 beside");
  EXPECT_EQ(Plan("SELECT * FROM t WHERE a = :a AND b = -7 ORDER BY v", {"it's"}), "it's -7 beside");
  EXPECT_EQ(Plan("SELECT v FROM t WHERE a = 'it''s' AND b = '5' FOR UPDATE"), "it's 5 beside");
}

TEST_F(LockingStatementTest, AUniqueValueIsAKeyAndItsRowMayBeAnothers) {
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE u = 'Bob'"), "Bob alone");
}

TEST_F(LockingStatementTest, PartsOfAKeyAreNone) {
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = 'x'"), "alone");
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = 'x' AND b > 2"), "alone");
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = 'x' AND b = 2 OR v = 1"), "alone");
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = 'x' AND b = v"), "alone");
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = 'x' AND NOT b = 2"), "alone");
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = 'x' COLLATE NOCASE AND b = 2"), "alone");
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = 'x' AND v BETWEEN 1 AND b = 2"), "alone");
  EXPECT_EQ(Plan("UPDATE t SET v = 1"), "alone");
}

TEST_F(LockingStatementTest, AValueThatOnlySqliteCanTellIsNone) {
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = ? AND b = ?", {"x", "007"}), "beside");
  EXPECT_EQ(Plan("UPDATE t SET v = 1 WHERE a = ? AND b = ?", {"x", Null{}}), "beside");
}

TEST_F(LockingStatementTest, OnlyPlainInsertsRunBesideOthers) {
  EXPECT_EQ(Plan("INSERT INTO t VALUES('a', 1, NULL, 0)"), "beside");
  EXPECT_EQ(Plan("INSERT OR IGNORE INTO t VALUES('a', 1, NULL, 0)"), "beside");
  EXPECT_EQ(Plan("INSERT OR REPLACE INTO t VALUES('a', 1, NULL, 0)"), "alone");
  EXPECT_EQ(Plan("REPLACE INTO t VALUES('a', 1, NULL, 0)"), "alone");
  EXPECT_EQ(Plan("INSERT INTO t VALUES('a', 1, NULL, 0) ON CONFLICT(a, b) DO UPDATE SET v = 1"),
            "alone");
  EXPECT_EQ(Plan("INSERT INTO t SELECT 'a', 1, NULL, id FROM s"), "alone");
  EXPECT_EQ(Plan("INSERT INTO t VALUES('a', (SELECT max(id) FROM s), NULL, 0)"), "alone");
}

TEST_F(LockingStatementTest, MoreThanOneTableIsAlone) {
  EXPECT_EQ(Plan("SELECT * FROM t, s WHERE a = 'x' AND b = 2"), "alone");
  EXPECT_EQ(Plan("SELECT * FROM t JOIN s ON id = b WHERE a = 'x' AND b = 2"), "alone");
  EXPECT_EQ(Plan("SELECT * FROM t WHERE a = 'x' AND b = 2 AND v IN (SELECT id FROM s)"), "alone");
  EXPECT_EQ(Plan("UPDATE t SET v = id FROM s WHERE a = 'x' AND b = 2"), "alone");
  EXPECT_EQ(Plan("SELECT * FROM w WHERE a = 'x' AND b = 2"), "alone");
}

TEST_F(LockingStatementTest, WhatCannotBeLockedIsRefused) {
  EXPECT_THAT(Plan("SELECT * FROM t, s FOR UPDATE"), HasSubstr("one table"));
  EXPECT_THAT(Plan("SELECT v, count(*) FROM t GROUP BY v FOR UPDATE"), HasSubstr("groups"));
  EXPECT_THAT(Plan("SELECT ? FROM t FOR UPDATE"), HasSubstr("in WHERE only"));
  EXPECT_THAT(Plan("SELECT count(*) FROM t LIMIT 1 FOR UPDATE"), HasSubstr("plain columns"));
  EXPECT_THAT(Plan("SELECT * FROM w FOR UPDATE"), HasSubstr("only rows of a table"));
  EXPECT_THAT(Plan("DELETE FROM settle_prepared_branch"), HasSubstr("own table"));
}

}  // namespace
}  // namespace sim
