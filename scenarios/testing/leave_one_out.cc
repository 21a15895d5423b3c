#include "scenarios/testing/leave_one_out.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "scenarios/repro.h"
#include "sim/choice/choice.h"

namespace scenarios {

LeaveOneOut MeasureLeaveOneOut(Runner& runner, uint64_t seeds) {
  LeaveOneOut measured;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    RunOptions options;
    options.seed = seed;
    const std::vector<sim::Pin> all = ToPins(runner.Run(options).fired());
    options.checks = false;
    for (size_t out = 0; out < all.size(); ++out) {
      std::vector<sim::Pin> others = all;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(out));
      measured.left += static_cast<int64_t>(others.size());
      options.pins = std::move(others);
      measured.met += runner.Run(options).fired_size();
    }
  }
  return measured;
}

}  // namespace scenarios
