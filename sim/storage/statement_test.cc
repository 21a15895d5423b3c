// Goal: the shape of a statement is read off its words rightly, statements that
// the simulation cannot vouch for are refused, and running one gives its rows,
// counts and errors. Method: tables of statements; a connection for running.

#include "sim/storage/statement.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/storage/connection.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

StatementShape Shape(const std::string& sql) {
  const auto shape = ShapeOf(sql);
  EXPECT_TRUE(shape.ok()) << shape.status();
  return shape.ok() ? *shape : StatementShape();
}

std::vector<std::string> Compared(const std::string& where) {
  return Shape("UPDATE t SET x = 1 WHERE " + where).compared;
}

std::string Refusal(const std::string& sql) {
  const auto shape = ShapeOf(sql);
  return shape.ok() ? "" : std::string(shape.status().message());
}

TEST(StatementShapeTest, KindAndTable) {
  const std::vector<std::pair<std::string, ChangeKind>> cases = {
      {"INSERT INTO t VALUES(1)", ChangeKind::kInsert},
      {"insert or ignore into T(a) values(?)", ChangeKind::kInsert},
      {"REPLACE INTO \"t\" VALUES(1)", ChangeKind::kInsert},
      {"INSERT INTO main.t SELECT * FROM u", ChangeKind::kInsert},
      {"UPDATE t SET a = 1", ChangeKind::kUpdate},
      {"UPDATE OR IGNORE t SET a = 1", ChangeKind::kUpdate},
      {"/* why */ DELETE FROM t -- all\n", ChangeKind::kDelete},
      {"WITH d AS (SELECT id FROM u) DELETE FROM t WHERE id IN (SELECT id FROM d)",
       ChangeKind::kDelete},
  };
  for (const auto& [sql, kind] : cases) {
    const StatementShape shape = Shape(sql);
    EXPECT_TRUE(shape.writes) << sql;
    EXPECT_EQ(shape.kind, kind) << sql;
    EXPECT_EQ(shape.table, "t") << sql;
  }
  EXPECT_FALSE(Shape("SELECT * FROM t").writes);
  EXPECT_FALSE(Shape("WITH n(i) AS (SELECT 1) SELECT i FROM n;").writes);
  EXPECT_FALSE(Shape("VALUES(1)").writes);
}

TEST(StatementShapeTest, ForUpdateIsTakenOff) {
  const StatementShape shape = Shape("SELECT v FROM t WHERE id = ? FOR UPDATE");
  EXPECT_TRUE(shape.for_update);
  EXPECT_EQ(shape.sql, "SELECT v FROM t WHERE id = ? ");
  EXPECT_THAT(shape.compared, ElementsAre("id"));
  EXPECT_FALSE(Shape("SELECT v FROM t").for_update);
}

TEST(StatementShapeTest, ComparedColumns) {
  EXPECT_THAT(Compared("id = ?"), ElementsAre("id"));
  EXPECT_THAT(Compared("ID = ?1 AND t.status = 'NEW' AND n == -4"),
              ElementsAre("id", "status", "n"));
  EXPECT_THAT(Compared("status IN ('A', 'B')"), ElementsAre("status"));
  EXPECT_THAT(Compared("id = ? AND (status = 'A' OR status = 'B')"), ElementsAre("id", "status"));
  EXPECT_THAT(Compared("'NEW' = status AND id IS NULL"), ElementsAre("status", "id"));
  EXPECT_THAT(Compared("\"status\" = :from"), ElementsAre("status"));
  EXPECT_THAT(Compared("status <> 'A' AND cents >= ?"), IsEmpty());
  EXPECT_THAT(Compared("status NOT IN ('A') AND id IS NOT ?"), IsEmpty());
  EXPECT_THAT(Compared("version = other"), IsEmpty());
  EXPECT_THAT(Compared("id = (SELECT id FROM u WHERE v = ?)"), IsEmpty());
  EXPECT_THAT(Compared("id IN (SELECT id FROM u WHERE v = ?)"), IsEmpty());
  EXPECT_THAT(Compared("id = ? RETURNING x = 1"), ElementsAre("id"));
  EXPECT_THAT(Shape("UPDATE t SET status = 'B'").compared, IsEmpty());
  EXPECT_THAT(
      Shape("INSERT INTO t VALUES(1) ON CONFLICT(id) DO UPDATE SET v = 1 WHERE w = 2").compared,
      ElementsAre("w"));
}

