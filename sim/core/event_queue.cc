#include "sim/core/event_queue.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "sim/core/hash.h"

namespace sim {

uint64_t EventQueue::Tie(const Entry& entry) const {
  const uint64_t owner = entry.event->owner_;
  if (owner == 0) return 0;
  if (priorities_) {
    constexpr uint64_t kFallen = uint64_t{1} << 63;
    for (size_t i = 0; i < fallen_.size(); ++i) {
      if (fallen_[i] == owner) return kFallen + i;
    }
    return Mix(tie_seed_ ^ Mix(owner)) >> 1;
  }
  return Mix(tie_seed_ ^ Mix(owner + Mix(static_cast<uint64_t>(entry.due))));
}

inline bool EventQueue::Before(const Entry& a, const Entry& b) const {
  if (a.due != b.due) return a.due < b.due;
  const uint64_t tie_a = Tie(a);
  const uint64_t tie_b = Tie(b);
  if (tie_a != tie_b) return tie_a < tie_b;
  return a.sequence < b.sequence;
}

void EventQueue::UsePriorities(std::vector<uint64_t> falls) {
  priorities_ = true;
  falls_ = std::move(falls);
  fallen_.assign(falls_.size(), 0);
}

void EventQueue::Step() {
  const uint64_t owner = First().event->owner_;
  if (owner == 0) return;
  ++steps_;
  for (size_t i = 0; i < falls_.size(); ++i) {
    if (falls_[i] != steps_) continue;
    std::replace(fallen_.begin(), fallen_.end(), owner, uint64_t{0});  // It falls again.
    fallen_[i] = owner;
    SortAgain();
  }
}

// Somebody's place among those at hand has changed.
void EventQueue::SortAgain() {
  std::erase_if(at_hand_, [](const Entry& entry) { return entry.event == nullptr; });
  std::stable_sort(at_hand_.begin(), at_hand_.end(),
                   [this](const Entry& a, const Entry& b) { return Before(b, a); });
  for (size_t slot = 0; slot < at_hand_.size(); ++slot) {
    at_hand_[slot].event->slot_ = static_cast<uint32_t>(slot);
  }
  const std::vector<Entry> late = std::exchange(late_, {});
  for (const Entry& entry : late) {
    late_.emplace_back();
    SiftUp(late_.size() - 1, entry);
  }
}

EventQueue::~EventQueue() {
  for (const Entry& entry : at_hand_) {
    if (entry.event != nullptr) entry.event->queue_ = nullptr;
  }
  for (const Entry& entry : late_) entry.event->queue_ = nullptr;
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
  if (priorities_) Step();
  Event& event = *First().event;
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
  for (const Entry& entry : at_hand_) {
    if (entry.event != nullptr) list(*entry.event);
  }
  for (const Entry& entry : late_) list(*entry.event);
  for (const Event* event : wheel_) {
    for (; event != nullptr && out.size() < limit; event = event->next_) list(*event);
  }
  return out;
}

inline void EventQueue::Insert(Event& event) {
  const uint64_t tick = TickOf(event.due_);
  if (tick <= tick_) {
    event.bucket_ = kLate;
    late_.emplace_back();
    SiftUp(late_.size() - 1, {event.due_, event.sequence_, &event});
    return;
  }
  const int level = (std::bit_width(tick ^ tick_) - 1) / kDigitBits;
  const uint64_t digit = (tick >> (level * kDigitBits)) & (kBuckets - 1);
  const uint32_t bucket = static_cast<uint32_t>(level * kBuckets + digit);
  occupied_[level] |= uint64_t{1} << digit;
  event.bucket_ = bucket;
  Event*& first = wheel_[bucket];
  event.previous_ = nullptr;
  event.next_ = std::exchange(first, &event);
  if (event.next_ != nullptr) event.next_->previous_ = &event;
}

void EventQueue::Remove(Event& event) {
  event.queue_ = nullptr;
  --size_;
  if (!event.recurring_) --unfinished_;
  if (event.bucket_ == kAtHand) {
    at_hand_[event.slot_].event = nullptr;
    return;
  }
  if (event.bucket_ == kLate) {
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

const EventQueue::Entry& EventQueue::First() {
  for (;;) {
    while (!at_hand_.empty() && at_hand_.back().event == nullptr) at_hand_.pop_back();
    if (late_.empty()) {
      if (!at_hand_.empty()) return at_hand_.back();
      Turn();
      continue;
    }
    if (at_hand_.empty() || Before(late_.front(), at_hand_.back())) return late_.front();
    return at_hand_.back();
  }
}

void EventQueue::Turn() {
  // Lower levels are sooner, and so are lower digits: all are above the present.
  int level = 0;
  while (occupied_[level] == 0) ++level;
  const int digit = std::countr_zero(occupied_[level]);
  occupied_[level] &= occupied_[level] - 1;
  const int shift = level * kDigitBits;
  const uint64_t above = tick_ >> shift >> kDigitBits << kDigitBits;
  tick_ = (above | static_cast<uint64_t>(digit)) << shift;
  Event* event = std::exchange(wheel_[level * kBuckets + digit], nullptr);
  if (level == 0) return Sort(event);
  while (event != nullptr) Insert(*std::exchange(event, event->next_));
}

// Makes a bucket of level 0 that which is at hand.
inline void EventQueue::Sort(Event* events) {
  constexpr size_t kFew = 16;
  for (; events != nullptr; events = events->next_) {
    const Entry entry = {events->due_, events->sequence_, events};
    size_t place = at_hand_.size();
    at_hand_.push_back(entry);
    if (place >= kFew) continue;
    for (; place > 0 && Before(at_hand_[place - 1], entry); --place) {
      at_hand_[place] = at_hand_[place - 1];
    }
    at_hand_[place] = entry;
  }
  if (at_hand_.size() > kFew) {
    std::stable_sort(at_hand_.begin(), at_hand_.end(),
                     [this](const Entry& a, const Entry& b) { return Before(b, a); });
  }
  for (size_t slot = 0; slot < at_hand_.size(); ++slot) {
    at_hand_[slot].event->bucket_ = kAtHand;
    at_hand_[slot].event->slot_ = static_cast<uint32_t>(slot);
  }
}

void EventQueue::RemoveFromHeap(size_t slot) {
  const Entry last = late_.back();
  late_.pop_back();
  if (slot == late_.size()) return;
  if (slot > 0 && Before(last, late_[(slot - 1) / 2])) {
    SiftUp(slot, last);
  } else {
    SiftDown(slot, last);
  }
}

inline void EventQueue::Place(size_t slot, const Entry& entry) {
  late_[slot] = entry;
  entry.event->slot_ = static_cast<uint32_t>(slot);
}

void EventQueue::SiftUp(size_t slot, const Entry& entry) {
  while (slot > 0) {
    const size_t parent = (slot - 1) / 2;
    if (!Before(entry, late_[parent])) break;
    Place(slot, late_[parent]);
    slot = parent;
  }
  Place(slot, entry);
}

void EventQueue::SiftDown(size_t slot, const Entry& entry) {
  for (size_t child; (child = 2 * slot + 1) < late_.size(); slot = child) {
    if (child + 1 < late_.size() && Before(late_[child + 1], late_[child])) ++child;
    if (!Before(late_[child], entry)) break;
    Place(slot, late_[child]);
  }
  Place(slot, entry);
}

}  // namespace sim
