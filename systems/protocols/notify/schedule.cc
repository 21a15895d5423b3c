#include "systems/protocols/notify/schedule.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/core/check.h"

namespace notify {
namespace {

constexpr int64_t kSecond = 1'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;

struct Published {
  absl::string_view name;
  std::vector<int64_t> waits;
};

// The first notice goes out at once; what Alipay and WeChat Pay publish are the
// waits after it.
std::vector<Published> AllPublished() {
  return {
      {"roncoo", {0, 1 * kMinute, 2 * kMinute, 5 * kMinute, 15 * kMinute}},
      {"alipay",
       {0, 4 * kMinute, 10 * kMinute, 10 * kMinute, 1 * kHour, 2 * kHour, 6 * kHour, 15 * kHour}},
      {"wechat",
       {0, 15 * kSecond, 15 * kSecond, 30 * kSecond, 180 * kSecond, 1800 * kSecond, 1800 * kSecond,
        1800 * kSecond, 1800 * kSecond, 3600 * kSecond}},
  };
}

}  // namespace

Schedule Schedule::Named(absl::string_view name) {
  for (Published& one : AllPublished()) {
    if (one.name == name) return Schedule(std::move(one.waits));
  }
  SIM_CHECK(false) << "there is no notification schedule \"" << name << "\"";
  return Schedule({});
}

int64_t Schedule::length() const {
  return std::accumulate(waits_.begin(), waits_.end(), int64_t{0});
}

int64_t Schedule::WaitAfter(int64_t made) const { return waits_[std::min(made, attempts() - 1)]; }

std::vector<std::string> ScheduleNames() {
  std::vector<std::string> names;
  for (const Published& one : AllPublished()) names.emplace_back(one.name);
  return names;
}

}  // namespace notify
