// Goal: whoever loses interest in a call or a signal, at whatever moment, leaves
// nothing behind: no event, no answer for somebody else, no notice swallowed.
// Method: give up at every moment of the wait, and look at what had happened by then
// and at what others get afterwards.

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/status_matchers.h"
#include "sim/testing/test_world.h"
#include "sim/testing/toy.h"
#include "sim/testing/toy.pb.h"

namespace sim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class Watcher final : public Observer {
 public:
  void OnTraffic(const Traffic& traffic) override { seen.push_back(traffic.kind); }
  std::vector<TrafficKind> seen;
};

// ---- calls --------------------------------------------------------------------

Task<absl::Status> Put(Env* env, const char* key) {
  auto reply =
      co_await env->Call(env->peer("book"), kPut, MakePut(key, 100), {.timeout = absl::Seconds(5)});
  co_return reply.status();
}

// How far the call was when its caller gave up, and how the next one ended.
struct Abandoned {
  size_t records = 0;
  absl::Status first;
  absl::Status next = absl::UnknownError("not called");
};

Task<> PutTwice(Env* env, absl::Duration patience, Watcher* watcher, Abandoned* result) {
  auto first = Put(env, "k");
  result->first = co_await env->WithTimeout(std::move(first), patience);
  result->records = watcher->seen.size();
  auto next = Put(env, "next");
  result->next = co_await std::move(next);
}

Abandoned GiveUpAfter(absl::Duration patience) {
  TestWorld world;
  Watcher watcher;
  world.Start("friend", Acting::System([](Env&) {}));
  world.Start<Book>("book", Book::kSchema, {{"friend", "friend"}});
  world.world().Observe(&watcher);
  Abandoned result;
  world.Start("caller", Acting::System([&](Env& env) {
                env.Spawn("put", PutTwice(&env, patience, &watcher, &result));
              }),
              {{"book", "book"}});
  world.RunFor(absl::Seconds(10));
  EXPECT_EQ(Entries(*world.database("book")), "k=100 next=100") << "nothing is undone";
  EXPECT_EQ(world.simulation().events().unfinished(), 0u);
  if (!result.first.ok()) {
    EXPECT_THAT(watcher.seen, Contains(TrafficKind::kReturned).Times(1)) << "of the second call";
    EXPECT_THAT(watcher.seen, Not(Contains(TrafficKind::kTimedOut)));
  }
  return result;
}

TEST(EnvCancel, ACallIsForgottenWheneverItsCallerGivesUp) {
  std::set<size_t> records;  // sent; delivered; answered; returned
  for (int64_t micros = 100; micros < 20'000; micros += 100) {
    const Abandoned result = GiveUpAfter(absl::Microseconds(micros));
    EXPECT_THAT(result.next, IsOk()) << micros;
    if (!result.first.ok()) records.insert(result.records);
  }
  EXPECT_THAT(records, ElementsAre(1, 2, 3)) << "on the way, at work, on the way back";
}

// ---- signals ------------------------------------------------------------------

Task<absl::Status> Heard(Env* env, Signal* signal, absl::Duration limit) {
  const bool notified = co_await env->WaitFor(*signal, limit);
  co_return notified ? absl::OkStatus() : absl::DeadlineExceededError("the limit");
}

// What happened, in order.
using Log = std::vector<std::string>;

Task<> Listen(Env* env, Signal* signal, absl::Duration limit, Log* log) {
  auto heard = Heard(env, signal, limit);
  const absl::Status status = co_await env->WithTimeout(std::move(heard), absl::Seconds(1));
  log->push_back(status.ok() ? "heard" : "gave up");
}

Task<> ListenLater(Env* env, Signal* signal, Log* log) {
  co_await env->clock().Sleep(absl::Seconds(2));
  const bool notified = co_await env->WaitFor(*signal, absl::Seconds(1));
  log->push_back(notified ? "heard later" : "not heard");
}

Task<> NotifyAt(Env* env, Signal* signal, absl::Duration when, Log* log) {
  co_await env->clock().Sleep(when);
  log->push_back("notified");
  signal->Notify();
}

// Somebody waits for a second, another one later, and there is one notice.
Log RunSignal(uint64_t seed, absl::Duration limit, absl::Duration when) {
  WorldOptions options;
  options.seed = seed;
  TestWorld world(std::move(options));
  Signal signal;
  Log log;
  world.Start("b", Acting::System([&](Env& env) {
                env.Spawn("wait", Listen(&env, &signal, limit, &log));
                env.Spawn("later", ListenLater(&env, &signal, &log));
                env.Spawn("notify", NotifyAt(&env, &signal, when, &log));
              }));
  world.RunFor(absl::Seconds(10));
  EXPECT_EQ(world.simulation().events().unfinished(), 0u) << "no deadline is left";
  return log;
}

class WaitForTest : public testing::TestWithParam<absl::Duration> {};

TEST_P(WaitForTest, TakesNoNoticeAfterItWasCancelled) {
  EXPECT_THAT(RunSignal(1, GetParam(), absl::Milliseconds(1500)),
              ElementsAre("gave up", "notified", "heard later"));
}

TEST_P(WaitForTest, TakesANoticeBefore) {
  EXPECT_THAT(RunSignal(1, GetParam(), absl::Milliseconds(500)),
              ElementsAre("notified", "heard", "not heard"));
}

// At one instant the seed decides what is first. Who was notified and is cancelled
// before he runs gives the notice back.
TEST_P(WaitForTest, GivesBackANoticeThatItCannotTake) {
  std::set<Log> logs;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    logs.insert(RunSignal(seed, GetParam(), absl::Seconds(1)));
  }
  EXPECT_THAT(logs, ElementsAre(ElementsAre("gave up", "notified", "heard later"),
                                ElementsAre("notified", "gave up", "heard later")));
}

INSTANTIATE_TEST_SUITE_P(Limits, WaitForTest,
                         testing::Values(absl::Minutes(1), absl::InfiniteDuration()));

}  // namespace
}  // namespace sim
