// Goal: what is written is read, whatever bytes it has, and what is damaged reads as
// nothing from there on. Method: random rows there and back; a text cut at every byte.

#include "sim/storage/text_fields.h"

#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sim {
namespace {

std::string Written(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values) AppendField(text, value);
  return text;
}

std::vector<Value> Read(FieldReader& reader) {
  std::vector<Value> values;
  while (!reader.done()) {
    Value value = reader.Next();
    if (reader.ok()) values.push_back(std::move(value));
  }
  return values;
}

Value AnyValue() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return Null{};
    case 1:
      return *rc::gen::arbitrary<int64_t>();
    default:
      return *rc::gen::arbitrary<std::string>();
  }
}

RC_GTEST_PROP(TextFields, SurviveTheWayThereAndBack, ()) {
  std::vector<Value> values;
  const int count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i) values.push_back(AnyValue());
  const std::string text = Written(values);
  FieldReader reader(text);
  RC_ASSERT(Read(reader) == values);
  RC_ASSERT(reader.ok());
}

TEST(TextFields, AreReadable) {
  EXPECT_EQ(Written({Null{}, int64_t{-42}, "abc", ""}), "ni-42,t3:abct0:");
}

TEST(TextFields, HoldTheLargestNumbersAndTheirOwnSigns) {
  const std::vector<Value> values = {std::numeric_limits<int64_t>::min(),
                                     std::numeric_limits<int64_t>::max(), "t3:abc", "i1,n",
                                     std::string("\0\xff\n", 3)};
  const std::string text = Written(values);
  FieldReader reader(text);
  EXPECT_EQ(Read(reader), values);
}

TEST(TextFields, CutAnywhereGiveNoMoreThanWasWhole) {
  const std::vector<Value> values = {int64_t{17}, "seven", Null{}, int64_t{-3}};
  const std::string text = Written(values);
  for (size_t size = 0; size < text.size(); ++size) {
    FieldReader reader(absl::string_view(text).substr(0, size));
    const std::vector<Value> read = Read(reader);
    ASSERT_LT(read.size(), values.size()) << size;
    EXPECT_EQ(Written(read), text.substr(0, Written(read).size())) << size;
    EXPECT_EQ(reader.ok(), Written(read).size() == size) << size;
  }
}

TEST(TextFields, DamagedAreNothingFromThereOn) {
  for (const char* damaged : {"x", "i", "i12", "ix,", "t3", "t4:abc", "t-1:", "tx:abc", "i1,,"}) {
    FieldReader reader(damaged);
    Read(reader);
    EXPECT_FALSE(reader.ok()) << damaged;
    EXPECT_TRUE(reader.done());
    EXPECT_EQ(reader.Number(), 0);
    EXPECT_EQ(reader.Text(), "");
  }
}

TEST(TextFields, OfTheOtherKindAreDamaged) {
  FieldReader number("t1:a");
  EXPECT_EQ(number.Number(), 0);
  EXPECT_FALSE(number.ok());
  FieldReader text("i1,");
  EXPECT_EQ(text.Text(), "");
  EXPECT_FALSE(text.ok());
}

}  // namespace
}  // namespace sim
