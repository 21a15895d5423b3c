// The clocks of a machine, alone: what they show at an instant of true time.
//
// By example for each thing that can be done to them, and as a property for all of
// them together: whatever happens, the monotonic clock never goes back, the wall clock
// only when it jumps, and whoever waits for a time of the wall clock wakes up at it.

#include "sim/world/hardware_clock.h"

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sim {
namespace {

TEST(HardwareClockTest, IsRightAtFirst) {
  const HardwareClock clock;
  EXPECT_EQ(clock.Wall(Hours(5)), Hours(5));
  EXPECT_EQ(clock.Monotonic(Hours(5)), Hours(5));
  EXPECT_EQ(clock.TrueTime(Seconds(7)), Seconds(7));
}

TEST(HardwareClockTest, JumpsItsWallTimeAlone) {
  HardwareClock clock;
  clock.Jump(-Hours(2), Hours(5));
  EXPECT_EQ(clock.Wall(Hours(6)), Hours(4));
  EXPECT_EQ(clock.Monotonic(Hours(6)), Hours(6));
}

TEST(HardwareClockTest, DriftsWithAllThatStandsOnTheCrystal) {
  HardwareClock clock;
  clock.Drift(200, Hours(1));
  EXPECT_EQ(clock.Wall(Hours(1) + Seconds(1000)), Hours(1) + Millis(1000'200));
  EXPECT_EQ(clock.Monotonic(Hours(1) + Seconds(1000)), Hours(1) + Millis(1000'200));
  EXPECT_EQ(clock.TrueTime(Millis(1000'200)), Seconds(1000));
  EXPECT_EQ(clock.TrueTime(kForever), kForever);
}

TEST(HardwareClockTest, IsSlewedHalfAMillisecondInASecond) {
  HardwareClock clock;
  clock.Slew(-Millis(100), 0);
  EXPECT_EQ(clock.Wall(Seconds(100)), Seconds(100) - Millis(50));
  EXPECT_EQ(clock.Wall(Seconds(200)), Seconds(200) - Millis(100));
  EXPECT_EQ(clock.Wall(Seconds(300)), Seconds(300) - Millis(100));
  EXPECT_EQ(clock.Monotonic(Seconds(100)), Seconds(100));
}

TEST(HardwareClockTest, SlewsAnew) {
  HardwareClock clock;
  clock.Slew(Millis(100), 0);
  clock.Slew(-Millis(50), Seconds(100));  // after half of it
  EXPECT_EQ(clock.Wall(Seconds(1000)), Seconds(1000));
}

RC_GTEST_PROP(HardwareClockTest, GoesBackOnlyInAJump, ()) {
  HardwareClock clock;
  Nanos now = 0;
  const int steps = *rc::gen::inRange(1, 30);
  for (int i = 0; i < steps; ++i) {
    const Nanos wall = clock.Wall(now);
    const Nanos monotonic = clock.Monotonic(now);
    now += *rc::gen::inRange<Nanos>(0, 10'000) * *rc::gen::element<Nanos>(1, Seconds(1));
    RC_ASSERT(clock.Wall(now) >= wall);
    RC_ASSERT(clock.Monotonic(now) >= monotonic);
    const Nanos before = clock.Wall(now);
    const int64_t by = *rc::gen::inRange<int64_t>(-1000, 1001);
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        clock.Drift(by, now);
        break;
      case 1:
        clock.Slew(Millis(by), now);
        break;
      default:
        clock.Jump(Millis(by), now);
        RC_ASSERT(clock.Wall(now) == before + Millis(by));
        continue;
    }
    RC_ASSERT(clock.Wall(now) == before);
  }
}

RC_GTEST_PROP(HardwareClockTest, WakesAtTheFirstInstantAtWhichItShowsATime, ()) {
  HardwareClock clock;
  clock.Drift(*rc::gen::inRange<int64_t>(-1000, 1001), 0);
  clock.Slew(Micros(*rc::gen::inRange<int64_t>(-100'000, 100'001)), 0);
  const Nanos now = Millis(*rc::gen::inRange<int64_t>(0, 300'000));
  const Nanos wall = clock.Wall(now) + *rc::gen::inRange<Nanos>(1, Minutes(10));
  const Nanos until = clock.UntilWall(wall, now);
  RC_ASSERT(clock.Wall(now + until) >= wall);
  RC_ASSERT(clock.Wall(now + until - 1) < wall);
}

}  // namespace
}  // namespace sim
