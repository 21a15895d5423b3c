#include "scenarios/testing/leave_one_out.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "faults/kinds.h"
#include "scenarios/testing/struck.h"
#include "sim/choice/place.h"
#include "sim/core/check.h"

namespace scenarios {
namespace {

bool IsOnDisk(const sim::Pin& pin) {
  const auto point = sim::PointText::Parse(pin.point);
  SIM_CHECK(point.ok()) << point.status().ToString();
  return pin.kind != sim::ChoiceKind::kCrash && faults::IsOnDisk(point->place().kind);
}

}  // namespace

std::string LeaveOneOut::ToString() const {
  return absl::StrCat(same, " of ", left, " other pins struck the same, ", fired,
                      " fired at their point");
}

LeaveOneOut MeasureLeaveOneOut(Runner& runner, uint64_t seeds, size_t stride) {
  LeaveOneOut measured;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    RunOptions options;
    options.seed = seed;
    options.checks = false;
    const Struck all = RunAndSeeWhatIsStruck(runner, options);
    for (size_t out = 0; out < all.pins.size(); out += stride) {
      std::vector<sim::Pin> others = all.pins;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(out));
      options.pins = others;
      const Struck without = RunAndSeeWhatIsStruck(runner, options);
      for (const sim::Pin& pin : others) {
        if (IsOnDisk(pin)) continue;
        ++measured.left;
        if (without.has(pin)) ++measured.fired;
        if (all.IsSame(pin, without)) ++measured.same;
      }
    }
  }
  return measured;
}

}  // namespace scenarios
