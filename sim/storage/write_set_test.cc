// Goal: changes fold to what they come to, are undone by their inverse, applied
// again in any order of keys, and survive as text. Method: changes of one small
// table, on a connection where rows are written.

#include "sim/storage/write_set.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/storage/connection.h"
#include "sim/storage/row_writer.h"
#include "sim/storage/schema_cache.h"
#include "sim/storage/statement.h"

namespace sim {
namespace {

constexpr char kDdl[] =
    "CREATE TABLE t(id INT NOT NULL PRIMARY KEY, u TEXT UNIQUE) WITHOUT ROWID;"
    "INSERT INTO t VALUES(1, 'a'), (2, 'b'), (3, NULL)";

class WriteSetTest : public testing::Test {
 protected:
  WriteSetTest() {
    disk_.Install("f", schema_->image);
    connection_ = *Connection::Open(disk_, "f", "TRUNCATE", 1);
    EXPECT_TRUE(connection_->Start().ok());
  }
  static std::vector<Value> Row(int64_t id, const std::string& u) { return {id, u}; }
  void Add(std::vector<Value> before, std::vector<Value> after) {
    RowChange& change = changes_.emplace_back();
    change.table = &schema_->tables[0];
    change.kind = before.empty()  ? ChangeKind::kInsert
                  : after.empty() ? ChangeKind::kDelete
                                  : ChangeKind::kUpdate;
    change.old_row = std::move(before);
    change.new_row = std::move(after);
  }
  static std::string Text(const std::vector<NetChange>& net) {
    std::string text;
    auto add = [&](const std::vector<Value>& row) {
      absl::StrAppend(&text, row.empty() ? "-" : ToText(row[0]) + ToText(row[1]));
    };
    for (const NetChange& change : net) {
      add(*change.before);
      text += '>';
      add(*change.after);
      text += ' ';
    }
    return text;
  }
  std::string Rows() {
    Statement select(connection_->handle(),
                     "SELECT group_concat(id || ifnull(u, '-'), ' ') FROM"
                     " (SELECT * FROM t ORDER BY id)");
    return (*select.Run({}))[0].Text(0);
  }
  absl::Status Apply(const std::vector<RowChange>& changes) {
    return RowWriter(connection_->handle()).Apply(Fold(changes));
  }

  SchemaCache cache_;
  const Schema* schema_ = *cache_.Find(kDdl);
  Choices choices_{/*seed=*/1, /*adversary=*/nullptr};
  Disk disk_{choices_, "node", /*site=*/nullptr};
  std::unique_ptr<Connection> connection_;
  std::vector<RowChange> changes_;
};

TEST_F(WriteSetTest, StepsOfOneRowFoldToOne) {
  Add(Row(1, "a"), Row(1, "x"));
  Add({}, Row(5, "e"));
  Add(Row(1, "x"), Row(1, "y"));
  Add(Row(5, "e"), {});
  EXPECT_EQ(Text(Fold(changes_)), "1a>1y ");
}

TEST_F(WriteSetTest, AMovedRowVanishesHereAndAppearsThere) {
  Add(Row(1, "a"), Row(4, "a"));
  EXPECT_EQ(Text(Fold(changes_)), "1a>- ->4a ");
}

TEST_F(WriteSetTest, ManyRowsFoldAsFewDo) {
  for (int64_t id = 10; id < 60; ++id) Add({}, Row(id, "n"));
  for (int64_t id = 10; id < 60; ++id) Add(Row(id, "n"), id % 2 == 0 ? Row(id, "m") : Row(id, "n"));
  for (int64_t id = 10; id < 59; ++id) Add(Row(id, id % 2 == 0 ? "m" : "n"), {});
  EXPECT_EQ(Text(Fold(changes_)), "->59n ");
}

TEST_F(WriteSetTest, UniqueValuesChangeHandsWhenAppliedAgain) {
  Add(Row(1, "a"), {int64_t{1}, Null{}});
  Add(Row(2, "b"), Row(2, "a"));
  Add({int64_t{1}, Null{}}, Row(1, "b"));
  ASSERT_TRUE(Apply(changes_).ok());
  EXPECT_EQ(Rows(), "1b 2a 3-");
  ASSERT_TRUE(Apply(Inverse(changes_)).ok());
  EXPECT_EQ(Rows(), "1a 2b 3-");
}

TEST_F(WriteSetTest, InverseOfInsertAndDelete) {
  Add({}, Row(9, "n"));
  Add(Row(2, "b"), {});
  ASSERT_TRUE(Apply(changes_).ok());
  EXPECT_EQ(Rows(), "1a 3- 9n");
  ASSERT_TRUE(Apply(Inverse(changes_)).ok());
  EXPECT_EQ(Rows(), "1a 2b 3-");
}

TEST_F(WriteSetTest, SurvivesAsText) {
  Add(Row(1, std::string("a:\0b,7n", 7)), {});
  Add({}, {int64_t{-4}, Null{}});
  changes_[1].statement = 3;
  const auto back = ParseChanges(schema_->tables, SerializeChanges(changes_));
  ASSERT_TRUE(back.ok()) << back.status();
  ASSERT_EQ(back->size(), 2u);
  EXPECT_EQ((*back)[0].old_row, changes_[0].old_row);
  EXPECT_EQ((*back)[1].new_row, changes_[1].new_row);
  EXPECT_EQ((*back)[1].statement, 3);
  EXPECT_EQ((*back)[0].kind, ChangeKind::kDelete);
}

TEST_F(WriteSetTest, DamagedTextIsRefused) {
  Add(Row(1, "a"), Row(1, "b"));
  const std::string text = SerializeChanges(changes_);
  for (size_t size = 1; size < text.size(); ++size) {
    EXPECT_FALSE(ParseChanges(schema_->tables, text.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(ParseChanges(schema_->tables, "t5:otheri0,i0,").ok());
}

TEST_F(WriteSetTest, ARowIsFoundByItsPrimaryKey) {
  RowWriter rows(connection_->handle());
  EXPECT_EQ(*rows.Find(schema_->tables[0], Row(2, "whatever")), Row(2, "b"));
  EXPECT_TRUE(rows.Find(schema_->tables[0], Row(7, "b"))->empty());
}

}  // namespace
}  // namespace sim
