// Goal: what a component sees of the world is what env.h and net/refusal.h say;
// above all, that only a refusal before any effect is definite.
// Method: the toy book and components written as functions, in a small world.

#include "sim/world/env.h"

#include <functional>
#include <memory>
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

using absl::StatusCode;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using toy::PutRequest;

// "sent toy.Put k" for all traffic, and the facts.
class Watcher final : public Observer {
 public:
  void OnTraffic(const Traffic& traffic) override {
    static constexpr const char* kNames[] = {"sent",     "delivered", "answered",
                                             "returned", "refused",   "timed out"};
    seen.push_back(absl::StrCat(kNames[static_cast<int>(traffic.kind)], " ", traffic.method, " ",
                                traffic.key));
  }
  void OnFact(absl::string_view node, const google::protobuf::Message& fact, Nanos) override {
    seen.push_back(absl::StrCat(node, " emits ", fact.ShortDebugString()));
  }

  std::vector<std::string> seen;
};

class EnvTest : public testing::Test {
 protected:
  EnvTest() { world_.world().Observe(&watcher_); }

  void Act(absl::string_view node, Acting::Action action) {
    world_.Start(node, Acting::System(std::move(action)));
  }
  Nanos now() { return world_.simulation().now(); }

  TestWorld world_;
  Watcher watcher_;
  std::vector<std::string> log_;
};

// ---- calls --------------------------------------------------------------------

class CallTest : public EnvTest {
 protected:
  CallTest() {
    Act("friend", [](Env&) {});
    world_.Start<Book>("book", Book::kSchema, {{"friend", "friend"}});
    watcher_.seen.clear();
  }

  absl::StatusOr<toy::PutReply> Put(PutRequest::Manner manner) {
    return Put(MakePut("k", 100, manner));
  }
  absl::StatusOr<toy::PutReply> Put(const PutRequest& request) {
    return world_.Call("book", kPut, request, {.timeout = absl::Seconds(1)});
  }
  std::string Entries() { return sim::Entries(*world_.database("book")); }
};

TEST_F(CallTest, ReturnsTheReply) {
  const auto reply = Put(PutRequest::PUT);
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->amount(), 100);
  EXPECT_THAT(watcher_.seen, ElementsAre("sent toy.Put k", "delivered toy.Put k",
                                         "answered toy.Put k", "returned toy.Put k"));
}

TEST_F(CallTest, TellsADefiniteRefusal) {
  EXPECT_THAT(Put(PutRequest::REFUSE), StatusIs(StatusCode::kUnavailable, "not today"));
  EXPECT_EQ(Entries(), "");
}

TEST_F(CallTest, TellsAFailureAsUnknown) {
  EXPECT_THAT(Put(PutRequest::FAIL), StatusIs(StatusCode::kUnknown, "something broke"));
}

TEST_F(CallTest, TellsARefusalAfterACommitAsUnknown) {
  EXPECT_THAT(Put(PutRequest::REFUSE_AFTER_PUT), StatusIs(StatusCode::kUnknown));
  EXPECT_EQ(Entries(), "k=100");
}

TEST_F(CallTest, TellsARefusalAfterASpawnAsUnknown) {
  EXPECT_THAT(Put(PutRequest::SPAWN_THEN_REFUSE), StatusIs(StatusCode::kUnknown));
}

TEST_F(CallTest, TellsARefusalAfterASendAsUnknown) {
  EXPECT_THAT(Put(PutRequest::SEND_THEN_REFUSE), StatusIs(StatusCode::kUnknown));
}

TEST_F(CallTest, TellsARefusalOfOneCopyOfTwoAsUnknown) {
  world_.DuplicateNextRequest("toy.Put", absl::Seconds(10));
  EXPECT_THAT(Put(PutRequest::REFUSE), StatusIs(StatusCode::kUnknown));
}

