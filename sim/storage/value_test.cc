// Goal: values print as SQL and as people write them, and a column asked for what
// it does not hold ends the process with the reason.

#include "sim/storage/value.h"

#include "gtest/gtest.h"

namespace sim {
namespace {

TEST(ValueTest, PrintsAsSqlAndAsText) {
  EXPECT_EQ(ToSql(std::string("o'clock")), "'o''clock'");
  EXPECT_EQ(ToSql(int64_t{-42}), "-42");
  EXPECT_EQ(ToSql(Null{}), "NULL");
  EXPECT_EQ(ToText(std::string("o'clock")), "o'clock");
  EXPECT_EQ(ToText(int64_t{-42}), "-42");
  EXPECT_EQ(ToText(Null{}), "NULL");
}

TEST(ValueDeathTest, WrongColumnEndsTheProcess) {
  const Row row({int64_t{1}, std::string("one"), Null{}});
  EXPECT_EQ(row.Int(0), 1);
  EXPECT_EQ(row.Text(1), "one");
  EXPECT_TRUE(row.IsNull(2));
  EXPECT_DEATH(row.Int(1), "column 1 holds 'one', not an integer");
  EXPECT_DEATH(row.Text(2), "column 2 holds NULL, not a text");
  EXPECT_DEATH(row.Int(3), "the row has 3 columns, not 4");
}

}  // namespace
}  // namespace sim
