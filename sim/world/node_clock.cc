#include "sim/world/node_clock.h"

#include <utility>

#include "sim/core/hash.h"
#include "sim/world/machine.h"

namespace sim {

NodeClock::NodeClock(Machine& machine, ClockSpec spec, std::function<void()> was_set)
    : machine_(machine),
      simulation_(machine.simulation()),
      spec_(spec),
      was_set_(std::move(was_set)),
      tick_(*this),
      poll_(*this) {
  const Nanos now = simulation_.now();
  if (spec_.drift_ppm != 0) hardware_.Drift(spec_.drift_ppm, now);
  const Choice choice = simulation_.choices().Fault(PlaceOf(PlaceKind::kClock), now);
  if (choice.kind == ChoiceKind::kSkew) {
    skew_ = choice.amount;
    hardware_.Jump(skew_, now);
  } else if (choice) {
    Apply(choice);
  }
}

void NodeClock::Restart() {
  const Choice choice = simulation_.choices().Fault(PlaceOf(PlaceKind::kBoot), simulation_.now());
  if (choice) Apply(choice);
}

void NodeClock::Apply(const Choice& choice) {
  const Nanos now = simulation_.now();
  simulation_.Record(RecordKind::kClock, machine_.id(), 0, static_cast<uint64_t>(choice.kind),
                     static_cast<uint64_t>(choice.amount));
  if (choice.kind == ChoiceKind::kJump) hardware_.Jump(choice.amount, now);
  if (choice.kind == ChoiceKind::kSlew) hardware_.Slew(choice.amount, now);
  if (choice.kind == ChoiceKind::kDrift) hardware_.Drift(choice.amount, now);
  was_set_();
}

Place NodeClock::PlaceOf(PlaceKind kind) const {
  Place place;
  place.kind = kind;
  place.node = machine_.name();
  return place;
}

NodeClock::Recurrence::Recurrence(NodeClock& clock, absl::string_view name) : clock_(clock) {
  set_recurring(true);
  set_owner(Mix(HashName(clock.machine_.name()) + HashName(name)));
}

NodeClock::Tick::Tick(NodeClock& clock)
    : Recurrence(clock, "clock"),
      minute_(static_cast<uint64_t>(clock.simulation_.now() / kClockSlot)),
      point_(PointOf(clock.PlaceOf(PlaceKind::kTick))) {
  ScheduleNext();
}

void NodeClock::Tick::ScheduleNext() {
  Choices& choices = clock_.simulation_.choices();
  if (!choices.Asks(PlaceKind::kTick)) return;
  bits_ = choices.Bits(point_, minute_);
  const Nanos within = static_cast<Nanos>(Below(Mix(bits_), static_cast<uint64_t>(kClockSlot)));
  clock_.simulation_.events().Schedule(*this, static_cast<Nanos>(minute_) * kClockSlot + within);
}

void NodeClock::Tick::Fire() {
  Simulation& simulation = clock_.simulation_;
  const Choice choice = simulation.choices().Fault(clock_.PlaceOf(PlaceKind::kTick), point_,
                                                   minute_, simulation.now(), bits_);
  ++minute_;
  ScheduleNext();
  if (choice) clock_.Apply(choice);
}

NodeClock::Poll::Poll(NodeClock& clock) : Recurrence(clock, "ntp") {
  if (clock.spec_.ntp != ClockSpec::Ntp::kOff) ScheduleNext();
}

void NodeClock::Poll::ScheduleNext() {
  clock_.simulation_.events().Schedule(*this, clock_.simulation_.now() + kNtpPoll);
}

void NodeClock::Poll::Fire() {
  ScheduleNext();
  const Nanos now = clock_.simulation_.now();
  if (!clock_.machine_.alive() || clock_.machine_.pace().paused_until() > now) return;
  Choice correction;
  correction.kind =
      clock_.spec_.ntp == ClockSpec::Ntp::kStep ? ChoiceKind::kJump : ChoiceKind::kSlew;
  correction.amount = now - clock_.hardware_.Wall(now);
  if (correction.amount != 0) clock_.Apply(correction);
}

}  // namespace sim
