// Goal: a schema that facts, row locks or determinism would not survive is
// refused, and the error names table and rule. Method: one schema per rule, and
// the nearest one that keeps it.

#include "sim/storage/schema_rules.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/storage/schema_cache.h"

namespace sim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string Error(const std::string& ddl) {
  SchemaCache cache;
  const auto schema = cache.Find(ddl);
  if (schema.ok()) return "";
  EXPECT_EQ(schema.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(schema.status().message());
}

void Accepts(const std::string& ddl) { EXPECT_EQ(Error(ddl), ""); }

void Refuses(const std::string& ddl, const std::string& rule) {
  EXPECT_THAT(Error(ddl), AllOf(HasSubstr("table t: "), HasSubstr(rule))) << ddl;
}

TEST(SchemaRulesTest, PrimaryKeyIsDeclaredAndNotNull) {
  Accepts("CREATE TABLE t(id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID");
  Accepts("CREATE TABLE t(id TEXT PRIMARY KEY) WITHOUT ROWID");
  Accepts("CREATE TABLE t(a TEXT NOT NULL, b INTEGER NOT NULL, PRIMARY KEY(b, a)) WITHOUT ROWID");
  Refuses("CREATE TABLE t(v TEXT)", "no primary key");
  Refuses("CREATE TABLE t(id TEXT PRIMARY KEY)", "column id of the primary key is not NOT NULL");
  Refuses("CREATE TABLE t(a TEXT NOT NULL, b INTEGER, PRIMARY KEY(a, b))", "column b");
}

TEST(SchemaRulesTest, GeneratedIdsComeFromAutoincrement) {
  Accepts("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT)");
  Accepts("CREATE TABLE t(id INT NOT NULL PRIMARY KEY) WITHOUT ROWID");
  Accepts("CREATE TABLE t(id INTEGER NOT NULL PRIMARY KEY) WITHOUT ROWID");
  Refuses("CREATE TABLE t(id INTEGER PRIMARY KEY)", "AUTOINCREMENT");
  Refuses("CREATE TABLE t(id INTEGER NOT NULL, PRIMARY KEY(id))", "AUTOINCREMENT");
}

TEST(SchemaRulesTest, ScansMeetRowsInTheOrderOfTheirKeys) {
  Refuses("CREATE TABLE t(id INT NOT NULL PRIMARY KEY)", "write WITHOUT ROWID after its last");
  Refuses("CREATE TABLE t(a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY(a, b))", "hidden rowid");
}

TEST(SchemaRulesTest, NothingChangesRowsBehindTheBackOfStatements) {
  Refuses(
      "CREATE TABLE t(id INT NOT NULL PRIMARY KEY);"
      "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END",
      "trigger g");
  Refuses(
      "CREATE TABLE p(id INT NOT NULL PRIMARY KEY) WITHOUT ROWID;"
      "CREATE TABLE t(id INT NOT NULL PRIMARY KEY REFERENCES p(id))",
      "foreign key");
  Refuses("CREATE TABLE t(id INT NOT NULL PRIMARY KEY, d INT AS (id * 2))",
          "column d is generated");
  Refuses("CREATE VIRTUAL TABLE t USING fts5(body)", "virtual");
}

TEST(SchemaRulesTest, UniqueIndexesAreOnColumnsOfAllRows) {
  const std::string table =
      "CREATE TABLE t(id INT NOT NULL PRIMARY KEY, v TEXT, w TEXT UNIQUE) WITHOUT ROWID;";
  Accepts(table + "CREATE UNIQUE INDEX i ON t(v, w)");
  Accepts(table + "CREATE INDEX i ON t(v) WHERE w IS NULL");
  Accepts(table + "CREATE INDEX i ON t(lower(v))");
  Refuses(table + "CREATE UNIQUE INDEX i ON t(v) WHERE w IS NULL", "index i is partial");
  Refuses(table + "CREATE UNIQUE INDEX i ON t(lower(v))", "index i is on an expression");
}

TEST(SchemaRulesTest, ColumnsAreFew) {
  std::string columns = "id INT NOT NULL PRIMARY KEY";
  for (int i = 1; i < 64; ++i) columns += ", c" + std::to_string(i);
  Accepts("CREATE TABLE t(" + columns + ") WITHOUT ROWID");
  Refuses("CREATE TABLE t(" + columns + ", one_more)", "more than 64 columns");
}

TEST(SchemaRulesTest, KeysAreThoseOfTheIndexes) {
  SchemaCache cache;
  const auto schema = cache.Find(
      "CREATE TABLE t(a TEXT COLLATE NOCASE, b INTEGER, c TEXT UNIQUE, PRIMARY KEY(b, a))"
      " WITHOUT ROWID; CREATE UNIQUE INDEX i ON t(c COLLATE RTRIM, b)");
  ASSERT_TRUE(schema.ok()) << schema.status();
  const std::vector<UniqueKey>& keys = (*schema)->tables[0].keys;
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[0].parts[0].column, 1);
  EXPECT_EQ(keys[0].parts[1].collation, Collation::kNoCase);
  EXPECT_EQ(keys[1].parts[0].column, 2);
  EXPECT_EQ(keys[2].parts[0].collation, Collation::kRtrim);
  EXPECT_FALSE(keys[2].parts[0].searchable);
  EXPECT_TRUE(keys[2].parts[1].searchable);
}

TEST(SchemaRulesTest, NoFloatingPoint) {
  for (const std::string type :
       {"REAL", "double precision", "FLOAT", "DECIMAL(10, 2)", "NUMERIC"}) {
    Refuses("CREATE TABLE t(id INT NOT NULL PRIMARY KEY, amount " + type + ")", "floating point");
  }
  Accepts(
      "CREATE TABLE t(id INT NOT NULL PRIMARY KEY, a BIGINT, b VARCHAR(9), c BLOB, d, e BOOLEAN)"
      " WITHOUT ROWID");
}

TEST(SchemaRulesTest, NoHiddenChoices) {
  Refuses("CREATE TABLE t(id INT NOT NULL PRIMARY KEY, at TEXT DEFAULT CURRENT_TIMESTAMP)",
          "clock");
  Refuses("CREATE TABLE t(id INT NOT NULL PRIMARY KEY, v INT DEFAULT (random()))", "random");
  Refuses("CREATE TABLE IF NOT EXISTS t(id INT NOT NULL PRIMARY KEY ON CONFLICT REPLACE)",
          "ON CONFLICT");
}

TEST(SchemaRulesTest, BrokenDdlIsExplained) {
  EXPECT_THAT(Error("CREATE TABLE t(id INT NOT NULL PRIMARY KEY"), HasSubstr("incomplete input"));
}

TEST(SchemaCacheTest, TablesAreDescribedInOrderOfNames) {
  SchemaCache cache;
  const std::string ddl =
      "CREATE TABLE b(v TEXT, k INT NOT NULL, j INT NOT NULL, PRIMARY KEY(j, k)) WITHOUT ROWID;"
      "CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT)";
  const auto schema = cache.Find(ddl);
  ASSERT_TRUE(schema.ok()) << schema.status();
  const auto& tables = (*schema)->tables;
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].name, "a");
  EXPECT_TRUE(tables[0].autoincrement);
  EXPECT_THAT(tables[1].columns, ElementsAre("v", "k", "j"));
  EXPECT_THAT(tables[1].primary_key, ElementsAre(2, 1));
  EXPECT_EQ(tables[1].Column("J"), 2);
  EXPECT_EQ(tables[1].Column("x"), -1);
  EXPECT_EQ(*cache.Find(ddl), *schema);
}

}  // namespace
}  // namespace sim
