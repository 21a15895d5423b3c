// Events in simulated time.
//
// An Event that is destroyed never fires: this one rule is what makes it safe to
// destroy a suspended coroutine whose frame holds the timer it is waiting for.
//
// Order is exact and total: (instant, tie, order of scheduling). The tie is a
// pure function of the run's seed, the event's owner and the instant, looked at
// only when two events share an instant; so the order of independent tasks that
// wake together is explored by the seed, while the events of one owner keep
// their order. Cost: O(log n) to schedule and to cancel.

#ifndef SIM_CORE_EVENT_QUEUE_H_
#define SIM_CORE_EVENT_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/time.h"

namespace sim {

class EventQueue;

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  // Called once when due; may destroy the event, and may schedule it again.
  virtual void Fire() = 0;

  // What this is, for the list of what a run that never ends was still doing.
  virtual std::string Describe() const { return "an event"; }

  bool pending() const { return queue_ != nullptr; }
  Nanos due() const { return due_; }

  // Afterwards the event is not pending and does not fire.
  void Cancel();

  // Whose event this is, for the tie; 0 for the substrate's own.
  void set_owner(uint64_t owner) { owner_ = owner; }

  // A recurring event (a declared timer) does not keep a run from being quiet.
  void set_recurring(bool recurring) { recurring_ = recurring; }
  bool recurring() const { return recurring_; }

 protected:
  virtual ~Event() { Cancel(); }

 private:
  friend class EventQueue;
  EventQueue* queue_ = nullptr;
  Nanos due_ = 0;
  uint64_t owner_ = 0;
  size_t slot_ = 0;
  bool recurring_ = false;
};

// Pending events must be destroyed or cancelled before, or left to, the queue's
// destructor, which forgets them.
class EventQueue {
 public:
  explicit EventQueue(uint64_t tie_seed = 0) : tie_seed_(tie_seed) {}
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;
  ~EventQueue();

  Nanos now() const { return now_; }
  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  Nanos next() const { return heap_.front().due; }  // Not when empty.
  uint64_t fired() const { return fired_; }

  // Pending events that are not recurring.
  size_t unfinished() const { return unfinished_; }

  // Fires `event` at `when`, or now if that has passed. If it is pending already
  // it is moved.
  void Schedule(Event& event, Nanos when);

  // Fires the first event. Not when empty.
  void FireNext();

  // Lets time pass with nothing happening. Never moves back.
  void AdvanceTo(Nanos when) {
    if (when > now_) now_ = when;
  }

  // Descriptions of up to `limit` unfinished events, in no promised order.
  std::vector<std::string> Unfinished(size_t limit) const;

 private:
  friend class Event;
  struct Entry {
    Nanos due;
    uint64_t sequence;
    Event* event;
  };

  uint64_t Tie(const Entry& entry) const;
  bool Before(const Entry& a, const Entry& b) const;
  void Remove(Event& event);
  void Place(size_t slot, const Entry& entry);
  void SiftUp(size_t slot, const Entry& entry);
  void SiftDown(size_t slot, const Entry& entry);

  uint64_t tie_seed_;
  std::vector<Entry> heap_;
  Nanos now_ = 0;
  uint64_t scheduled_ = 0;
  uint64_t fired_ = 0;
  size_t unfinished_ = 0;
};

inline void Event::Cancel() {
  if (queue_ != nullptr) queue_->Remove(*this);
}

}  // namespace sim

#endif  // SIM_CORE_EVENT_QUEUE_H_
