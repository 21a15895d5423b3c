// Goal: the log has every change of every row, with the row before and after.
// Method: statements of all kinds on tables of all shapes, and what the log says.

#include "sim/storage/write_log.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "sim/storage/connection.h"
#include "sim/storage/schema_cache.h"

namespace sim {
namespace {

constexpr char kDdl[] =
    "CREATE TABLE plain(id TEXT NOT NULL PRIMARY KEY, v INTEGER, w TEXT UNIQUE) WITHOUT ROWID;"
    "CREATE TABLE pair(v TEXT, a INTEGER, b TEXT, PRIMARY KEY(b, a)) WITHOUT ROWID;"
    "CREATE TABLE seq(id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);"
    "INSERT INTO plain VALUES('x', 1, NULL), ('y', 2, 'why')";

std::string Text(const std::vector<Value>& row) {
  if (row.empty()) return "-";
  return absl::StrCat("(",
                      absl::StrJoin(row, ",",
                                    [](std::string* out, const Value& value) {
                                      absl::StrAppend(out, ToSql(value));
                                    }),
                      ")");
}

class WriteLogTest : public testing::Test, private WriteLog::Listener {
 protected:
  WriteLogTest() {
    disk_.Install("f", schema_->image);
    connection_ = *Connection::Open(disk_, "f", "TRUNCATE", 1);
    log_ = std::make_unique<WriteLog>(connection_->handle(), schema_->tables);
  }
  // "table key: before > after" of each change.
  std::string Changes(const std::string& sql) {
    const WriteLog::Listening listening(*log_, *this);
    const absl::Status status = connection_->Script(sql);
    std::string out = status.ok() ? "" : "failed ";
    for (const RowChange& change : std::exchange(changes_, {})) {
      absl::StrAppend(&out, change.table->name, " ", change.Key(), ": ", Text(change.old_row),
                      " > ", Text(change.new_row), " ");
    }
    return out;
  }

  void OnChange(RowChange change) override { changes_.push_back(std::move(change)); }

  SchemaCache cache_;
  const Schema* schema_ = *cache_.Find(kDdl);
  Choices choices_{/*seed=*/1, /*adversary=*/nullptr};
  Disk disk_{choices_, "node", /*site=*/nullptr};
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<WriteLog> log_;
  std::vector<RowChange> changes_;
};

TEST_F(WriteLogTest, InsertUpdateDelete) {
  EXPECT_EQ(Changes("INSERT INTO plain VALUES('z', '7', 'zed')"), "plain z: - > ('z',7,'zed') ");
  EXPECT_EQ(Changes("UPDATE plain SET v = v + 1 WHERE id = 'z'"),
            "plain z: ('z',7,'zed') > ('z',8,'zed') ");
  EXPECT_EQ(Changes("DELETE FROM plain WHERE id = 'z'"), "plain z: ('z',8,'zed') > - ");
  EXPECT_EQ(Changes("DELETE FROM plain WHERE id = 'nobody'"), "");
}

TEST_F(WriteLogTest, DeleteOfAllRowsNamesEach) {
  EXPECT_EQ(Changes("DELETE FROM plain"), "plain x: ('x',1,NULL) > - plain y: ('y',2,'why') > - ");
}

TEST_F(WriteLogTest, KeysOfSeveralColumns) {
  EXPECT_EQ(Changes("INSERT INTO pair VALUES('v', 2, 'k')"), "pair k/2: - > ('v',2,'k') ");
  EXPECT_EQ(Changes("UPDATE pair SET a = 3"), "pair k/3: ('v',2,'k') > ('v',3,'k') ");
}

TEST_F(WriteLogTest, GeneratedIds) {
  EXPECT_EQ(Changes("INSERT INTO seq(v) VALUES('a'), ('b')"),
            "seq 1: - > (1,'a') seq 2: - > (2,'b') ");
}

TEST_F(WriteLogTest, ReplacedRowsVanish) {
  EXPECT_EQ(Changes("REPLACE INTO plain VALUES('x', 3, 'why')"),
            "plain y: ('y',2,'why') > - plain x: ('x',1,NULL) > - plain x: - > ('x',3,'why') ");
}

TEST_F(WriteLogTest, UpsertIsAnUpdate) {
  EXPECT_EQ(Changes("INSERT INTO plain VALUES('x', 1, 'new') ON CONFLICT(id) DO UPDATE SET v = 5"),
            "plain x: ('x',1,NULL) > ('x',5,NULL) ");
  EXPECT_EQ(Changes("INSERT INTO plain VALUES('x', 1, 'new') ON CONFLICT DO NOTHING"), "");
}

TEST_F(WriteLogTest, RowsOfAFailingStatementAreReported) {
  EXPECT_EQ(Changes("INSERT INTO plain VALUES('z', 1, NULL), ('x', 1, NULL)"),
            "failed plain z: - > ('z',1,NULL) ");
}

TEST_F(WriteLogTest, WithoutListenerNothingIsTold) {
  ASSERT_TRUE(connection_->Script("INSERT INTO plain VALUES('z', 1, NULL)").ok());
  EXPECT_EQ(Changes("DELETE FROM plain WHERE id = 'z'"), "plain z: ('z',1,NULL) > - ");
}

}  // namespace
}  // namespace sim
