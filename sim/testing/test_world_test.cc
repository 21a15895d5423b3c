// Goal: the verbs of TestWorld do what they say, each on the next message or the
// named node only, so that tests of components can trust them.
// Method: the toy book, and one verb a test.

#include "sim/testing/test_world.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

using absl::StatusCode;
using testing::HasSubstr;
using testing::Not;

// Counts the requests that reach a handler.
class Deliveries final : public Observer {
 public:
  void OnTraffic(const Traffic& traffic) override {
    if (traffic.kind == TrafficKind::kDelivered) ++count;
  }
  int count = 0;
};

class TestWorldTest : public testing::Test {
 protected:
  TestWorldTest() { world_.Start<Book>("book", Book::kSchema); }

  absl::StatusOr<toy::PutReply> Put(const std::string& key) {
    return world_.Call("book", kPut, MakePut(key, 100), {.timeout = absl::Seconds(1)});
  }
  std::string Entries() { return sim::Entries(*world_.database("book")); }
  Nanos now() { return world_.simulation().now(); }

  TestWorld world_;
};

TEST_F(TestWorldTest, CallReturnsTheAnswerWhenItArrives) {
  const auto reply = Put("k");
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->amount(), 100);
  EXPECT_EQ(Entries(), "k=100");
  EXPECT_LT(now(), Millis(5));
}

TEST_F(TestWorldTest, DropsTheNextRequestOnly) {
  world_.DropNextRequest("toy.Put");
  EXPECT_THAT(Put("k"), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_EQ(Entries(), "");
  EXPECT_THAT(Put("k"), IsOk());
}

TEST_F(TestWorldTest, DropsTheNextReplyOnly) {
  world_.DropNextReply("toy.Put");
  EXPECT_THAT(Put("k"), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_EQ(Entries(), "k=100");
  EXPECT_THAT(Put("l"), IsOk());
}

TEST_F(TestWorldTest, RefusesTheNextRequestOnly) {
  world_.RefuseNextRequest("toy.Put");
  EXPECT_THAT(Put("k"), StatusIs(StatusCode::kUnavailable, HasSubstr("refused")));
  EXPECT_EQ(Entries(), "");
  EXPECT_THAT(Put("k"), IsOk());
}

TEST_F(TestWorldTest, DuplicatesTheNextRequest) {
  Deliveries deliveries;
  world_.world().Observe(&deliveries);
  world_.DuplicateNextRequest("toy.Put", absl::Seconds(2));
  EXPECT_THAT(Put("k"), IsOk());
  EXPECT_EQ(deliveries.count, 1);
  world_.RunFor(absl::Seconds(3));
  EXPECT_EQ(deliveries.count, 2);
  EXPECT_THAT(Put("l"), IsOk());
  EXPECT_EQ(deliveries.count, 3);
}

TEST_F(TestWorldTest, DelaysTheNextMessages) {
  world_.DelayNextRequest("toy.Put", absl::Milliseconds(300));
  world_.DelayNextReply("toy.Put", absl::Milliseconds(400));
  EXPECT_THAT(Put("k"), IsOk());
  EXPECT_GT(now(), Millis(700));
  EXPECT_LT(now(), Millis(710));
}

TEST_F(TestWorldTest, CrashesAndAwaitsTheRestart) {
  ASSERT_THAT(Put("k"), IsOk());
  const Nanos crash = now();
  world_.Crash("book", absl::Seconds(3));
  EXPECT_THAT(Put("l"), StatusIs(StatusCode::kUnavailable));
  world_.AwaitRestart("book");
  EXPECT_EQ(now(), crash + Seconds(3));
  EXPECT_EQ(Entries(), "k=100");
  EXPECT_THAT(Put("l"), IsOk());
}

TEST_F(TestWorldTest, LeavesTheDeadDeadForTheirTime) {
  world_.Crash("book", absl::Seconds(3));
  world_.RunFor(absl::Seconds(2));
  EXPECT_THAT(Put("k"), Not(IsOk()));
  world_.RunFor(absl::Seconds(2));
  EXPECT_THAT(Put("k"), IsOk());
}

TEST_F(TestWorldTest, StrikesAtANamedPoint) {
  world_.adversary().Add(MakePin("reply toy.Put test<book l", 1, ChoiceKind::kDrop));
  EXPECT_THAT(Put("k"), IsOk());
  EXPECT_THAT(Put("l"), Not(IsOk()));
  EXPECT_EQ(world_.adversary().left(), 0u);
}

TEST_F(TestWorldTest, SaysWhomItDoesNotKnow) {
  EXPECT_DEATH(world_.AwaitRestart("nobody"), "no node is called nobody");
}

}  // namespace
}  // namespace sim
