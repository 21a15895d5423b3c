// A node that pauses, and one whose CPU is slow: what waits, and in what belief it
// goes on.
//
// The node "b" stores what it is told (sim/testing/toy.h); the test calls it.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/test_world.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"
#include "sim/world/env.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PauseTest : public testing::Test {
 protected:
  void Act(absl::string_view node, Acting::Action action) {
    world_.Start(node, Acting::System(std::move(action)));
  }
  void RunFor(absl::Duration duration) { world_.RunFor(duration); }
  void Pause(absl::Duration duration) { world_.world().Pause("b", duration); }
  Nanos now() { return world_.simulation().now(); }

  // Notes what `env` believes, when it does.
  void Note(absl::string_view what) {
    log_.push_back(absl::StrCat(what, " at ", absl::FormatDuration(FromNanos(now() - start_))));
  }
  static Task<> NapTwice(Env* env, PauseTest* test) {
    co_await env->clock().Sleep(absl::Seconds(1));
    test->Note("first");
    co_await env->clock().Sleep(absl::Seconds(1));
    test->Note("second");
  }

  TestWorld world_;
  Nanos start_ = 0;
  std::vector<std::string> log_;
};

TEST_F(PauseTest, TimersWaitAndTheClockGoesOn) {
  Env* b = nullptr;
  Act("b", [&b](Env& env) { b = &env; });
  start_ = now();
  b->Spawn("nap", NapTwice(b, this));
  Pause(absl::Seconds(10));
  RunFor(absl::Seconds(9));
  EXPECT_THAT(log_, IsEmpty());
  EXPECT_EQ(b->clock().Monotonic(), FromNanos(now()));
  RunFor(absl::Seconds(3));
  EXPECT_THAT(log_, ElementsAre("first at 10s", "second at 11s"));
}

TEST_F(PauseTest, APinPausesBetweenTwoEventsOfATask) {
  world_.adversary().Add(MakePin("crash b nap", 2, ChoiceKind::kPause, Seconds(30)));
  Env* b = nullptr;
  Act("b", [&b](Env& env) { b = &env; });
  start_ = now();
  b->Spawn("nap", NapTwice(b, this));
  RunFor(absl::Seconds(40));
  EXPECT_THAT(log_, ElementsAre("first at 1s", "second at 32s"));
}

TEST_F(PauseTest, RequestsWaitAndAreNotRefused) {
  world_.Start<Book>("b", Book::kSchema);
  Pause(absl::Seconds(3));
  const Nanos before = now();
  EXPECT_THAT(world_.Call("b", kPut, MakePut("k", 7), {.timeout = absl::Seconds(10)}), IsOk());
  EXPECT_GE(now() - before, Seconds(3));
}

TEST_F(PauseTest, TheCallerOfAPausedNodeKnowsNothing) {
  world_.Start<Book>("b", Book::kSchema);
  Pause(absl::Seconds(3));
  EXPECT_THAT(world_.Call("b", kPut, MakePut("k", 7), {.timeout = absl::Seconds(1)}),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(Entries(*world_.database("b")), "");
  RunFor(absl::Seconds(5));
  EXPECT_EQ(Entries(*world_.database("b")), "k=7");
}

TEST_F(PauseTest, ACrashEndsAPause) {
  Env* b = nullptr;
  Act("b", [&b](Env& env) { b = &env; });
  Pause(absl::Hours(1));
  world_.Crash("b", absl::Seconds(1));
  world_.AwaitRestart("b");
  start_ = now();
  b->Spawn("nap", NapTwice(b, this));
  RunFor(absl::Seconds(3));
  EXPECT_THAT(log_, ElementsAre("first at 1s", "second at 2s"));
}

TEST_F(PauseTest, OnASlowNodeTasksTakeTurns) {
  world_.adversary().Add(MakePin("crash b one", 1, ChoiceKind::kSlow, Millis(1030)));
  Env* b = nullptr;
  Act("b", [&b](Env& env) { b = &env; });
  start_ = now();
  for (const char* task : {"one", "two", "three"}) b->Spawn(task, NapTwice(b, this));
  RunFor(absl::Seconds(10));
  // Whichever of the three is first, it is the first turn of "one" that makes the node
  // slow; from then on a turn takes 20 ms.
  ASSERT_EQ(log_.size(), 6u);
  EXPECT_EQ(log_.front().substr(0, 5), "first");
  Nanos slowest = 0;
  for (const std::string& line : log_) {
    absl::Duration at;
    ASSERT_TRUE(absl::ParseDuration(line.substr(line.rfind(' ') + 1), &at));
    slowest = std::max(slowest, ToNanos(at));
  }
  EXPECT_GE(slowest, Millis(2040));
  EXPECT_LE(slowest, Millis(2120));
}

}  // namespace
}  // namespace sim
