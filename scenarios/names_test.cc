// Goal: names that SQL can read, and a way out for those that nobody knows.
// Method: examples.

#include "scenarios/names.h"

#include "gtest/gtest.h"

namespace scenarios {
namespace {

TEST(IsIdentifierTest, TakesWhatSqlReadsWithoutQuotes) {
  EXPECT_TRUE(IsIdentifier("b"));
  EXPECT_TRUE(IsIdentifier("ledger_2"));
  EXPECT_TRUE(IsIdentifier("_"));
  EXPECT_FALSE(IsIdentifier(""));
  EXPECT_FALSE(IsIdentifier("2b"));
  EXPECT_FALSE(IsIdentifier("the-ledger"));
  EXPECT_FALSE(IsIdentifier("a b"));
}

TEST(InsteadTest, NamesWhatWasMeant) {
  EXPECT_EQ(Instead("legder", {"teller", "ledger"}), "; did you mean \"ledger\"?");
}

TEST(InsteadTest, ElseNamesAFewThatAreKnown) {
  EXPECT_EQ(Instead("x", {"teller", "ledger"}), "; known: teller, ledger");
  EXPECT_EQ(Instead("x", {}), "; there are none");
  EXPECT_EQ(Instead("x", std::vector<std::string>(20, "teller")), "");
}

TEST(AlternativesTest, JoinsAsPeopleDo) {
  EXPECT_EQ(Alternatives({}), "");
  EXPECT_EQ(Alternatives({"b"}), "b");
  EXPECT_EQ(Alternatives({"b", "c"}), "b or c");
  EXPECT_EQ(Alternatives({"b", "c", "d"}), "b, c or d");
}

}  // namespace
}  // namespace scenarios
