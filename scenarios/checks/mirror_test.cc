// Goal: queries see each database under its node's name and all of them as
// `world`; wrong and volatile ones are refused with the place of the error; what
// is copied is what the sources hold now; SQL checks find, print and count.
//
// Method: databases in memory, filled by hand; no simulator.

#include "scenarios/checks/mirror.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "scenarios/checks/sql_check.h"
#include "scenarios/checks/sqlite.h"

namespace scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kOrders[] =
    "CREATE TABLE trade_order(order_id TEXT NOT NULL PRIMARY KEY, status TEXT NOT NULL);"
    "CREATE TABLE flow(flow_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL)";
constexpr char kTrades[] =
    "CREATE TABLE trade(trade_no INTEGER NOT NULL PRIMARY KEY, order_id TEXT NOT NULL,"
    "  status TEXT NOT NULL);"
    "CREATE TABLE flow(flow_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL)";

class MirrorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Add("a", kOrders);
    Add("b", kTrades);
    mirror_ = *Mirror::Build(schemas_);
  }

  void Add(const std::string& node, const std::string& ddl) {
    schemas_[node] = ddl;
    databases_[node] = OpenInMemory();
    Execute(node, ddl);
  }

  void Execute(const std::string& node, const std::string& sql) {
    const absl::Status executed = ExecuteSql(databases_[node].get(), sql);
    ASSERT_TRUE(executed.ok()) << executed.ToString();
  }

  std::unique_ptr<Books> Open(absl::string_view damaged = "") {
    std::map<std::string, Mirror::Source> sources;
    for (const auto& [node, connection] : databases_) {
      sources[node] = {connection.get(), node == damaged};
    }
    return mirror_->Open(std::move(sources), 42, stop_);
  }

  std::string Error(absl::string_view sql) {
    return std::string(mirror_->Prepare(sql).status().message());
  }

  std::map<std::string, std::string> schemas_;
  std::map<std::string, Connection> databases_;
  std::unique_ptr<Mirror> mirror_;
  Mirror::Stop stop_;
};

TEST_F(MirrorTest, KnowsTheTablesOfEachNode) {
  const std::vector<sim::TableInfo>& tables = mirror_->tables().at("b");
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].name, "flow");
  EXPECT_EQ(tables[1].name, "trade");
  EXPECT_THAT(tables[1].columns, ElementsAre("trade_no", "order_id", "status"));
  EXPECT_THAT(tables[1].primary_key, ElementsAre(0));
}

TEST_F(MirrorTest, JoinsTwoDatabases) {
  Execute("a", "INSERT INTO trade_order VALUES('order-1', 'SUCCESS')");
  Execute("b", "INSERT INTO trade VALUES(1, 'order-1', 'FAILED')");

  const auto rows = Open()->Query(
      "SELECT order_id, x.status, y.status FROM a.trade_order x JOIN b.trade y"
      " USING (order_id)");

  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].Text(2), "FAILED");
}

TEST_F(MirrorTest, UnitesATableOfAllNodes) {
  Execute("a", "INSERT INTO flow(order_id) VALUES('order-1')");
  Execute("b", "INSERT INTO flow(order_id) VALUES('order-2')");

  const auto rows = Open()->Query("SELECT node, order_id FROM world.flow ORDER BY node");

  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[1].Text(0), "b");
  EXPECT_EQ((*rows)[1].Text(1), "order-2");
}

TEST_F(MirrorTest, ReadsATableOfWhichOnlyJoinedColumnsMatter) {
  Execute("a", "INSERT INTO trade_order VALUES('order-1', 'SUCCESS')");
  Execute("b", "INSERT INTO trade VALUES(1, 'order-1', 'SUCCESS')");

  for (const char* tables : {"a.trade_order JOIN b.trade", "trade_order JOIN trade",
                             "world.trade_order JOIN \"b\".\"trade\"",
                             "main.trade_order JOIN main.trade", "trade_order JOIN (trade)"}) {
    const auto rows =
        Open()->Query(std::string("SELECT a_row.order_id FROM (SELECT order_id FROM ") + tables +
                      " USING (order_id)) a_row");
    ASSERT_TRUE(rows.ok()) << rows.status().ToString();
    EXPECT_EQ(rows->size(), 1u) << tables;
  }
}

