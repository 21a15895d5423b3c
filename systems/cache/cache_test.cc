// Goal: a cache keeps what it is told, for as long as it is told, until one of its
// faults strikes, and each fault takes away just what it says.
// Method: a cache on a node, asked by the test; faults by script.

#include "systems/cache/cache.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "sim/testing/test_world.h"
#include "systems/cache/methods.h"

namespace cache {
namespace {

class CacheTest : public testing::Test {
 protected:
  CacheTest() { world_.Start("c", CacheSystem()); }

  bool Set(const std::string& key, const std::string& value, int64_t expires_in_ms = 0,
           bool only_if_absent = false) {
    SetRequest request;
    request.set_key(key);
    request.set_value(value);
    request.set_expires_in_ms(expires_in_ms);
    request.set_only_if_absent(only_if_absent);
    return world_.Call("c", kSet, request)->stored();
  }
  // "-" for a key that is not there.
  std::string Get(const std::string& key) {
    GetRequest request;
    request.set_key(key);
    const auto reply = world_.Call("c", kGet, request);
    return reply->found() ? reply->value() : "-";
  }
  bool CompareAndDelete(const std::string& key, const std::string& value) {
    CompareAndDeleteRequest request;
    request.set_key(key);
    request.set_value(value);
    return world_.Call("c", kCompareAndDelete, request)->deleted();
  }
  bool CompareAndExpire(const std::string& key, const std::string& value, int64_t in_ms) {
    CompareAndExpireRequest request;
    request.set_key(key);
    request.set_value(value);
    request.set_expires_in_ms(in_ms);
    return world_.Call("c", kCompareAndExpire, request)->prolonged();
  }
  int64_t Increment(const std::string& key) {
    IncrementRequest request;
    request.set_key(key);
    return world_.Call("c", kIncrement, request)->value();
  }

  sim::TestWorld world_;
};

TEST_F(CacheTest, KeepsAKeyUntilItsTimeIsUp) {
  EXPECT_TRUE(Set("k", "v", 500));
  EXPECT_EQ(Get("k"), "v");
  world_.RunFor(absl::Milliseconds(600));
  EXPECT_EQ(Get("k"), "-");
}

TEST_F(CacheTest, KeepsAKeyWithoutExpiry) {
  Set("k", "v");
  world_.RunFor(absl::Hours(1000));
  EXPECT_EQ(Get("k"), "v");
}

TEST_F(CacheTest, StoresAnAbsentKeyOnce) {
  EXPECT_TRUE(Set("k", "first", 500, true));
  EXPECT_FALSE(Set("k", "second", 500, true));
  EXPECT_EQ(Get("k"), "first");
  world_.RunFor(absl::Milliseconds(600));
  EXPECT_TRUE(Set("k", "third", 500, true));
}

TEST_F(CacheTest, ComparesBeforeItDeletes) {
  Set("k", "mine");
  EXPECT_FALSE(CompareAndDelete("k", "yours"));
  EXPECT_EQ(Get("k"), "mine");
  EXPECT_TRUE(CompareAndDelete("k", "mine"));
  EXPECT_FALSE(CompareAndDelete("k", "mine"));
}

TEST_F(CacheTest, DeletesWhateverIsThere) {
  Set("k", "v");
  DeleteRequest request;
  request.set_key("k");
  EXPECT_TRUE(world_.Call("c", kDelete, request)->deleted());
  EXPECT_FALSE(world_.Call("c", kDelete, request)->deleted());
}

TEST_F(CacheTest, ComparesBeforeItProlongs) {
  Set("k", "mine", 500);
  EXPECT_FALSE(CompareAndExpire("k", "yours", 10'000));
  EXPECT_TRUE(CompareAndExpire("k", "mine", 10'000));
  world_.RunFor(absl::Seconds(5));
  EXPECT_EQ(Get("k"), "mine");
  world_.RunFor(absl::Seconds(6));
  EXPECT_FALSE(CompareAndExpire("k", "mine", 10'000));
}

TEST_F(CacheTest, Counts) {
  EXPECT_EQ(Increment("n"), 1);
  EXPECT_EQ(Increment("n"), 2);
  EXPECT_EQ(Get("n"), "2");
}

TEST_F(CacheTest, RestartsEmpty) {
  Set("k", "v");
  world_.Crash("c");
  world_.AwaitRestart("c");
  EXPECT_EQ(Get("k"), "-");
}

TEST_F(CacheTest, EvictsAnyKey) {
  Set("k", "v");
  world_.adversary().AddNext("cache c cache.Get k", sim::ChoiceKind::kEvict);
  EXPECT_EQ(Get("k"), "-");
}

TEST_F(CacheTest, ExpiresEarlyOnlyWhatExpires) {
  Set("k", "v", 60'000);
  Set("n", "v");
  world_.adversary().AddNext("cache c cache.Get k", sim::ChoiceKind::kExpire);
  world_.adversary().AddNext("cache c cache.Get n", sim::ChoiceKind::kExpire);
  EXPECT_EQ(Get("k"), "-");
  EXPECT_EQ(Get("n"), "v");
}

TEST_F(CacheTest, AFailOverTakesBackTheNewestWritesOnly) {
  Set("old", "v");
  Set("k", "before");
  world_.RunFor(absl::Seconds(1));
  Set("k", "after");
  Set("new", "v");
  world_.adversary().AddNext("cache c cache.Get k", sim::ChoiceKind::kFailOver, sim::Millis(500));
  EXPECT_EQ(Get("k"), "before");
  EXPECT_EQ(Get("new"), "-");
  EXPECT_EQ(Get("old"), "v");
}

TEST_F(CacheTest, AFailOverBringsBackWhatWasDeleted) {
  Set("k", "v");
  world_.RunFor(absl::Seconds(1));
  CompareAndDelete("k", "v");
  world_.adversary().AddNext("cache c cache.Get k", sim::ChoiceKind::kFailOver, sim::Millis(500));
  EXPECT_EQ(Get("k"), "v");
}

}  // namespace
}  // namespace cache