TEST_F(CallTest, RefusesWhatIsNotServed) {
  EXPECT_THAT(world_.Call("friend", kPut, MakePut("k", 1)),
              StatusIs(StatusCode::kUnavailable, "friend does not serve toy.Put"));
}

TEST_F(CallTest, IsRefusedByADeadNode) {
  world_.Crash("book");
  EXPECT_THAT(Put(PutRequest::PUT),
              StatusIs(StatusCode::kUnavailable, "connection to book refused"));
  EXPECT_THAT(watcher_.seen, ElementsAre("sent toy.Put k", "refused toy.Put k"));
}

TEST_F(CallTest, GivesUpAtItsDeadline) {
  world_.DropNextRequest("toy.Put");
  const Nanos before = now();
  EXPECT_THAT(Put(PutRequest::PUT), StatusIs(StatusCode::kDeadlineExceeded));
  EXPECT_EQ(now() - before, Seconds(1));
  EXPECT_THAT(watcher_.seen, ElementsAre("sent toy.Put k", "timed out toy.Put k"));
}

TEST_F(CallTest, IgnoresAReplyThatComesTooLate) {
  world_.DelayNextReply("toy.Put", absl::Seconds(2));
  EXPECT_THAT(Put(PutRequest::PUT), StatusIs(StatusCode::kDeadlineExceeded));
  world_.RunFor(absl::Seconds(3));
  EXPECT_THAT(watcher_.seen, Not(Contains("returned toy.Put k")));
}

TEST_F(CallTest, IgnoresASecondReply) {
  // The second copy finds the key taken, and its answer is worse.
  world_.DuplicateNextRequest("toy.Put", absl::Milliseconds(500));
  EXPECT_THAT(Put(PutRequest::PUT), IsOk());
  world_.RunFor(absl::Seconds(1));
  EXPECT_THAT(watcher_.seen, Contains("answered toy.Put k").Times(2));
  EXPECT_THAT(watcher_.seen, Contains("returned toy.Put k").Times(1));
}

Task<absl::Status> PutSlowly(Env* env, Address book) {
  PutRequest request = MakePut("k", 100);
  request.set_nap_ms(500);
  auto reply = co_await env->Call(book, kPut, request, {.timeout = absl::Seconds(5)});
  co_return reply.status();
}

Task<> PutAndLoseInterest(Env* env, std::vector<std::string>* log) {
  auto put = PutSlowly(env, env->peer("book"));
  const absl::Status status = co_await env->WithTimeout(std::move(put), absl::Milliseconds(100));
  log->push_back(std::string(status.message()));
}

TEST_F(CallTest, IsForgottenWhenItsTaskIsDestroyed) {
  world_.Start("caller", Acting::System([this](Env& env) {
                 env.Spawn("put", PutAndLoseInterest(&env, &log_));
               }),
               {{"book", "book"}});
  world_.RunFor(absl::Seconds(10));
  EXPECT_THAT(log_, ElementsAre("timed out"));
  EXPECT_EQ(Entries(), "k=100") << "nothing is undone";
  EXPECT_THAT(watcher_.seen,
              ElementsAre("sent toy.Put k", "delivered toy.Put k", "answered toy.Put k"));
}

TEST_F(CallTest, OfADeadIncarnationIsNobodys) {
  int boots = 0;
  world_.Start("caller", Acting::System([&](Env& env) {
                 if (++boots == 1) env.Spawn("put", PutAndLoseInterest(&env, &log_));
               }),
               {{"book", "book"}});
  world_.Crash("caller", absl::Milliseconds(10));
  world_.AwaitRestart("caller");
  world_.RunFor(absl::Seconds(10));
  EXPECT_EQ(Entries(), "k=100");
  EXPECT_THAT(log_, ElementsAre());
  EXPECT_THAT(watcher_.seen, Not(Contains("returned toy.Put k")));
}

// ---- background work and timers -----------------------------------------------

