// A calendar queue (Brown 1988): the fastest queue known for these workloads.
//
// Days are buckets, sorted, the earliest entry last; a year is all of them. Their
// number follows the population and their width the spread of the instants, which
// is its weakness: times that differ by orders of magnitude, such as messages and
// deadlines, spoil it. Order is exact: instant, then sequence.

#ifndef TESTS_BENCH_CALENDAR_QUEUE_H_
#define TESTS_BENCH_CALENDAR_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace bench {

struct BareEvent {
  int64_t at = 0;
  uint64_t sequence = 0;
  void* subject = nullptr;
  uint32_t kind = 0;
  uint32_t slot = 0;
};

class CalendarQueue {
 public:
  CalendarQueue() : days_(2) {}

  void Push(const BareEvent& event) {
    Insert(event);
    if (++size_ > 2 * days_.size()) Resize(days_.size() * 2);
  }

  // False if it is empty.
  bool Pop(BareEvent& event) {
    if (size_ == 0) return false;
    for (size_t looked = 0; !TakeToday(event); ++looked) {
      today_ = (today_ + 1) & (days_.size() - 1);
      day_ends_ += width_;
      if (looked <= days_.size()) continue;
      GoTo(Earliest());  // Nothing all year.
      looked = 0;
    }
    last_ = event.at;
    if (--size_ < days_.size() / 2 && days_.size() > 2) Resize(days_.size() / 2);
    return true;
  }

 private:
  static bool Before(const BareEvent& a, const BareEvent& b) {
    return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
  }

  std::vector<BareEvent>& DayOf(int64_t at) {
    return days_[static_cast<uint64_t>(at / width_) & (days_.size() - 1)];
  }

  void Insert(const BareEvent& event) {
    std::vector<BareEvent>& day = DayOf(event.at);
    size_t place = day.size();
    day.push_back(event);
    for (; place > 0 && Before(day[place - 1], event); --place) day[place] = day[place - 1];
    day[place] = event;
  }

  bool TakeToday(BareEvent& event) {
    std::vector<BareEvent>& day = days_[today_];
    if (day.empty() || day.back().at >= day_ends_) return false;
    event = day.back();
    day.pop_back();
    return true;
  }

  int64_t Earliest() const {
    int64_t earliest = std::numeric_limits<int64_t>::max();
    for (const auto& day : days_) {
      if (!day.empty()) earliest = std::min(earliest, day.back().at);
    }
    return earliest;
  }

  void GoTo(int64_t at) {
    today_ = static_cast<uint64_t>(at / width_) & (days_.size() - 1);
    day_ends_ = (at / width_ + 1) * width_;
  }

  // Days so wide that each has about two of the events in the middle half.
  void Resize(size_t days) {
    std::vector<BareEvent> all;
    all.reserve(size_);
    for (auto& day : days_) {
      all.insert(all.end(), day.begin(), day.end());
      day.clear();
    }
    if (all.size() > 2) {
      std::vector<int64_t> sample;
      const size_t step = std::max<size_t>(1, all.size() / 4096);
      for (size_t i = 0; i < all.size(); i += step) sample.push_back(all[i].at);
      std::sort(sample.begin(), sample.end());
      const int64_t middle_half = sample[sample.size() * 3 / 4] - sample[sample.size() / 4];
      width_ = std::max<int64_t>(1, middle_half * 4 / static_cast<int64_t>(all.size() + 2));
    }
    days_.resize(days);
    GoTo(last_);
    for (const BareEvent& event : all) Insert(event);
  }

  std::vector<std::vector<BareEvent>> days_;  // a power of two
  size_t size_ = 0;
  int64_t width_ = 1 << 12;
  size_t today_ = 0;
  int64_t day_ends_ = 1 << 12;
  int64_t last_ = 0;
};

}  // namespace bench

#endif  // TESTS_BENCH_CALENDAR_QUEUE_H_
