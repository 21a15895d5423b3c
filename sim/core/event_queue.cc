#include "sim/core/event_queue.h"

#include "sim/core/hash.h"

namespace sim {

EventQueue::~EventQueue() {
  for (const Entry& entry : heap_) entry.event->queue_ = nullptr;
}

void EventQueue::Schedule(Event& event, Nanos when) {
  event.Cancel();
  event.queue_ = this;
  event.due_ = when < now_ ? now_ : when;
  if (!event.recurring_) ++unfinished_;
  heap_.push_back({});
  SiftUp(heap_.size() - 1, {event.due_, ++scheduled_, &event});
}

void EventQueue::FireNext() {
  Event& event = *heap_.front().event;
  now_ = event.due_;
  Remove(event);
  ++fired_;
  event.Fire();
}

std::vector<std::string> EventQueue::Unfinished(size_t limit) const {
  std::vector<std::string> out;
  for (const Entry& entry : heap_) {
    if (out.size() == limit) break;
    if (!entry.event->recurring_) out.push_back(entry.event->Describe());
  }
  return out;
}

uint64_t EventQueue::Tie(const Entry& entry) const {
  if (entry.event->owner_ == 0) return 0;
  const uint64_t instant = static_cast<uint64_t>(entry.due);
  return Mix(tie_seed_ ^ Mix(entry.event->owner_ + Mix(instant)));
}

bool EventQueue::Before(const Entry& a, const Entry& b) const {
  if (a.due != b.due) return a.due < b.due;
  const uint64_t tie_a = Tie(a);
  const uint64_t tie_b = Tie(b);
  if (tie_a != tie_b) return tie_a < tie_b;
  return a.sequence < b.sequence;
}

void EventQueue::Remove(Event& event) {
  const size_t slot = event.slot_;
  event.queue_ = nullptr;
  if (!event.recurring_) --unfinished_;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (slot == heap_.size()) return;
  if (slot > 0 && Before(last, heap_[(slot - 1) / 2])) {
    SiftUp(slot, last);
  } else {
    SiftDown(slot, last);
  }
}

void EventQueue::Place(size_t slot, const Entry& entry) {
  heap_[slot] = entry;
  entry.event->slot_ = slot;
}

void EventQueue::SiftUp(size_t slot, const Entry& entry) {
  while (slot > 0) {
    const size_t parent = (slot - 1) / 2;
    if (!Before(entry, heap_[parent])) break;
    Place(slot, heap_[parent]);
    slot = parent;
  }
  Place(slot, entry);
}

void EventQueue::SiftDown(size_t slot, const Entry& entry) {
  for (size_t child; (child = 2 * slot + 1) < heap_.size(); slot = child) {
    if (child + 1 < heap_.size() && Before(heap_[child + 1], heap_[child])) ++child;
    if (!Before(heap_[child], entry)) break;
    Place(slot, heap_[child]);
  }
  Place(slot, entry);
}

}  // namespace sim