Task<> NoteTimes(Env* env, std::vector<std::string>* log, absl::Duration nap, int times) {
  for (int i = 0; i < times; ++i) {
    co_await env->clock().Sleep(nap);
    log->push_back(absl::FormatDuration(env->clock().Monotonic()));
  }
}

TEST_F(EnvTest, SpawnedWorkDiesWithItsNode) {
  Act("b", [this](Env& env) {
    env.Spawn("note", "order-7", NoteTimes(&env, &log_, absl::Seconds(1), 10));
  });
  world_.RunFor(absl::Milliseconds(2500));
  world_.Crash("b", absl::Hours(1));
  world_.RunFor(absl::Seconds(20));
  EXPECT_THAT(log_, ElementsAre("1s", "2s"));
}

// A timer whose work takes longer than its period, now and then.
class Ticking final : public Component {
 public:
  Ticking(Env& env, std::vector<std::string>& log) : env_(env), log_(log) {}
  Task<absl::Status> Start() override {
    env_.Every("tick", absl::Seconds(10), this, &Ticking::Tick);
    co_return absl::OkStatus();
  }

 private:
  Task<> Tick() {
    log_.push_back(absl::FormatDuration(env_.clock().Monotonic()));
    if (log_.size() == 2) co_await env_.clock().Sleep(absl::Seconds(25));
  }

  Env& env_;
  std::vector<std::string>& log_;
};

class TimerTest : public EnvTest {
 protected:
  TimerTest() {
    SystemSpec system;
    system.name = "ticking";
    system.make = [this](Env& env) { return std::make_unique<Ticking>(env, log_); };
    world_.Start("b", system);
  }
};

TEST_F(TimerTest, RunsEveryPeriodAndSkipsWhileItRuns) {
  world_.RunFor(absl::Seconds(65));
  EXPECT_THAT(log_, ElementsAre("10s", "20s", "50s", "1m"));
}

TEST_F(TimerTest, DoesNotKeepTheWorldBusy) {
  world_.RunFor(absl::Seconds(15));
  EXPECT_EQ(world_.simulation().events().unfinished(), 0u);
  world_.RunFor(absl::Seconds(10));
  EXPECT_THAT(world_.simulation().events().Unfinished(10), ElementsAre("b: tick"));
}

TEST_F(TimerTest, DiesWithItsNode) {
  world_.RunFor(absl::Seconds(15));
  world_.Crash("b", absl::Hours(1));
  world_.RunFor(absl::Minutes(5));
  EXPECT_THAT(log_, ElementsAre("10s"));
}

Task<> Listen(Env* env, Signal* signal, std::vector<std::string>* log, absl::Duration limit) {
  const bool notified = co_await env->WaitFor(*signal, limit);
  log->push_back(absl::StrCat(notified ? "notified" : "gave up", " at ",
                              absl::FormatDuration(env->clock().Monotonic())));
}

TEST_F(EnvTest, WaitsForASignalOrALimit) {
  Signal signal;
  Act("b", [&](Env& env) {
    env.Spawn("patient", Listen(&env, &signal, &log_, absl::Seconds(10)));
    env.Spawn("impatient", Listen(&env, &signal, &log_, absl::Seconds(2)));
  });
  world_.RunFor(absl::Seconds(5));
  signal.Notify();
  world_.RunFor(absl::Seconds(10));
  EXPECT_THAT(log_, ElementsAre("gave up at 2s", "notified at 5s"));
}

// ---- chance, facts, clocks ----------------------------------------------------

std::vector<uint64_t> DrawsOf(uint64_t seed, absl::string_view node, bool others) {
  WorldOptions options;
  options.seed = seed;
  TestWorld world(options);
  std::vector<uint64_t> draws;
  world.Start(node, Acting::System([&](Env& env) {
                for (int i = 0; i < 8; ++i) {
                  if (others) env.Draw("other", "", 1000);
                  draws.push_back(env.Draw("think", "", 1000));
                }
              }));
  return draws;
}

