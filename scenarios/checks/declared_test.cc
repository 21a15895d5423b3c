// Goal: a declared check that cannot work is refused where it stands, with the
// name that was probably meant; one that can is made.
//
// Method: text against the schemas of two nodes; no simulator.

#include "scenarios/checks/declared.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DeclaredTest : public ::testing::Test {
 protected:
  DeclaredTest()
      : mirror_(*Mirror::Build(
            {{"a", "CREATE TABLE trade_order(order_id TEXT NOT NULL PRIMARY KEY, status TEXT)"},
             {"b",
              "CREATE TABLE account(account_id TEXT NOT NULL PRIMARY KEY, balance INTEGER,"
              "  currency TEXT)"}})) {}

  settle::CheckText Parse(const std::string& text) {
    settle::CheckText check;
    where_ = faults::ParseText("checks.textproto", text, check, problems_);
    return check;
  }

  // All errors of a check, a line each.
  std::string Lint(const std::string& text) {
    const settle::CheckText check = Parse(text);
    LintDeclared(check, where_, *mirror_, problems_);
    std::string lines;
    for (const faults::Diagnostic& problem : problems_) lines += problem.ToString() + "\n";
    return lines;
  }

  std::unique_ptr<Mirror> mirror_;
  faults::Where where_;
  faults::Diagnostics problems_;
};

TEST_F(DeclaredTest, AcceptsEachKind) {
  for (const char* kind : {
           R"(state_machine { node: "a" table: "trade_order" column: "status" allow: "A->B" })",
           R"(append_only { node: "a" table: "trade_order" })",
           R"(conserved { node: "b" table: "account" sum: "balance" by: "currency" })",
           R"(never_negative { node: "b" table: "account" column: "balance" })",
           R"(unique { node: "a" table: "trade_order" column: "status" })",
           R"(sql: "SELECT order_id FROM a.trade_order" exercised_sql: "SELECT 1")",
       }) {
    const std::string text = std::string(R"(name: "x" claim: "y." )") + kind;
    EXPECT_THAT(Lint(text), IsEmpty()) << kind;
    EXPECT_NE(MakeDeclared(Parse(text), *mirror_), nullptr) << kind;
    EXPECT_THAT(Counts(Parse(text)), testing::Not(IsEmpty())) << kind;
  }
}

TEST_F(DeclaredTest, NamesTheNodeThatWasMeant) {
  EXPECT_THAT(Lint("name: \"x\" claim: \"y.\"\nappend_only {\n  node: \"c\" table: \"account\" }"),
              HasSubstr("checks.textproto:3:3: error: there is no node \"c\" with a database"));
}

TEST_F(DeclaredTest, NamesTheColumnThatWasMeant) {
  EXPECT_THAT(Lint(R"(name: "x" claim: "y."
                      never_negative { node: "b" table: "account" column: "balanse" })"),
              HasSubstr("table account has no column \"balanse\"; did you mean \"balance\"?"));
}

TEST_F(DeclaredTest, WantsNumbersWhereItCompares) {
  EXPECT_THAT(Lint(R"(name: "x" claim: "y."
                      never_negative { node: "b" table: "account" column: "currency" })"),
              HasSubstr("column \"currency\" of account holds no integers: it is TEXT"));
  problems_.clear();
  EXPECT_THAT(Lint(R"(name: "x" claim: "y."
              conserved { node: "b" table: "account" sum: "account_id" by: "currency" })"),
              HasSubstr("column \"account_id\" of account holds no integers"));
}

TEST_F(DeclaredTest, LetsNothingLeaveATerminalState) {
  EXPECT_THAT(Lint(R"(name: "x" claim: "y."
                      state_machine { node: "a" table: "trade_order" column: "status"
                                      allow: "A->B" allow: "B->*" terminal: "B" })"),
              HasSubstr("error: \"B\" is terminal; nothing leaves it"));
}

TEST_F(DeclaredTest, WantsAClaim) {
  EXPECT_THAT(Lint(R"(name: "x" append_only { node: "b" table: "account" })"),
              HasSubstr("states its claim"));
}