TEST_F(MirrorTest, ReadsTablesOfWhichNoColumnMatters) {
  Execute("a", "INSERT INTO trade_order VALUES('order-1', 'SUCCESS')");
  Execute("b", "INSERT INTO trade VALUES(1, 'order-1', 'SUCCESS')");

  for (const char* tables :
       {"trade_order, trade", "trade_order AS x, trade AS y", "(trade_order JOIN trade)",
        "(SELECT 1 FROM main.trade_order, b.trade)"}) {
    const auto rows = Open()->Query(std::string("SELECT count(*) FROM ") + tables);
    ASSERT_TRUE(rows.ok()) << rows.status().ToString();
    EXPECT_EQ((*rows)[0].Int(0), 1) << tables;
  }
}

TEST_F(MirrorTest, CopiesTablesOfEverySize) {
  int rows = 0;
  for (const int size : {0, 1, 15, 16, 17, 33}) {
    for (; rows < size; ++rows) {
      Execute("b", "INSERT INTO trade VALUES(" + std::to_string(rows) + ", 'order', 'SUCCESS')");
    }
    const std::string sum = std::to_string(size) + "/" + std::to_string(size * (size - 1) / 2);
    for (const char* table : {"b.trade", "world.trade"}) {
      const auto counted = Open()->Query(
          std::string("SELECT count(*) || '/' || coalesce(sum(trade_no), 0) FROM ") + table);
      ASSERT_TRUE(counted.ok()) << counted.status().ToString();
      EXPECT_EQ((*counted)[0].Text(0), sum) << table;
    }
  }
}

TEST_F(MirrorTest, JudgesNothingOnATableThatCouldNotBeCopied) {
  Execute("b", "DROP TABLE trade");
  const auto books = Open();

  EXPECT_FALSE(books->Query("SELECT * FROM b.trade").ok());
  EXPECT_FALSE(books->Query("SELECT status FROM b.trade").ok()) << "on half a copy";
}

TEST_F(MirrorTest, CopiesAgainForTheNextBooks) {
  Execute("a", "INSERT INTO trade_order VALUES('order-1', 'INIT')");
  ASSERT_EQ(Open()->Query("SELECT * FROM a.trade_order")->size(), 1u);
  Execute("a", "DELETE FROM trade_order");

  EXPECT_EQ(Open()->Query("SELECT * FROM a.trade_order")->size(), 0u);
}

TEST_F(MirrorTest, TellsWhichNodesAQueryReads) {
  EXPECT_THAT(mirror_->Prepare("SELECT count(*) FROM a.trade_order")->nodes, ElementsAre("a"));
  EXPECT_THAT(mirror_->Prepare("SELECT count(*) FROM world.flow")->nodes, ElementsAre("a", "b"));
  EXPECT_THAT(mirror_->Prepare("WITH x AS (SELECT * FROM b.trade) SELECT order_id FROM x")->nodes,
              ElementsAre("b"));
}

TEST_F(MirrorTest, ShowsWhereAQueryIsWrong) {
  EXPECT_THAT(Error("SELECT order_id FROM a.trade_order WHERE statsu = 'INIT'"),
              HasSubstr("no such column: statsu, at `statsu = 'INIT'`"));
  EXPECT_THAT(Error("SELECT order_id FROM c.trade_order"), HasSubstr("no such table"));
  EXPECT_THAT(Error("SELECT 1; SELECT 2"), HasSubstr("one statement is enough, at ` SELECT 2`"));
  EXPECT_THAT(Error(""), HasSubstr("there is no statement"));
}

