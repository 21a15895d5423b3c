// Env::Daily: on which days a timer runs, and when, in a world whose clocks and zones
// move. The zone is that of Central Europe, the world begins in the evening before a
// change of daylight saving, and what is noted is the day and the instant in UTC.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sim/testing/scripted_adversary.h"
#include "sim/world/env.h"
#include "sim/world/world.h"

namespace sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Works at 02:30, for a while.
class Nightly final : public Component {
 public:
  Nightly(Env& env, std::function<void(absl::CivilDay)> note, absl::Duration work)
      : env_(env), note_(std::move(note)), work_(work) {}

  Task<absl::Status> Start() override {
    env_.Daily("nightly", absl::Hours(2) + absl::Minutes(30), this, &Nightly::Run);
    co_return absl::OkStatus();
  }

 private:
  Task<> Run(absl::CivilDay day) {
    note_(day);
    co_await env_.clock().Sleep(work_);
  }

  Env& env_;
  const std::function<void(absl::CivilDay)> note_;
  const absl::Duration work_;
};

class DailyTest : public testing::Test {
 protected:
  // The world begins at `evening`, UTC.
  void Begin(absl::CivilSecond evening) {
    WorldOptions options;
    options.adversary = &adversary_;
    options.epoch = absl::FromCivil(evening, absl::UTCTimeZone());
    world_ = std::make_unique<World>(options);
    system_.name = "nightly";
    system_.make = [this](Env& env) {
      return std::make_unique<Nightly>(env, [this](absl::CivilDay day) { Note(day); }, work_);
    };
    CalendarSpec berlin;
    berlin.utc_offset = absl::Hours(1);
    berlin.transitions[absl::FromCivil(absl::CivilSecond(2026, 3, 29, 1), absl::UTCTimeZone())] =
        absl::Hours(2);
    berlin.transitions[absl::FromCivil(absl::CivilSecond(2026, 10, 25, 1), absl::UTCTimeZone())] =
        absl::Hours(1);
    NodeSpec spec;
    spec.name = "bank";
    spec.organisation = "bank";
    spec.system = &system_;
    spec.calendar = std::make_shared<const Calendar>(berlin);
    world_->AddNode(spec);
    RunFor(absl::ZeroDuration());
  }

  void RunFor(absl::Duration duration) { ASSERT_TRUE(world_->RunFor(duration)); }
  void Jump(absl::Duration by) { world_->JumpClock("bank", by); }

  void Note(absl::CivilDay day) {
    const absl::Time now = world_->options().epoch + FromNanos(world_->simulation().now());
    runs_.push_back(absl::StrCat(absl::FormatCivilTime(day), " at ",
                                 absl::FormatTime("%dT%H:%M", now, absl::UTCTimeZone())));
  }

  ScriptedAdversary adversary_;
  SystemSpec system_;
  std::unique_ptr<World> world_;
  std::vector<std::string> runs_;
  absl::Duration work_;
};

TEST_F(DailyTest, RunsOnceADayAtALocalTime) {
  Begin(absl::CivilSecond(2026, 1, 5, 18));
  RunFor(absl::Hours(72));
  EXPECT_THAT(runs_, ElementsAre("2026-01-06 at 06T01:30", "2026-01-07 at 07T01:30",
                                 "2026-01-08 at 08T01:30"));
}

TEST_F(DailyTest, RunsAtTheChangeIfItsTimeIsLeftOut) {
  Begin(absl::CivilSecond(2026, 3, 28, 18));
  RunFor(absl::Hours(48));
  EXPECT_THAT(runs_, ElementsAre("2026-03-29 at 29T01:00", "2026-03-30 at 30T00:30"));
}

TEST_F(DailyTest, RunsOnceIfItsTimeComesTwice) {
  Begin(absl::CivilSecond(2026, 10, 24, 18));
  RunFor(absl::Hours(48));
  EXPECT_THAT(runs_, ElementsAre("2026-10-25 at 25T00:30", "2026-10-26 at 26T01:30"));
}

TEST_F(DailyTest, RunsAtOnceIfTheClockJumpsOverItsTime) {
  Begin(absl::CivilSecond(2026, 1, 5, 18));
  Jump(absl::Hours(10));
  RunFor(absl::Hours(24));
  EXPECT_THAT(runs_, ElementsAre("2026-01-06 at 05T18:00", "2026-01-07 at 06T15:30"));
}

TEST_F(DailyTest, MissesDaysThatTheClockJumpsOverButTheLast) {
  Begin(absl::CivilSecond(2026, 1, 5, 18));
  Jump(absl::Hours(24 * 3));
  RunFor(absl::Hours(1));
  EXPECT_THAT(runs_, ElementsAre("2026-01-08 at 05T18:00"));
}

TEST_F(DailyTest, RunsNoDayTwiceIfTheClockJumpsBackOverItsTime) {
  Begin(absl::CivilSecond(2026, 1, 5, 18));
  RunFor(absl::Hours(8));
  Jump(-absl::Hours(3));
  RunFor(absl::Hours(48));
  EXPECT_THAT(runs_, ElementsAre("2026-01-06 at 06T01:30", "2026-01-07 at 07T04:30"));
}

TEST_F(DailyTest, RunsADayTwiceIfTheNodeIsRestartedWithAnEarlierClock) {
  Begin(absl::CivilSecond(2026, 1, 5, 18));
  RunFor(absl::Hours(8));
  adversary_.Add(MakePin("boot bank", 1, ChoiceKind::kJump, -Hours(3)));
  world_->Crash("bank", DiskFate::kKeepAll, absl::Seconds(1));
  RunFor(absl::Hours(4));
  EXPECT_THAT(runs_, ElementsAre("2026-01-06 at 06T01:30", "2026-01-06 at 06T04:30"));
}

TEST_F(DailyTest, MissesADayOnWhichTheNodeIsDown) {
  Begin(absl::CivilSecond(2026, 1, 5, 18));
  world_->Crash("bank", DiskFate::kKeepAll, absl::Hours(8));
  RunFor(absl::Hours(24));
  EXPECT_THAT(runs_, IsEmpty());
}

TEST_F(DailyTest, RunsWhenAPauseIsOver) {
  Begin(absl::CivilSecond(2026, 1, 5, 18));
  world_->Pause("bank", absl::Hours(9));
  RunFor(absl::Hours(24));
  EXPECT_THAT(runs_, ElementsAre("2026-01-06 at 06T03:00"));
}

TEST_F(DailyTest, SkipsADayWhileTheLastOneIsAtWork) {
  work_ = absl::Hours(30);
  Begin(absl::CivilSecond(2026, 1, 5, 18));
  RunFor(absl::Hours(72));
  EXPECT_THAT(runs_, ElementsAre("2026-01-06 at 06T01:30", "2026-01-08 at 08T01:30"));
}

}  // namespace
}  // namespace sim
