// When a notice is sent again if nobody has acknowledged it.
//
// A finite schedule of waits, each counted from the attempt before. Milliseconds,
// as the sources publish them.

#ifndef SYSTEMS_PROTOCOLS_NOTIFY_SCHEDULE_H_
#define SYSTEMS_PROTOCOLS_NOTIFY_SCHEDULE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace notify {

class Schedule {
 public:
  // A published schedule: "roncoo", "alipay" or "wechat". No other name.
  static Schedule Named(absl::string_view name);

  int64_t attempts() const { return static_cast<int64_t>(waits_.size()); }

  // From the first attempt to the last, in milliseconds.
  int64_t length() const;

  // How long, in milliseconds, the attempt that follows `made` attempts waits
  // after the last of these; beyond the schedule, as long as its last wait.
  int64_t WaitAfter(int64_t made) const;

 private:
  explicit Schedule(std::vector<int64_t> waits) : waits_(std::move(waits)) {}
  std::vector<int64_t> waits_;
};

// The names of the schedules.
std::vector<std::string> ScheduleNames();

}  // namespace notify

#endif  // SYSTEMS_PROTOCOLS_NOTIFY_SCHEDULE_H_
