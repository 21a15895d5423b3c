// Events in simulated time.
//
// An Event that is destroyed never fires: this one rule is what makes it safe to
// destroy a suspended coroutine whose frame holds the timer it is waiting for.
//
// Order is exact and total: (instant, tie, order of scheduling). The tie is a
// pure function of the run's seed, the event's owner and the instant, looked at
// only when two events share an instant; so the order of independent tasks that
// wake together is explored by the seed, while the events of one owner keep
// their order.
//
// Instead, ties can be decided by priorities (PCT: Burckhardt, Kothari, Musuvathi and
// Nagarakatte 2010, "A randomized scheduler with probabilistic guarantees of finding
// bugs"): each owner has one for the whole run, and at a few steps whoever is about to act
// falls below all others. Of n owners that take k steps at one instant, a bug that needs d
// orderings shows with a probability of at least 1 in n * k^(d-1).
//
// Most events are deadlines that are cancelled. So the far future lies in a
// hierarchical timing wheel (Varghese and Lauck 1987), roughly sorted by ticks of
// four microseconds, where scheduling and cancelling cost O(1); and only the
// events of the tick that is at hand are sorted exactly: together when their tick
// comes, and those that are scheduled into it afterwards in a binary heap.

#ifndef SIM_CORE_EVENT_QUEUE_H_
#define SIM_CORE_EVENT_QUEUE_H_

#include <array>
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
  uint64_t sequence_ = 0;
  Event* next_ = nullptr;  // in its bucket of the wheel
  Event* previous_ = nullptr;
  uint32_t bucket_ = 0;  // of the wheel, or kAtHand, or kLate
  uint32_t slot_ = 0;    // there, in the latter two
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

  // Decides ties by priorities. `falls`: at these steps, counted from 1 over the events that
  // have an owner, the owner falls. Before anything is scheduled.
  void UsePriorities(std::vector<uint64_t> falls);

  Nanos now() const { return now_; }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  uint64_t fired() const { return fired_; }

  // When the first event is due. Not when empty.
  Nanos next() { return First().due; }

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

  // The wheel: level 0 has a bucket for each tick, every further level one for 64
  // of the level below. An event lies at the level of the highest digit in which
  // its tick differs from the present one.
  static constexpr int kTickBits = 12;
  static constexpr int kDigitBits = 6;
  static constexpr int kBuckets = 1 << kDigitBits;
  static constexpr int kLevels = (63 - kTickBits + kDigitBits - 1) / kDigitBits;
  static constexpr uint32_t kAtHand = kLevels * kBuckets;
  static constexpr uint32_t kLate = kAtHand + 1;

  static uint64_t TickOf(Nanos when) { return static_cast<uint64_t>(when) >> kTickBits; }

  // An event of the present tick, or earlier; null if it was cancelled.
  struct Entry {
    Nanos due;
    uint64_t sequence;
    Event* event;
  };

  uint64_t Tie(const Entry& entry) const;
  bool Before(const Entry& a, const Entry& b) const;
  void Insert(Event& event);
  void Remove(Event& event);
  const Entry& First();  // Not when empty.
  void Step();           // With priorities: somebody is about to act.
  void SortAgain();
  void Turn();  // Moves on to the next tick that has events.
  void Sort(Event* events);

  void RemoveFromHeap(size_t slot);
  void Place(size_t slot, const Entry& entry);
  void SiftUp(size_t slot, const Entry& entry);
  void SiftDown(size_t slot, const Entry& entry);

  uint64_t tie_seed_;
  bool priorities_ = false;
  std::vector<uint64_t> falls_;
  std::vector<uint64_t> fallen_;  // the owner that fell at each of them; 0: nobody
  uint64_t steps_ = 0;
  std::vector<Entry> at_hand_;  // sorted, the first one at the back
  std::vector<Entry> late_;     // a heap
  uint64_t tick_ = 0;           // the present one
  std::array<Event*, kAtHand> wheel_ = {};
  std::array<uint64_t, kLevels> occupied_ = {};  // a bit for each bucket
  Nanos now_ = 0;
  uint64_t scheduled_ = 0;
  uint64_t fired_ = 0;
  size_t size_ = 0;
  size_t unfinished_ = 0;
};

inline void Event::Cancel() {
  if (queue_ != nullptr) queue_->Remove(*this);
}

}  // namespace sim

#endif  // SIM_CORE_EVENT_QUEUE_H_
