// The clock of a node: where faults are asked for, what they do to its clocks and
// timers, and what NTP makes of it.
//
// A node "b" whose component does nothing; its clocks are read from outside.

#include "sim/world/node_clock.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/world/env.h"
#include "sim/world/world.h"

namespace sim {
namespace {

using testing::ElementsAre;

// Strikes one clock at one place and occurrence, and notes all questions about clocks.
class Striker final : public Adversary {
 public:
  uint32_t interests() const override {
    return 1u << static_cast<int>(PlaceKind::kClock) | 1u << static_cast<int>(PlaceKind::kTick) |
           1u << static_cast<int>(PlaceKind::kBoot);
  }
  Choice Decide(const Place& place, uint64_t, uint64_t occurrence, Nanos now, uint64_t) override {
    const std::string where = absl::StrCat(PointName(place), " #", occurrence);
    asked.push_back(absl::StrCat(where, " in minute ", now / Minutes(1)));
    return where == strikes ? choice : Choice();
  }

  void Strike(std::string where, ChoiceKind kind, int64_t amount) {
    strikes = std::move(where);
    choice.kind = kind;
    choice.amount = amount;
  }

  std::string strikes;
  Choice choice;
  std::vector<std::string> asked;
};

class NodeClockTest : public testing::Test {
 protected:
  void Begin(ClockSpec clock = ClockSpec()) {
    WorldOptions options;
    options.adversary = &striker_;
    world_ = std::make_unique<World>(options);
    system_ = Acting::System([this](Env& env) { env_ = &env; });
    NodeSpec spec;
    spec.name = "b";
    spec.organisation = "bank";
    spec.system = &system_;
    spec.clock = clock;
    world_->AddNode(spec);
    RunFor(absl::ZeroDuration());
  }

  void RunFor(absl::Duration duration) { ASSERT_TRUE(world_->RunFor(duration)); }
  Nanos now() { return world_->simulation().now(); }

  // By how much the clocks are ahead of true time.
  absl::Duration Wall() { return env_->clock().Now() - world_->options().epoch - FromNanos(now()); }
  absl::Duration Monotonic() { return env_->clock().Monotonic() - FromNanos(now()); }

  Striker striker_;
  SystemSpec system_;
  std::unique_ptr<World> world_;
  Env* env_ = nullptr;
};

TEST_F(NodeClockTest, IsAskedAboutOnceInEveryMinuteAndAtRestarts) {
  Begin();
  RunFor(absl::Minutes(2));
  world_->Crash("b", DiskFate::kKeepAll, absl::ZeroDuration());
  RunFor(absl::ZeroDuration());
  EXPECT_THAT(striker_.asked, ElementsAre("clock b #1 in minute 0", "tick b #0 in minute 0",
                                          "tick b #1 in minute 1", "boot b #1 in minute 2"));
}

TEST_F(NodeClockTest, JumpsForGood) {
  striker_.Strike("tick b #1", ChoiceKind::kJump, -Hours(2));
  Begin();
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Wall(), absl::ZeroDuration());
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Wall(), -absl::Hours(2));
  EXPECT_EQ(Monotonic(), absl::ZeroDuration());
  world_->Crash("b", DiskFate::kKeepAll, absl::ZeroDuration());
  RunFor(absl::ZeroDuration());
  EXPECT_EQ(Wall(), -absl::Hours(2));
}

TEST_F(NodeClockTest, ComesUpWithAnEarlierClock) {
  striker_.Strike("boot b #1", ChoiceKind::kJump, -Seconds(90));
  Begin();
  world_->Crash("b", DiskFate::kKeepAll, absl::ZeroDuration());
  RunFor(absl::ZeroDuration());
  EXPECT_EQ(Wall(), -absl::Seconds(90));
}

TEST_F(NodeClockTest, DriftsFromTheStart) {
  striker_.Strike("clock b #1", ChoiceKind::kDrift, -100);
  Begin();
  RunFor(absl::Seconds(10'000));
  EXPECT_EQ(Wall(), -absl::Seconds(1));
  EXPECT_EQ(Monotonic(), -absl::Seconds(1));
}

TEST_F(NodeClockTest, IsSlewedLittleByLittle) {
  striker_.Strike("tick b #0", ChoiceKind::kSlew, Millis(30));
  Begin();
  RunFor(absl::Minutes(1));
  EXPECT_GT(Wall(), absl::ZeroDuration());
  EXPECT_LT(Wall(), absl::Milliseconds(30));
  RunFor(absl::Minutes(1));
  EXPECT_EQ(Wall(), absl::Milliseconds(30));
}

Task<> Nap(Env* env, World* world, std::vector<Nanos>* woken) {
  co_await env->clock().Sleep(absl::Seconds(1000));
  woken->push_back(world->simulation().now());
}

TEST_F(NodeClockTest, WakesSleepersByTheCrystal) {
  ClockSpec slow;
  slow.drift_ppm = -1000;
  Begin(slow);
  std::vector<Nanos> woken;
  env_->Spawn("nap", Nap(env_, world_.get(), &woken));
  world_->JumpClock("b", absl::Hours(1));  // which is no business of theirs
  RunFor(absl::Hours(1));
  ASSERT_EQ(woken.size(), 1u);
  EXPECT_EQ(woken[0] / Millis(1), Millis(1'001'001) / Millis(1));
}

TEST_F(NodeClockTest, IsSetByNtpThatSteps) {
  ClockSpec spec;
  spec.ntp = ClockSpec::Ntp::kStep;
  spec.drift_ppm = 100;
  Begin(spec);
  RunFor(FromNanos(kNtpPoll) - absl::Seconds(1));
  EXPECT_GT(Wall(), absl::Milliseconds(102));
  RunFor(absl::Seconds(1));
  EXPECT_EQ(Wall(), absl::ZeroDuration());
}

TEST_F(NodeClockTest, IsBroughtBackByNtpThatSlews) {
  striker_.Strike("clock b #1", ChoiceKind::kSkew, Millis(400));
  ClockSpec spec;
  spec.ntp = ClockSpec::Ntp::kSlew;
  Begin(spec);
  RunFor(FromNanos(kNtpPoll));
  EXPECT_EQ(Wall(), absl::Milliseconds(400));
  absl::Time before = env_->clock().Now();
  for (int i = 0; i < 800; ++i) {
    RunFor(absl::Seconds(1));
    ASSERT_GT(env_->clock().Now(), before);
    before = env_->clock().Now();
  }
  EXPECT_EQ(Wall(), absl::ZeroDuration());
}

TEST_F(NodeClockTest, DriftsAwayWithoutNtp) {
  ClockSpec spec;
  spec.drift_ppm = 100;
  Begin(spec);
  RunFor(absl::Hours(240));
  EXPECT_EQ(Wall(), absl::Milliseconds(86'400));
}

TEST_F(NodeClockTest, IsNoLongerAskedAboutWhenTheWorldHeals) {
  Begin();
  world_->Run();
  EXPECT_EQ(striker_.asked.size(), 1u + 10u);  // ten minutes are a run's default
}

}  // namespace
}  // namespace sim
