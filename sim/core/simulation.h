// Simulation: what everything in one run shares.
//
// One event queue, one set of choices, one trace, and the burial of the dead.
// Between two events, and only there, dead things are removed: frames that have
// completed and nodes that have crashed. No frame is ever destroyed while it is
// on the stack, and no waiting frame is resumed from inside another one: every
// wake-up is an event.
//
// While an event is handled, `cause()` is the trace record that led to it and
// `root()` the task that is running, so that what is recorded meanwhile is
// linked to what made it happen.

#ifndef SIM_CORE_SIMULATION_H_
#define SIM_CORE_SIMULATION_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "sim/choice/choices.h"
#include "sim/core/event_queue.h"
#include "sim/core/task.h"
#include "sim/trace/trace.h"

namespace sim {

struct Root;

// How ties are decided. Depth 0: drawn for each instant anew.
struct Priorities {
  int depth = 0;
  uint64_t steps = 10'000;
};

class Simulation {
 public:
  // `adversary` may be null and must outlive this.
  Simulation(uint64_t seed, Adversary* adversary, TraceDepth depth);
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
  ~Simulation();

  // Ties are decided by priorities, with as many orderings in view as `depth` says, in a run
  // of about so many steps (sim/core/event_queue.h). Before anything is scheduled.
  void UsePriorities(const Priorities& priorities);

  Nanos now() const { return events_.now(); }
  EventQueue& events() { return events_; }
  Choices& choices() { return choices_; }
  Trace& trace() { return trace_; }

  // Fires every event due up to `end`, at most `max_events` of them. Returns
  // false if the limit was met first.
  bool RunUntil(Nanos end, uint64_t max_events);

  // Runs `last_rites` after the current event, before any other.
  void AfterThisEvent(std::function<void()> last_rites) {
    last_rites_.push_back(std::move(last_rites));
  }

  // Destroys a completed frame when the stack is clear.
  void BuryLater(Task<> finished) { graveyard_.push_back(std::move(finished)); }

  // Removes the dead. Done between events; a test that acts from outside an
  // event calls it too.
  void Bury() {
    if (!graveyard_.empty() || !last_rites_.empty()) BuryAll();
  }

  RecordId cause() const { return cause_; }
  void set_cause(RecordId cause) { cause_ = cause; }
  Root* root() const { return root_; }
  uint64_t NextSerial() { return ++serial_; }

  // Appends a record caused by whatever is being handled, and makes it the cause
  // of what follows in this event.
  RecordId Record(RecordKind kind, uint16_t node, uint64_t subject, uint64_t key,
                  uint64_t value = 0, uint16_t peer = 0) {
    cause_ = trace_.Append(now(), kind, node, peer, subject, key, value, cause_);
    return cause_;
  }

  // Sets the running task and its cause for a scope.
  class Running {
   public:
    Running(Simulation& simulation, Root* root, RecordId cause)
        : simulation_(simulation),
          root_(std::exchange(simulation.root_, root)),
          cause_(std::exchange(simulation.cause_, cause)) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
      simulation_.root_ = root_;
      simulation_.cause_ = cause_;
    }

   private:
    Simulation& simulation_;
    Root* root_;
    RecordId cause_;
  };

 private:
  void BuryAll();

  Choices choices_;
  Trace trace_;
  EventQueue events_;
  Root* root_ = nullptr;
  uint64_t serial_ = 0;
  RecordId cause_ = 0;
  std::vector<std::function<void()>> last_rites_;
  std::vector<Task<>> graveyard_;
};

}  // namespace sim

#endif  // SIM_CORE_SIMULATION_H_
