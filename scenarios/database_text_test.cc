// Goal: a database that nodes cannot share is refused where it is asked for.
// Method: a good scenario whose nodes share one, and the same with one slip each.

#include "scenarios/database_text.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scenarios/scenario.h"
#include "scenarios/testing/toy.h"

namespace scenarios {
namespace {

using testing::HasSubstr;

constexpr char kGood[] = R"text(organisation {
  name: "bank"
  database { name: "books" }
  node { name: "teller" system: "toy.Teller" peer { role: "ledger" node: "one" } }
  node { name: "one" system: "toy.Ledger" database: "books" }
  node { name: "two" system: "toy.Ledger" database: "books" }
}
workload { name: "pay" clients: 2 operations: 5 }
chaos { rule { connection { node: "one" } lost_after_commit {} one_in: 9 } }
check { name: "booked_once" }
check { name: "right_amount" claim: "Every payment is of 100."
  sql: "SELECT payment, amount FROM books.booked WHERE amount <> 100"
  exercised_sql: "SELECT count(*) FROM books.booked" }
)text";

std::string ErrorsOf(const std::string& text) {
  const Catalogue catalogue = ToyCatalogue();
  faults::Diagnostics problems;
  LoadText("pay", text, catalogue, problems);
  std::vector<std::string> errors;
  for (const faults::Diagnostic& problem : problems) errors.push_back(problem.ToString());
  return absl::StrJoin(errors, "\n");
}

std::string Slip(absl::string_view right, absl::string_view wrong) {
  EXPECT_THAT(kGood, HasSubstr(std::string(right)));
  return ErrorsOf(absl::StrReplaceAll(kGood, {{right, wrong}}));
}

TEST(DatabaseText, IsUsedByNodesAndWatchedByItsName) {
  const Catalogue catalogue = ToyCatalogue();
  faults::Diagnostics problems;
  const auto scenario = LoadText("pay", kGood, catalogue, problems);
  ASSERT_NE(scenario, nullptr) << faults::ToStatus(problems);
  ASSERT_EQ(scenario->world().databases.size(), 1u);
  EXPECT_EQ(scenario->world().nodes[1].database, "books");
  EXPECT_EQ(scenario->checks()[0].nodes.at("ledger"), "books");
}

TEST(DatabaseText, MustBeDeclared) {
  EXPECT_EQ(Slip(R"("toy.Ledger" database: "books" }
})",
                 R"("toy.Ledger" database: "boks" }
})"),
            "pay:6:43: error: no shared database is called \"boks\"; did you mean \"books\"?");
}

TEST(DatabaseText, NeverCrossesOrganisations) {
  EXPECT_EQ(Slip(R"(  node { name: "two" system)", R"(}
organisation { name: "shop"
  node { name: "two" system)"),
            "pay:8:43: error: node \"two\" of \"shop\" cannot use database \"books\" of \"bank\": "
            "databases never cross organisations");
}

TEST(DatabaseText, IsForWhoKeepsSomething) {
  EXPECT_EQ(Slip(R"("toy.Teller")", R"("toy.Teller" database: "books")"),
            "pay:4:46: error: node \"teller\" needs no database: toy.Teller keeps nothing");
}

TEST(DatabaseText, SaysWhetherDuplicatesPoison) {
  const Catalogue catalogue = ToyCatalogue();
  faults::Diagnostics problems;
  const auto shared = LoadText(
      "pay",
      absl::StrReplaceAll(
          kGood, {{R"({ name: "books" })", R"({ name: "books" duplicates_poison: true })"}}),
      catalogue, problems);
  ASSERT_NE(shared, nullptr) << faults::ToStatus(problems);
  EXPECT_TRUE(shared->world().databases[0].duplicates_poison);
  EXPECT_FALSE(shared->world().nodes[1].duplicates_poison) << "it has no database of its own";

  constexpr char kOwn[] = R"text(organisation {
  name: "bank"
  node { name: "teller" system: "toy.Teller" }
  node { name: "one" system: "toy.Ledger" duplicates_poison: true }
}
workload { name: "pay" clients: 2 operations: 5 }
check { name: "booked_once" }
)text";
  const auto own = LoadText("pay", kOwn, catalogue, problems);
  ASSERT_NE(own, nullptr) << faults::ToStatus(problems);
  EXPECT_TRUE(own->world().nodes[1].duplicates_poison);
}

TEST(DatabaseText, IsPoisonedWhereItStands) {
  EXPECT_EQ(Slip(R"("two" system: "toy.Ledger")",
                 R"("two" system: "toy.Ledger" duplicates_poison: true)"),
            "pay:6:43: error: node \"two\" has no database of its own; say so of \"books\": "
            "database { name: \"books\" duplicates_poison: true }");
  EXPECT_EQ(Slip(R"("toy.Teller")", R"("toy.Teller" duplicates_poison: true)"),
            "pay:4:46: error: node \"teller\" needs no database: toy.Teller keeps nothing");
}

TEST(DatabaseText, HasTheSameTablesForAll) {
  EXPECT_EQ(
      Slip(R"("two" system: "toy.Ledger")", R"("two" system: "toy.Ledger" quirk: "books_again")"),
      "pay:6:64: error: nodes \"one\" and \"two\" would give database \"books\" different "
      "tables");
}

TEST(DatabaseText, HasANameOfItsOwn) {
  EXPECT_EQ(Slip(R"(database { name: "books" })", R"(database { name: "Teller" })"),
            "pay:3:14: error: a database cannot be called \"Teller\": a node is called so\n"
            "pay:5:43: error: no shared database is called \"books\"; there are none\n"
            "pay:6:43: error: no shared database is called \"books\"; there are none");
}

TEST(DatabaseText, IsUsed) {
  EXPECT_EQ(Slip(R"( database: "books")", ""),
            "pay:3:3: error: no node uses database \"books\"; say so: node { ... database: "
            "\"books\" }");
}

TEST(DatabaseText, BreaksOnlyForWhoUsesIt) {
  EXPECT_EQ(Slip(R"(connection { node: "one" })", R"(connection { node: "teller" })"),
            "pay:9:29: error: \"teller\" shares no database");
}

}  // namespace
}  // namespace scenarios
