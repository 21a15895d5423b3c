// Runs as functions: the same arguments give the same run, and what only looks at
// a run does not change it. Method: whole exchange scenarios, many seeds, digests
// compared; pins of a run given back to it, all of them and all but one.

#include <cstdio>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scenarios/repro.h"
#include "scenarios/testing/leave_one_out.h"
#include "tests/determinism/exchange.h"

namespace determinism {
namespace {

constexpr uint64_t kSeeds = 12;

class Runs : public testing::Test {
 protected:
  settle::RunResult Run(size_t scenario, scenarios::RunOptions options) {
    return exchange_.runner(scenario).Run(options);
  }

  Exchange exchange_{kVariants};
};

TEST_F(Runs, RepeatThemselves) {
  for (size_t i = 0; i < exchange_.size(); ++i) {
    std::set<uint64_t> digests;
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      scenarios::RunOptions options;
      options.seed = seed;
      const settle::RunResult first = Run(i, options);
      EXPECT_EQ(Run(i, options).SerializeAsString(), first.SerializeAsString())
          << exchange_.name(i) << " seed " << seed;
      digests.insert(first.digest());
    }
    EXPECT_EQ(digests.size(), kSeeds) << "seeds of " << exchange_.name(i) << " look alike";
  }
}

TEST_F(Runs, DoNotFeelTheirChecks) {
  for (size_t i = 0; i < exchange_.size(); ++i) {
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      scenarios::RunOptions options;
      options.seed = seed;
      const uint64_t watched = Run(i, options).digest();
      options.checks = false;
      EXPECT_EQ(Run(i, options).digest(), watched) << exchange_.name(i) << " seed " << seed;
    }
  }
}

TEST_F(Runs, DoNotFeelTheDepthOfTheirTrace) {
  for (size_t i = 0; i < exchange_.size(); ++i) {
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      scenarios::RunOptions options;
      options.seed = seed;
      const uint64_t ring = Run(i, options).digest();
      options.depth = sim::TraceDepth::kWhole;
      EXPECT_EQ(Run(i, options).digest(), ring) << exchange_.name(i) << " seed " << seed;
    }
  }
}

TEST_F(Runs, AreReplayedByTheirPins) {
  for (size_t i = 0; i < exchange_.size(); ++i) {
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      scenarios::RunOptions options;
      options.seed = seed;
      const settle::RunResult drawn = Run(i, options);
      options.pins = scenarios::ToPins(drawn.fired());
      const settle::RunResult pinned = Run(i, options);
      EXPECT_EQ(pinned.digest(), drawn.digest()) << exchange_.name(i) << " seed " << seed;
      EXPECT_FALSE(pinned.drifted());
    }
  }
}

// A pin without its neighbour still means the same message: at least 95 % of the
// other pins strike the same when one is left out.
TEST_F(Runs, LoseLittleWithOnePin) {
  for (size_t i = 0; i < exchange_.size(); ++i) {
    const scenarios::LeaveOneOut measured =
        scenarios::MeasureLeaveOneOut(exchange_.runner(i), /*seeds=*/4, /*stride=*/3);
    const std::string text = exchange_.name(i) + ": " + measured.ToString();
    std::printf("%s\n", text.c_str());
    EXPECT_GT(measured.left, 100) << text;
    EXPECT_GE(measured.same * 100, measured.left * 95) << text;
  }
}

}  // namespace
}  // namespace determinism
