#include "sim/core/event_queue.h"

#include <bit>
#include <utility>

#include "sim/core/hash.h"

namespace sim {

EventQueue::~EventQueue() {
  for (const Entry& entry : at_hand_) entry.event->queue_ = nullptr;
  for (Event* event : wheel_) {
    for (; event != nullptr; event = event->next_) event->queue_ = nullptr;
  }
}

void EventQueue::Schedule(Event& event, Nanos when) {
  event.Cancel();
  event.queue_ = this;
  event.due_ = when < now_ ? now_ : when;
  event.sequence_ = ++scheduled_;
  ++size_;
  if (!event.recurring_) ++unfinished_;
  Insert(event);
}

void EventQueue::FireNext() {
  if (at_hand_.empty()) Turn();
  Event& event = *at_hand_.front().event;
  now_ = event.due_;
  Remove(event);
  ++fired_;
  event.Fire();
}

std::vector<std::string> EventQueue::Unfinished(size_t limit) const {
  std::vector<std::string> out;
  const auto list = [&](const Event& event) {
    if (out.size() < limit && !event.recurring_) out.push_back(event.Describe());
  };
  for (const Entry& entry : at_hand_) list(*entry.event);
  for (const Event* event : wheel_) {
    for (; event != nullptr && out.size() < limit; event = event->next_) list(*event);
  }
  return out;
}

void EventQueue::Insert(Event& event) {
  const uint64_t tick = TickOf(event.due_);
  if (tick <= tick_) {
    event.bucket_ = kAtHand;
    at_hand_.emplace_back();
    SiftUp(at_hand_.size() - 1, {event.due_, event.sequence_, &event});
    return;
  }
  const int level = (std::bit_width(tick ^ tick_) - 1) / kDigitBits;
  const uint64_t digit = (tick >> (level * kDigitBits)) & (kBuckets - 1);
  occupied_[level] |= uint64_t{1} << digit;
  event.bucket_ = static_cast<uint32_t>(level * kBuckets + digit);
  Event*& first = wheel_[event.bucket_];
  event.previous_ = nullptr;
  event.next_ = std::exchange(first, &event);
  if (event.next_ != nullptr) event.next_->previous_ = &event;
}

void EventQueue::Remove(Event& event) {
  event.queue_ = nullptr;
  --size_;
  if (!event.recurring_) --unfinished_;
  if (event.bucket_ == kAtHand) {
    RemoveFromHeap(event.slot_);
    return;
  }
  if (event.next_ != nullptr) event.next_->previous_ = event.previous_;
  if (event.previous_ != nullptr) {
    event.previous_->next_ = event.next_;
    return;
  }
  wheel_[event.bucket_] = event.next_;
  if (event.next_ == nullptr) {
    occupied_[event.bucket_ / kBuckets] &= ~(uint64_t{1} << (event.bucket_ % kBuckets));
  }
}

void EventQueue::Turn() {
  while (at_hand_.empty()) {
    // Lower levels are sooner, and so are lower digits: all are above the present.
    int level = 0;
    while (occupied_[level] == 0) ++level;
    const int digit = std::countr_zero(occupied_[level]);
    occupied_[level] &= occupied_[level] - 1;
    const int shift = level * kDigitBits;
    const uint64_t above = tick_ >> shift >> kDigitBits << kDigitBits;
    tick_ = (above | static_cast<uint64_t>(digit)) << shift;
    Event* event = std::exchange(wheel_[level * kBuckets + digit], nullptr);
    while (event != nullptr) Insert(*std::exchange(event, event->next_));
  }
}

uint64_t EventQueue::Tie(const Entry& entry) const {
  if (entry.event->owner_ == 0) return 0;
  return Mix(tie_seed_ ^ Mix(entry.event->owner_ + Mix(static_cast<uint64_t>(entry.due))));
}

bool EventQueue::Before(const Entry& a, const Entry& b) const {
  if (a.due != b.due) return a.due < b.due;
  const uint64_t tie_a = Tie(a);
  const uint64_t tie_b = Tie(b);
  if (tie_a != tie_b) return tie_a < tie_b;
  return a.sequence < b.sequence;
}

void EventQueue::RemoveFromHeap(size_t slot) {
  const Entry last = at_hand_.back();
  at_hand_.pop_back();
  if (slot == at_hand_.size()) return;
  if (slot > 0 && Before(last, at_hand_[(slot - 1) / 2])) {
    SiftUp(slot, last);
  } else {
    SiftDown(slot, last);
  }
}

void EventQueue::Place(size_t slot, const Entry& entry) {
  at_hand_[slot] = entry;
  entry.event->slot_ = static_cast<uint32_t>(slot);
}

void EventQueue::SiftUp(size_t slot, const Entry& entry) {
  while (slot > 0) {
    const size_t parent = (slot - 1) / 2;
    if (!Before(entry, at_hand_[parent])) break;
    Place(slot, at_hand_[parent]);
    slot = parent;
  }
  Place(slot, entry);
}

void EventQueue::SiftDown(size_t slot, const Entry& entry) {
  for (size_t child; (child = 2 * slot + 1) < at_hand_.size(); slot = child) {
    if (child + 1 < at_hand_.size() && Before(at_hand_[child + 1], at_hand_[child])) ++child;
    if (!Before(at_hand_[child], entry)) break;
    Place(slot, at_hand_[child]);
  }
  Place(slot, entry);
}

}  // namespace sim
