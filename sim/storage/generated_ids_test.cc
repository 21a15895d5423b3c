// Goal: an id is given once, although SQLite forgets with every rollback which it has
// given. Method: bare SQLite with one AUTOINCREMENT table; the test inserts, rolls back
// and commits as the transactions that are parked and go on would.

#include "sim/storage/generated_ids.h"

#include <sqlite3.h>

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "sim/storage/schema_rules.h"

namespace sim {
namespace {

constexpr char kSchema[] =
    "CREATE TABLE entry(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, v INTEGER);"
    "CREATE TABLE named(name TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;"
    // As sim/storage/schema_cache.cc adds it.
    "INSERT INTO sqlite_sequence VALUES('entry', 0);";

class GeneratedIdsTest : public testing::Test {
 protected:
  GeneratedIdsTest() {
    sqlite3_open(":memory:", &connection_);
    Sql(kSchema);
    tables_ = *CheckSchema(connection_, kSchema);
    ids_ = std::make_unique<GeneratedIds>(connection_, tables_.size());
  }
  ~GeneratedIdsTest() override {
    ids_.reset();
    sqlite3_close(connection_);
  }

  void Sql(const std::string& sql) {
    ASSERT_EQ(sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_);
  }
  RowChange Inserted(int64_t id) const {
    RowChange change;
    change.table = &tables_[0];
    change.new_row = {id, int64_t{0}};
    return change;
  }
  // The id that an insert gets.
  int64_t Insert() {
    EXPECT_TRUE(ids_->Raise(tables_[0]).ok());
    Sql("INSERT INTO entry(v) VALUES(0)");
    const int64_t id = sqlite3_last_insert_rowid(connection_);
    ids_->Made(Inserted(id));
    return id;
  }
  void Begin() { Sql("BEGIN"); }
  void Rollback() {
    Sql("ROLLBACK");
    ids_->Undone();
  }
  void Commit() {
    Sql("COMMIT");
    ids_->Kept();
  }

  sqlite3* connection_ = nullptr;
  std::vector<TableInfo> tables_;
  std::unique_ptr<GeneratedIds> ids_;
};

TEST_F(GeneratedIdsTest, AreNotGivenAgainAfterARollback) {
  Begin();
  EXPECT_EQ(Insert(), 1);
  EXPECT_EQ(Insert(), 2);
  Rollback();  // as when both are parked
  Begin();
  EXPECT_EQ(Insert(), 3);
}

TEST_F(GeneratedIdsTest, GoOnAfterACommit) {
  Begin();
  EXPECT_EQ(Insert(), 1);
  Commit();
  Begin();
  EXPECT_EQ(Insert(), 2);
  Rollback();
  Begin();
  EXPECT_EQ(Insert(), 3);
  Commit();
  EXPECT_EQ(Insert(), 4);
}

// A branch of an earlier life will insert its row when it commits.
TEST_F(GeneratedIdsTest, PassOverWhatIsExpected) {
  ids_->Expect(Inserted(7));
  Begin();
  EXPECT_EQ(Insert(), 8);
  Rollback();
  Begin();
  EXPECT_EQ(Insert(), 9);
}

TEST_F(GeneratedIdsTest, FollowAnIdThatWasChosen) {
  Begin();
  EXPECT_TRUE(ids_->Raise(tables_[0]).ok());
  Sql("INSERT INTO entry(id, v) VALUES(100, 0)");
  ids_->Made(Inserted(100));
  Rollback();
  Begin();
  EXPECT_EQ(Insert(), 101);
}

TEST_F(GeneratedIdsTest, OfOtherTablesAndUpdatesAreNone) {
  RowChange named;
  named.table = &tables_[1];
  named.new_row = {"k"};
  ids_->Made(named);
  ids_->Expect(named);
  EXPECT_TRUE(ids_->Raise(tables_[1]).ok());
  RowChange updated = Inserted(50);
  updated.kind = ChangeKind::kUpdate;
  ids_->Made(updated);
  Begin();
  EXPECT_EQ(Insert(), 1);
}

}  // namespace
}  // namespace sim