TEST(StatementShapeTest, RefusedStatements) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "only SELECT"},
      {"CREATE TABLE t(a)", "only SELECT"},
      {"BEGIN", "only SELECT"},
      {"PRAGMA synchronous = OFF", "only SELECT"},
      {"EXPLAIN SELECT 1", "only SELECT"},
      {"SELECT 1; DELETE FROM t", "one statement"},
      {"INSERT OR FAIL INTO t VALUES(1)", "OR FAIL"},
      {"UPDATE OR ROLLBACK t SET a = 1", "OR ROLLBACK"},
      {"SELECT rowid FROM t", "rowid"},
      {"SELECT random()", "random"},
      {"UPDATE t SET at = CURRENT_TIMESTAMP", "clock"},
      {"UPDATE sqlite_sequence SET seq = 1", "SQLite itself"},
  };
  for (const auto& [sql, why] : cases) EXPECT_THAT(Refusal(sql), HasSubstr(why)) << sql;
  EXPECT_EQ(Refusal("SELECT 'rowid; BEGIN', \"random\" FROM t WHERE a = 'or fail' OR b = ?;"), "");
}

class StatementTest : public testing::Test {
 protected:
  StatementTest() {
    EXPECT_TRUE(connection_->Start().ok());
    EXPECT_TRUE(connection_
                    ->Script("CREATE TABLE t(id INT NOT NULL PRIMARY KEY, v TEXT, "
                             "n INTEGER CHECK(n >= 0)); INSERT INTO t VALUES(1, 'a', 0)")
                    .ok());
  }
  absl::StatusOr<Result> Run(const std::string& sql, std::vector<Value> args = {}) {
    return Statement(connection_->handle(), sql).Run(args);
  }

  Choices choices_{/*seed=*/1, /*adversary=*/nullptr};
  Disk disk_{choices_, "node", /*site=*/nullptr};
  std::unique_ptr<Connection> connection_ = *Connection::Open(disk_, "f", "TRUNCATE", 1);
};

TEST_F(StatementTest, ValuesComeBackAsTheyWent) {
  const std::string text("nul\0 and \xc3\xa9", 11);
  ASSERT_TRUE(Run("INSERT INTO t VALUES(?, ?, ?)", {int64_t{-7}, text, Null{}}).ok());
  const auto found = Run("SELECT id, v, n FROM t WHERE id = ?", {int64_t{-7}});
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ((*found)[0].Int(0), -7);
  EXPECT_EQ((*found)[0].Text(1), text);
  EXPECT_TRUE((*found)[0].IsNull(2));
}

TEST_F(StatementTest, AffectedRowsAreMatchedRows) {
  EXPECT_EQ(Run("UPDATE t SET v = 'a' WHERE id = 1")->affected(), 1);
  EXPECT_EQ(Run("UPDATE t SET v = 'b' WHERE id = 2")->affected(), 0);
  EXPECT_EQ(Run("DELETE FROM t")->affected(), 1);
  EXPECT_EQ(Run("SELECT 1")->affected(), 0);
}

TEST_F(StatementTest, ReturningGivesRows) {
  const auto moved = Run("UPDATE t SET n = n + 5 WHERE id = 1 RETURNING n");
  EXPECT_EQ((*moved)[0].Int(0), 5);
  EXPECT_EQ(moved->affected(), 1);
}

TEST_F(StatementTest, ErrorsCanBeToldApart) {
  EXPECT_TRUE(absl::IsAlreadyExists(Run("INSERT INTO t VALUES(1, 'b', 0)").status()));
  EXPECT_TRUE(absl::IsOutOfRange(Run("INSERT INTO t VALUES(2, 'b', -1)").status()));
  EXPECT_TRUE(absl::IsOutOfRange(Run("INSERT INTO t VALUES(NULL, 'b', 1)").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Run("SELECT nothing FROM t").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Run("SELECT * FROM t WHERE id = ?").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Run("SELECT 1", {int64_t{1}}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Run("SELECT 1.5").status()));
  disk_.Freeze();
  EXPECT_TRUE(absl::IsUnavailable(Run("INSERT INTO t VALUES(3, 'c', 0)").status()));
}

}  // namespace
}  // namespace sim