TEST(Draw, DependsOnSeedNodeNameKeyAndOccurrenceOnly) {
  const std::vector<uint64_t> draws = DrawsOf(1, "b", /*others=*/false);
  EXPECT_GT(std::set<uint64_t>(draws.begin(), draws.end()).size(), 6u);
  EXPECT_EQ(DrawsOf(1, "b", /*others=*/true), draws);
  EXPECT_NE(DrawsOf(2, "b", /*others=*/false), draws);
  EXPECT_NE(DrawsOf(1, "c", /*others=*/false), draws);
}

TEST_F(EnvTest, AnOutcomeIsSuccessUnlessAPinSaysOtherwise) {
  world_.adversary().Add(MakePin("outcome b settle order-8", 1, ChoiceKind::kOutcome, 2));
  Act("b", [this](Env& env) {
    for (const char* order : {"order-7", "order-8", "order-8"}) {
      const uint64_t outcome = env.Outcome("settle", order);
      log_.push_back(absl::StrCat(order, " ", outcome));
    }
  });
  EXPECT_THAT(log_, ElementsAre("order-7 0", "order-8 2", "order-8 0"));
  ASSERT_EQ(world_.simulation().choices().fired().size(), 1u);
  EXPECT_EQ(world_.simulation().choices().fired()[0].point, "outcome b settle order-8");
}

TEST_F(EnvTest, PublishesFacts) {
  Act("b", [](Env& env) { env.Emit(MakePut("k", 7)); });
  EXPECT_THAT(watcher_.seen, ElementsAre("b emits key: \"k\" amount: 7"));
}

TEST_F(EnvTest, ClocksDisagreeByTheirSkewForLife) {
  world_.adversary().Add(MakePin("clock b", 1, ChoiceKind::kSkew, -Minutes(5)));
  const auto note = [this](Env& env) {
    const absl::Duration error =
        env.clock().Now() - world_.world().options().epoch - FromNanos(now());
    log_.push_back(absl::StrCat(env.name(), " ", absl::FormatDuration(error)));
    EXPECT_EQ(env.clock().Monotonic(), FromNanos(now()));
  };
  Act("a", note);
  Act("b", note);
  world_.Crash("b");
  world_.AwaitRestart("b");
  EXPECT_THAT(log_, ElementsAre("a 0", "b -5m", "b -5m"));
}

TEST_F(EnvTest, ClocksTellMillisecondsOfTheEpoch) {
  Act("b", [this](Env& env) { log_.push_back(absl::StrCat(env.clock().NowMillis())); });
  EXPECT_THAT(log_, ElementsAre("1767571200000"));
}

TEST_F(EnvTest, KnowsOnlyThePeersThatAreWired) {
  EXPECT_DEATH(Act("b", [](Env& env) { env.peer("bank"); }), "wires no peer \"bank\" to b");
}

TEST_F(EnvTest, HasADatabaseOnlyWithASchema) {
  EXPECT_DEATH(Act("b", [](Env& env) { env.database(); }),
               "b has no database: its system acting declares no schema");
}

TEST_F(EnvTest, ReadsItsSettings) {
  SystemSpec system = Acting::System([this](Env& env) {
    const Settings& settings = env.settings();
    log_.push_back(absl::StrCat(settings.Text("mode"), " ", settings.Int("limit"), " ",
                                settings.Quirk("forgets"), settings.Quirk("lies")));
  });
  system.switches = {{"mode", "how", "calm", {"calm", "wild"}}, {"limit", "how many", "3", {}}};
  Settings settings = system.Defaults();
  settings.Set("mode", "wild");
  settings.AddQuirk("lies");
  world_.Start("b", system, {}, settings);
  EXPECT_THAT(log_, ElementsAre("wild 3 01"));
  EXPECT_DEATH(settings.Text("colour"), "does not declare a switch \"colour\"");
  EXPECT_DEATH(settings.Int("mode"), "is \"wild\", not an integer");
}

}  // namespace
}  // namespace sim
