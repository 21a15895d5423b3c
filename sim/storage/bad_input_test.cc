// Goal: whoever uses a database wrongly is told at once what is wrong, with which
// statement, and who it was; nothing hangs. Method: one wrong use each, on one database
// (StorageBench). What a schema may not contain is in schema_rules_test, what a
// statement may not say in statement_test and locking_statement_test, and what a
// scenario may not ask for in scenarios/database_text_test.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/storage/storage_bench.h"

namespace sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kSchema[] =
    "CREATE TABLE account(id TEXT NOT NULL PRIMARY KEY, cents INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE VIEW rich AS SELECT * FROM account WHERE cents > 1000;"
    "INSERT INTO account VALUES('a', 100)";

Task<> Execute(Database* db, std::string sql, std::string* out) {
  *out = (co_await db->Execute(sql)).status().ToString();
}

Task<> ExecuteIn(Database* db, std::string sql, std::string* out) {
  auto txn = co_await db->Begin();
  *out = (co_await txn->Execute(sql)).status().ToString();
}

Task<> ExecuteBeside(Database* db, std::string* out) {
  auto txn = co_await db->Begin();
  (co_await txn->Execute("UPDATE account SET cents = 1 WHERE id = 'a'")).IgnoreError();
  *out = (co_await db->Execute("UPDATE account SET cents = 2 WHERE id = 'a'")).status().ToString();
}

Task<> ExecuteLate(Database* db, std::string* out) {
  auto txn = co_await db->Begin();
  (co_await txn->Commit()).IgnoreError();
  *out = (co_await txn->Execute("UPDATE account SET cents = 2 WHERE id = 'a'")).status().ToString();
}

class BadInputTest : public testing::Test {
 protected:
  std::string Told(Task<> task) {
    bench_.Spawn("pay", std::move(task));
    bench_.simulation().RunUntil(bench_.simulation().now() + Seconds(1), 1000);
    return told_;
  }

  StorageBench bench_{/*seed=*/1, kSchema};
  std::string told_ = "hangs";
};

TEST_F(BadInputTest, AStatementOnADatabaseThatIsDown) {
  bench_.disk().Freeze();
  EXPECT_THAT(Told(Execute(&bench_.db(), "SELECT * FROM account", &told_)),
              AllOf(HasSubstr("UNAVAILABLE: database ledger is down"), HasSubstr("node pay"),
                    HasSubstr("SELECT * FROM account")));
}

TEST_F(BadInputTest, ATransactionOnADatabaseThatIsDown) {
  bench_.disk().Freeze();
  Task<> begin = [](Database* db, std::string* out) -> Task<> {
    *out = (co_await db->Begin()).status().ToString();
  }(&bench_.db(), &told_);
  EXPECT_THAT(Told(std::move(begin)),
              AllOf(HasSubstr("database ledger is down"), HasSubstr("node pay: BEGIN")));
}

TEST_F(BadInputTest, AStatementInATransactionThatHasEnded) {
  EXPECT_THAT(Told(ExecuteLate(&bench_.db(), &told_)),
              AllOf(HasSubstr("FAILED_PRECONDITION: the transaction on ledger has ended"),
                    HasSubstr("pay: UPDATE account SET cents = 2")));
}

TEST_F(BadInputTest, AStatementBesideTheOwnTransactionThatItWouldWaitFor) {
  EXPECT_THAT(Told(ExecuteBeside(&bench_.db(), &told_)),
              AllOf(HasSubstr("FAILED_PRECONDITION: this task holds the lock on account a"),
                    HasSubstr("node pay: UPDATE account SET cents = 2")));
}

TEST_F(BadInputTest, SqlThatTheLocksCannotServe) {
  for (const char* sql :
       {"SELECT * FROM rich WHERE id = 'a' FOR UPDATE", "DELETE FROM sqlite_sequence",
        "SELECT count(*) FROM account GROUP BY cents FOR UPDATE", "UPDATE account SET nothing = 1",
        "SELECT rowid FROM account", "BEGIN", "INSERT OR ROLLBACK INTO account VALUES('b', 1)"}) {
    const auto told = AllOf(HasSubstr("INVALID_ARGUMENT"), HasSubstr("node pay"), HasSubstr(sql));
    EXPECT_THAT(Told(Execute(&bench_.db(), sql, &told_)), told);
    EXPECT_THAT(Told(ExecuteIn(&bench_.db(), sql, &told_)), told);
  }
}

TEST_F(BadInputTest, TheWrongNumberOfValues) {
  EXPECT_THAT(Told(Execute(&bench_.db(), "SELECT * FROM account WHERE id = ?", &told_)),
              AllOf(HasSubstr("INVALID_ARGUMENT: it takes 1 values, not 0"),
                    HasSubstr("SELECT * FROM account WHERE id = ?")));
}

}  // namespace
}  // namespace sim
