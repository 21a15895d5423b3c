// Goal: after the world has healed, faults are over but business is not, and what is
// at work when the quiet time ends may still end. Method: one node that does one
// thing late, and pins or questions that tell what it was answered.

#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/acting.h"
#include "sim/testing/scripted_adversary.h"
#include "sim/world/world.h"

namespace sim {
namespace {

using testing::ElementsAre;

WorldOptions Options(Adversary* adversary) {
  WorldOptions options;
  options.adversary = adversary;
  options.heal_after = Minutes(1);
  options.quiet_for = Minutes(10);
  return options;
}

RunEnd RunWith(World& world, const SystemSpec& system) {
  NodeSpec spec;
  spec.name = "b";
  spec.organisation = "bank";
  spec.system = &system;
  world.AddNode(std::move(spec));
  return world.Run();
}

Task<> Decide(Env* env, std::vector<uint64_t>* outcomes) {
  outcomes->push_back(env->Outcome("refuse", "early"));
  co_await env->clock().Sleep(absl::Minutes(2));
  outcomes->push_back(env->Outcome("refuse", "late"));
}

TEST(Ending, BusinessEndsBadlyAlsoAfterTheHeal) {
  std::vector<uint64_t> outcomes;
  const SystemSpec system =
      Acting::System([&outcomes](Env& env) { env.Spawn("decide", Decide(&env, &outcomes)); });
  ScriptedAdversary adversary({MakePin("outcome b refuse late", 1, ChoiceKind::kOutcome, 3)});
  World world(Options(&adversary));
  EXPECT_EQ(RunWith(world, system).kind, RunEnd::Kind::kQuiet);
  EXPECT_THAT(outcomes, ElementsAre(0, 3));
  EXPECT_EQ(adversary.left(), 0u);
}

// Works for a while whenever its timer rings.
class Nightly final : public Component {
 public:
  Nightly(Env& env, absl::Duration period, absl::Duration work, std::vector<absl::string_view>* log)
      : env_(env), period_(period), work_(work), log_(log) {}

  Task<absl::Status> Start() override {
    env_.Every("nightly", period_, this, &Nightly::Work);
    co_return absl::OkStatus();
  }

 private:
  Task<> Work() {
    log_->push_back("begun");
    co_await env_.clock().Sleep(work_);
    log_->push_back("done");
  }

  Env& env_;
  const absl::Duration period_;
  const absl::Duration work_;
  std::vector<absl::string_view>* const log_;
};

struct Night {
  RunEnd end;
  std::vector<absl::string_view> log;
};

Night RunNight(absl::Duration period, absl::Duration work) {
  Night night;
  SystemSpec system;
  system.name = "nightly";
  system.make = [&](Env& env) { return std::make_unique<Nightly>(env, period, work, &night.log); };
  World world(Options(nullptr));
  night.end = RunWith(world, system);
  return night;
}

TEST(Ending, ATimerThatWaitsIsNoWork) {
  const Night night = RunNight(absl::Minutes(5), absl::Seconds(1));
  EXPECT_EQ(night.end.kind, RunEnd::Kind::kQuiet);
  EXPECT_EQ(night.end.at, Minutes(11));
  EXPECT_THAT(night.log, ElementsAre("begun", "done", "begun", "done"));
}

TEST(Ending, WorkAtTheEndMayEndAndNoneBegins) {
  // It rings a second before the quiet time ends; then every 10 s until then.
  const Night late = RunNight(absl::Minutes(11) - absl::Seconds(1), absl::Seconds(30));
  EXPECT_EQ(late.end.kind, RunEnd::Kind::kQuiet);
  EXPECT_THAT(late.log, ElementsAre("begun", "done"));
  const Night often = RunNight(absl::Seconds(10), absl::Seconds(9));
  EXPECT_EQ(often.end.kind, RunEnd::Kind::kQuiet);
  EXPECT_EQ(often.log.size() % 2, 0u) << "nothing was left undone";
  EXPECT_EQ(often.log.size(), 2u * 66);
}

TEST(Ending, WorkThatDoesNotEndIsNamed) {
  const Night night = RunNight(absl::Minutes(10), absl::Hours(1));
  EXPECT_EQ(night.end.kind, RunEnd::Kind::kUnfinished);
  EXPECT_THAT(night.end.going_on, ElementsAre("b: nightly"));
  EXPECT_THAT(night.log, ElementsAre("begun"));
}

class Phases final : public Observer {
 public:
  void OnPhase(Phase phase, Nanos) override { seen.push_back(phase); }
  std::vector<Phase> seen;
};

// A run that is cut in the middle has no quiet state: nobody is asked to judge one.
TEST(Ending, WhatIsStoppedIsNotJudged) {
  for (const uint64_t max_events : {uint64_t{3}, uint64_t{1'000'000}}) {
    std::vector<absl::string_view> log;
    SystemSpec system;
    system.name = "nightly";
    system.make = [&](Env& env) {
      return std::make_unique<Nightly>(env, absl::Seconds(10), absl::Seconds(1), &log);
    };
    WorldOptions options = Options(nullptr);
    options.max_events = max_events;
    World world(std::move(options));
    Phases phases;
    world.Observe(&phases);
    const RunEnd end = RunWith(world, system);
    if (max_events == 3) {
      EXPECT_EQ(end.kind, RunEnd::Kind::kTooManyEvents);
      EXPECT_THAT(phases.seen, ElementsAre(Phase::kRun));
    } else {
      EXPECT_THAT(phases.seen, ElementsAre(Phase::kRun, Phase::kHeal, Phase::kJudge));
    }
  }
}

// Whoever waits for a run may ask for its end; what was never asked changes nothing.
TEST(Ending, ARunThatIsToldToStopDoesSoon) {
  uint64_t events[2];
  for (const bool stop : {false, true}) {
    std::vector<absl::string_view> log;
    SystemSpec system;
    system.name = "nightly";
    system.make = [&](Env& env) {
      return std::make_unique<Nightly>(env, absl::Milliseconds(100), absl::Milliseconds(1), &log);
    };
    WorldOptions options = Options(nullptr);
    options.stop = [stop, &log] { return stop && log.size() > 2000; };
    World world(std::move(options));
    Phases phases;
    world.Observe(&phases);
    const RunEnd end = RunWith(world, system);
    EXPECT_EQ(end.kind, stop ? RunEnd::Kind::kStopped : RunEnd::Kind::kQuiet);
    EXPECT_EQ(phases.seen.back(), stop ? Phase::kHeal : Phase::kJudge);
    events[stop ? 1 : 0] = end.events;
  }
  EXPECT_GE(events[1], 2000u);
  EXPECT_LE(events[1], 3000u);
  EXPECT_GT(events[0], 10'000u);
}

}  // namespace
}  // namespace sim