TEST_F(DeclaredTest, WantsTransitionsThatCanBeRead) {
  EXPECT_THAT(Lint(R"(name: "x" claim: "y."
                      state_machine { node: "a" table: "trade_order" column: "status"
                                      allow: "A to B" })"),
              HasSubstr("\"A to B\" is not of the form \"FROM->TO\""));
}

TEST_F(DeclaredTest, WantsToKnowWhenSqlIsExercised) {
  EXPECT_THAT(Lint(R"(name: "x" claim: "y." sql: "SELECT order_id FROM a.trade_order")"),
              HasSubstr("exercised_sql is missing"));
}

TEST_F(DeclaredTest, ShowsWhatSqliteSays) {
  EXPECT_THAT(Lint(R"(name: "x" claim: "y." exercised_sql: "SELECT 1"
                      sql: "SELECT order_id FROM a.trade_order WHERE statsu = 'A'")"),
              HasSubstr("checks.textproto:2:23: error: the SQL cannot be prepared: no such column: "
                        "statsu, at `statsu = 'A'`"));
}

TEST_F(DeclaredTest, TriesSqlBeforeARunNeedsIt) {
  EXPECT_THAT(Lint("name: 'x' claim: 'y.' exercised_sql: 'SELECT 1'\n"
                   "sql: 'SELECT abs(-9223372036854775807 - 1)'"),
              HasSubstr("checks.textproto:2:1: error: the SQL cannot be run: integer overflow"));
}

TEST_F(DeclaredTest, WantsACountOfExercises) {
  const auto counted = [this](const std::string& sql) {
    problems_.clear();
    return Lint("name: \"x\" claim: \"y.\" sql: \"SELECT 1 FROM b.account\"\nexercised_sql: \"" +
                sql + "\"");
  };
  EXPECT_THAT(counted("SELECT currency FROM b.account"),
              HasSubstr("checks.textproto:2:1: error: the SQL cannot be run: it must give one "
                        "integer, and gives 0 rows; SELECT count(*) counts rows"));
  EXPECT_THAT(counted("SELECT count(*), 1 FROM b.account"), HasSubstr("gives 1 row of 2 columns"));
  EXPECT_THAT(counted("SELECT 'many'"), HasSubstr("gives \"many\""));
  EXPECT_THAT(counted("SELECT sum(balance) FROM b.account"), IsEmpty());
}

TEST_F(DeclaredTest, NamesTheNodesThatSqlMayMean) {
  EXPECT_EQ(Lint(R"(name: "x" claim: "y." exercised_sql: "SELECT 1"
                    sql: "SELECT order_id FROM aa.trade_order")"),
            "checks.textproto:2:21: error: there is no node \"aa\" with a database; known: a, b\n");
}

TEST_F(DeclaredTest, LeavesMissingTablesToSqlite) {
  EXPECT_THAT(Lint(R"(name: "x" claim: "y." exercised_sql: "SELECT 1" sql: "SELECT 1 FROM A.tax")"),
              HasSubstr("no such table: A.tax"));
}

TEST_F(DeclaredTest, TellsWhichNodesAreRead) {
  EXPECT_THAT(NodesRead(Parse(R"(name: "x" append_only { node: "b" table: "account" })"), *mirror_),
              ElementsAre("b"));
  EXPECT_THAT(NodesRead(Parse(R"(name: "x" sql: "SELECT order_id FROM a.trade_order"
                                 exercised_sql: "SELECT count(*) FROM b.account")"),
                        *mirror_),
              ElementsAre("a", "b"));
}

TEST_F(DeclaredTest, LeavesNamesOfTheCatalogueAlone) {
  EXPECT_FALSE(IsDeclared(Parse(R"(name: "exactly_once_effect")")));
  EXPECT_EQ(MakeDeclared(Parse(R"(name: "exactly_once_effect")"), *mirror_), nullptr);
}

}  // namespace
}  // namespace scenarios
