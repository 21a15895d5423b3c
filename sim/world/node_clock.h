// NodeClock: the clock of one node, what goes wrong with it, and who puts it right.
//
// Faults are asked for when the run begins (skew, drift), once in every minute of it,
// at an instant of the minute that the seed draws (jump, slew, drift), and each time
// that the node boots again (jump: it comes up with an earlier clock). They end when
// the world heals; a clock that is wrong stays wrong unless NTP sets it.
//
// NTP looks at true time every kNtpPoll while its node runs. kStep sets the clock,
// kSlew moves it there little by little, kOff leaves it alone. The network that NTP
// itself needs is not modelled.

#ifndef SIM_WORLD_NODE_CLOCK_H_
#define SIM_WORLD_NODE_CLOCK_H_

#include <cstdint>
#include <functional>
#include <string>

#include "sim/choice/choice.h"
#include "sim/core/event_queue.h"
#include "sim/core/simulation.h"
#include "sim/world/clock_spec.h"
#include "sim/world/hardware_clock.h"

namespace sim {

class Machine;

// Clocks are asked about once in each of these, counted from 0.
inline constexpr Nanos kClockSlot = Minutes(1);
// The longest pause that ntpd makes between two looks, 2^10 s.
inline constexpr Nanos kNtpPoll = Seconds(1024);

class NodeClock {
 public:
  // `was_set` is called after every change.
  NodeClock(Machine& machine, ClockSpec spec, std::function<void()> was_set);

  const HardwareClock& hardware() const { return hardware_; }

  // By how much it was wrong when the run began.
  Nanos skew() const { return skew_; }

  // The node boots again.
  void Restart();

  // Does to it what the choice says.
  void Apply(const Choice& choice);

 private:
  class Recurrence : public Event {
   public:
    Recurrence(NodeClock& clock, absl::string_view name);

   protected:
    NodeClock& clock_;
  };
  class Tick final : public Recurrence {
   public:
    explicit Tick(NodeClock& clock);
    void Fire() override;
    std::string Describe() const override { return "a minute of a clock"; }

   private:
    void ScheduleNext();
    uint64_t minute_;
    uint64_t point_;
    uint64_t bits_ = 0;
  };
  class Poll final : public Recurrence {
   public:
    explicit Poll(NodeClock& clock);
    void Fire() override;
    std::string Describe() const override { return "a look at true time"; }

   private:
    void ScheduleNext();
  };

  Place PlaceOf(PlaceKind kind) const;

  Machine& machine_;
  Simulation& simulation_;
  const ClockSpec spec_;
  const std::function<void()> was_set_;
  HardwareClock hardware_;
  Nanos skew_ = 0;
  Tick tick_;
  Poll poll_;
};

}  // namespace sim

#endif  // SIM_WORLD_NODE_CLOCK_H_
