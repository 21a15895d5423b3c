// Goal: two values that are one to the index have one lock, and no others have.
// Method: pairs of rows under each collation and affinity.

#include "sim/storage/unique_key.h"

#include "gtest/gtest.h"

namespace sim {
namespace {

UniqueKey KeyOf(Collation collation) {
  UniqueKey key;
  key.seed = 1;
  key.parts.push_back({0, collation, Affinity::kText, true});
  return key;
}

std::vector<Value> Row(Value value) { return {std::move(value)}; }

TEST(UniqueKey, FoldsAsTheIndexCompares) {
  const UniqueKey binary = KeyOf(Collation::kBinary);
  const UniqueKey no_case = KeyOf(Collation::kNoCase);
  const UniqueKey rtrim = KeyOf(Collation::kRtrim);
  const auto bob = Row("Bob"), other_bob = Row("bOB"), wide_bob = Row("Bob  ");
  EXPECT_NE(LockOf(binary, bob), LockOf(binary, other_bob));
  EXPECT_EQ(LockOf(no_case, bob), LockOf(no_case, other_bob));
  EXPECT_NE(LockOf(no_case, bob), LockOf(no_case, wide_bob));
  EXPECT_EQ(LockOf(rtrim, bob), LockOf(rtrim, wide_bob));
  EXPECT_TRUE(SameKey(no_case, bob, other_bob));
  EXPECT_FALSE(SameKey(binary, bob, other_bob));
  EXPECT_EQ(FoldedParts(no_case, bob), FoldedParts(no_case, other_bob));
  EXPECT_EQ(LockOfParts(no_case, {"BOB"}), LockOf(no_case, bob));
}

TEST(UniqueKey, NullHasNoLock) { EXPECT_EQ(LockOf(KeyOf(Collation::kBinary), Row(Null{})), 0u); }

TEST(UniqueKey, ANumberIsNotItsText) {
  const UniqueKey key = KeyOf(Collation::kBinary);
  EXPECT_NE(LockOf(key, Row(int64_t{1})), LockOf(key, Row("1")));
}

TEST(UniqueKey, PartsKeepTheirPlaces) {
  UniqueKey key = KeyOf(Collation::kBinary);
  key.parts.push_back({1, Collation::kBinary, Affinity::kText, true});
  EXPECT_NE(LockOf(key, {"ab", "c"}), LockOf(key, {"a", "bc"}));
  EXPECT_NE(LockOf(key, {"a", "b"}), LockOf(key, {"b", "a"}));
  EXPECT_EQ(KeyText(key, {"a", int64_t{2}}), "a/2");
}

TEST(UniqueKey, ValuesAreComparedAsTheColumnHoldsThem) {
  EXPECT_EQ(AsStored("7", Affinity::kInteger), Value(int64_t{7}));
  EXPECT_EQ(AsStored("order-7", Affinity::kInteger), Value("order-7"));
  EXPECT_EQ(AsStored("007", Affinity::kInteger), std::nullopt);
  EXPECT_EQ(AsStored(" 7", Affinity::kInteger), std::nullopt);
  EXPECT_EQ(AsStored(int64_t{7}, Affinity::kText), Value("7"));
  EXPECT_EQ(AsStored(int64_t{7}, Affinity::kNone), Value(int64_t{7}));
  EXPECT_EQ(AsStored(Null{}, Affinity::kText), std::nullopt);
}

TEST(UniqueKey, AffinityComesFromTheDeclaredType) {
  EXPECT_EQ(AffinityOf("BIGINT"), Affinity::kInteger);
  EXPECT_EQ(AffinityOf("varchar(9)"), Affinity::kText);
  EXPECT_EQ(AffinityOf(""), Affinity::kNone);
  EXPECT_EQ(AffinityOf("BOOLEAN"), Affinity::kInteger);
}

}  // namespace
}  // namespace sim