TEST_F(MirrorTest, RefusesWhatIsNotAPureQuery) {
  EXPECT_THAT(Error("DELETE FROM a.trade_order"), HasSubstr("not authorized"));
  EXPECT_THAT(Error("PRAGMA a.journal_mode"), HasSubstr("not authorized"));
  EXPECT_THAT(Error("SELECT random()"), HasSubstr("not authorized"));
  EXPECT_THAT(Error("SELECT datetime('now')"), HasSubstr("not authorized"));
  EXPECT_THAT(Error("SELECT current_timestamp"), HasSubstr("not authorized"));
}

TEST_F(MirrorTest, TakesNoMisspeltColumnForText) {
  EXPECT_THAT(Error("SELECT order_id FROM a.trade_order WHERE \"statsu\" = 'INIT'"),
              HasSubstr("no such column: statsu"));
}

TEST_F(MirrorTest, RefusesParametersThatNobodySets) {
  EXPECT_THAT(Error("SELECT order_id FROM a.trade_order WHERE status = ?"),
              HasSubstr("the parameter ? has no value"));
  EXPECT_THAT(Error("SELECT order_id FROM a.trade_order WHERE status = :wanted"),
              HasSubstr("the parameter :wanted has no value"));
}

constexpr char kEndless[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

TEST_F(MirrorTest, EndsAQueryThatDoesNotEnd) {
  EXPECT_THAT(std::string(mirror_->Try(kEndless).status().message()), HasSubstr("does not end"));
  EXPECT_TRUE(Open()->Query("SELECT count(*) FROM a.trade_order").ok());
}

TEST_F(MirrorTest, EndsAQueryThatIsStopped) {
  int asked = 0;
  stop_ = [&asked] { return ++asked == 3; };

  const auto rows = Open()->Query(kEndless);

  EXPECT_TRUE(absl::IsCancelled(rows.status())) << rows.status().ToString();
  EXPECT_EQ(asked, 3);
}

TEST_F(MirrorTest, TriesAQueryOnEmptyTables) {
  Execute("a", "INSERT INTO trade_order VALUES('order-1', 'INIT')");
  ASSERT_EQ(Open()->Query("SELECT * FROM a.trade_order")->size(), 1u);

  EXPECT_EQ(mirror_->Try("SELECT * FROM a.trade_order")->size(), 0u);
  EXPECT_THAT(std::string(mirror_->Try("SELECT abs(-9223372036854775807 - 1)").status().message()),
              HasSubstr("integer overflow"));
}

TEST_F(MirrorTest, RefusesFloatingPoint) {
  const auto half = Open()->Query("SELECT 1.5 AS half");

  EXPECT_THAT(std::string(half.status().message()), HasSubstr("column half of the result"));
}

TEST_F(MirrorTest, DoesNotReadADamagedDatabase) {
  const std::unique_ptr<Books> books = Open("a");

  EXPECT_TRUE(books->damaged("a"));
  EXPECT_FALSE(books->Query("SELECT * FROM a.trade_order").ok());
  EXPECT_FALSE(books->Query("SELECT * FROM world.flow").ok());
  EXPECT_TRUE(books->Query("SELECT * FROM b.trade").ok());
}

TEST_F(MirrorTest, SaysWhyThereIsNoUnion) {
  schemas_["c"] = "CREATE TABLE trade(order_id TEXT NOT NULL PRIMARY KEY)";
  mirror_ = *Mirror::Build(schemas_);

  EXPECT_THAT(Error("SELECT * FROM world.trade"),
              HasSubstr("nodes disagree about the columns of trade"));
}

TEST_F(MirrorTest, RefusesReservedNamesAndBrokenSchemas) {
  EXPECT_THAT(std::string(Mirror::Build({{"world", kOrders}}).status().message()),
              HasSubstr("cannot be called world"));
  EXPECT_THAT(std::string(Mirror::Build({{"a", "CREATE TABLE"}}).status().message()),
              HasSubstr("the schema of node a"));
}

TEST_F(MirrorTest, ReadsTenOfManyDatabasesAtOnce) {
  for (int i = 1; i <= 12; ++i) Add(absl::StrCat("n", i), kOrders);
  for (int i = 1; i <= 12; ++i) {
    Execute(absl::StrCat("n", i), "INSERT INTO flow(order_id) VALUES('x')");
  }
  mirror_ = *Mirror::Build(schemas_);
  std::string eleven = "SELECT n1.flow.order_id FROM n1.flow";
  for (int i = 2; i <= 11; ++i) absl::StrAppend(&eleven, ", n", i, ".flow");

  EXPECT_THAT(Error(eleven), HasSubstr("it names 11 databases; at most 10"));
  EXPECT_EQ(Open()->Query("SELECT x.order_id FROM n1.flow x, n12.flow y")->size(), 1u);
  EXPECT_EQ(Open()->Query("SELECT node FROM world.flow")->size(), 12u);
}

TEST_F(MirrorTest, AnSqlCheckPrintsItsRowsAndCounts) {
  Execute("a", "INSERT INTO trade_order VALUES('order-1', 'SUCCESS'), ('order-2', 'SUCCESS')");
  Execute("b", "INSERT INTO trade VALUES(1, 'order-1', 'FAILED'), (2, 'order-2', 'SUCCESS')");
  const std::string sql =
      "SELECT order_id, x.status AS a, y.status AS b FROM a.trade_order x JOIN b.trade y"
      " USING (order_id) WHERE x.status <> y.status";
  SqlCheck check(sql, mirror_->Prepare(sql)->columns, "SELECT count(*) FROM b.trade");

  check.Judge(*Open());

  EXPECT_EQ(check.exercised(), 2u);
  ASSERT_EQ(check.findings().size(), 1u);
  EXPECT_EQ(check.findings()[0].key, "order-1");
  EXPECT_EQ(check.findings()[0].what, "order-1: a SUCCESS, b FAILED");
  EXPECT_EQ(check.findings()[0].at, 42);
}

TEST_F(MirrorTest, AnSqlCheckOfEmptyTablesIsNotExercised) {
  SqlCheck check("SELECT order_id FROM a.trade_order", {"order_id"},
                 "SELECT count(*) FROM a.trade_order");

  check.Judge(*Open());

  EXPECT_EQ(check.exercised(), 0u);
  EXPECT_TRUE(check.findings().empty());
}

TEST_F(MirrorTest, AnSqlCheckThatFailsIsUnknown) {
  Execute("b", "INSERT INTO trade VALUES(-9223372036854775808, 'order-1', 'FAILED')");
  SqlCheck fails("SELECT order_id FROM b.trade WHERE abs(trade_no) = 1", {"order_id"},
                 "SELECT count(*) FROM b.trade");
  SqlCheck halves("SELECT trade_no / 2.0 FROM b.trade", {"half"}, "SELECT count(*) FROM b.trade");
  SqlCheck miscounts("SELECT order_id FROM a.trade_order", {"order_id"},
                     "SELECT max(status) FROM b.trade");

  fails.Judge(*Open());
  halves.Judge(*Open());
  miscounts.Judge(*Open());

  EXPECT_EQ(fails.unknown(), "sql: integer overflow");
  EXPECT_THAT(halves.unknown(), HasSubstr("neither an integer nor text"));
  EXPECT_THAT(miscounts.unknown(), HasSubstr("exercised_sql: it must give one integer, and gives "
                                             "\"FAILED\""));
}

TEST_F(MirrorTest, AnSqlCheckThatMiscountsStillFinds) {
  Execute("a", "INSERT INTO trade_order VALUES('order-1', 'INIT')");
  SqlCheck check("SELECT order_id FROM a.trade_order", {"order_id"},
                 "SELECT max(status) FROM a.trade_order");

  check.Judge(*Open());

  EXPECT_EQ(check.findings().size(), 1u);
  EXPECT_EQ(check.exercised(), 1u);
}

}  // namespace
}  // namespace scenarios
