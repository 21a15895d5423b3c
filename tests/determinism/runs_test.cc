// Runs as functions: the same arguments give the same run, and what only looks at
// a run does not change it. Method: whole scenarios, many seeds, digests
// compared; pins of a run given back to it, all of them and all but one.

#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "scenarios/repro.h"
#include "scenarios/testing/leave_one_out.h"
#include "sim/net/traffic.h"
#include "sim/world/observer.h"
#include "tests/determinism/scenarios.h"

namespace determinism {
namespace {

constexpr uint64_t kSeeds = 6;

class Runs : public testing::TestWithParam<const char*> {
 protected:
  settle::RunResult Run(const scenarios::RunOptions& options) {
    return loaded_.runner(0).Run(options);
  }

  Scenarios loaded_{{GetParam()}};
};

TEST_P(Runs, RepeatThemselves) {
  std::set<uint64_t> digests;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    scenarios::RunOptions options;
    options.seed = seed;
    const settle::RunResult first = Run(options);
    EXPECT_EQ(Run(options).SerializeAsString(), first.SerializeAsString()) << "seed " << seed;
    digests.insert(first.digest());
  }
  EXPECT_GT(digests.size(), 1u) << "no seed matters";
}

TEST_P(Runs, DoNotFeelTheirChecks) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    scenarios::RunOptions options;
    options.seed = seed;
    const uint64_t watched = Run(options).digest();
    options.checks = false;
    EXPECT_EQ(Run(options).digest(), watched) << "seed " << seed;
  }
}

TEST_P(Runs, DoNotFeelTheDepthOfTheirTrace) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    scenarios::RunOptions options;
    options.seed = seed;
    const uint64_t ring = Run(options).digest();
    options.depth = sim::TraceDepth::kWhole;
    EXPECT_EQ(Run(options).digest(), ring) << "seed " << seed;
  }
}

TEST_P(Runs, AreReplayedByTheirPins) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    scenarios::RunOptions options;
    options.seed = seed;
    const settle::RunResult drawn = Run(options);
    options.pins = scenarios::ToPins(drawn.fired());
    const settle::RunResult pinned = Run(options);
    EXPECT_EQ(pinned.digest(), drawn.digest()) << "seed " << seed;
    EXPECT_TRUE(pinned.unreached().empty());
  }
}

std::string NameOf(const testing::TestParamInfo<const char*>& info) {
  return absl::StrReplaceAll(info.param, {{"/", "_"}});
}

INSTANTIATE_TEST_SUITE_P(Variants, Runs, testing::ValuesIn(kVariants), NameOf);
INSTANTIATE_TEST_SUITE_P(Worlds, Runs, testing::ValuesIn(kWorlds), NameOf);

// Counts what the clients of a workload ask for.
class Asked final : public sim::Observer {
 public:
  explicit Asked(std::string workload) : workload_(std::move(workload)) {}

  // Clients are called "pay1", "pay2" and so on.
  void OnTraffic(const sim::Traffic& traffic) override {
    absl::string_view number = traffic.caller;
    if (traffic.kind != sim::TrafficKind::kSent) return;
    if (!absl::ConsumePrefix(&number, workload_) || number.empty()) return;
    requests += absl::c_all_of(number, absl::ascii_isdigit) ? 1 : 0;
  }

  int requests = 0;

 private:
  const std::string workload_;
};

// Who shrinks a run takes operations away, and must not be answered by others.
TEST(Operations, AreDoneIfTheyAreAskedForAndNotElse) {
  for (const WithWorkload& one : kWorkloads) {
    Scenarios loaded({one.scenario});
    const auto requests = [&](std::optional<scenarios::Operations> only) {
      Asked asked(one.workload);
      scenarios::RunOptions options;
      options.chaos = false;
      options.only = std::move(only);
      options.observer = &asked;
      loaded.runner(0).Run(options);
      return asked.requests;
    };
    EXPECT_GT(requests(std::nullopt), 0) << one.workload;
    EXPECT_EQ(requests(scenarios::Operations()), 0) << one.workload;
  }
}

TEST(Operations, OfEveryWorkloadAreTested) {
  const Scenarios loaded({});
  std::set<std::string> tested;
  for (const WithWorkload& one : kWorkloads) tested.insert(one.workload);
  for (const auto& [name, workload] : loaded.catalogue().workloads) {
    EXPECT_EQ(tested.count(name), 1u) << name;
  }
}

// A pin without its neighbour still means the same message: at least 95 % of the
// other pins strike the same when one is left out.
TEST(Pins, LoseLittleWithOneOfThem) {
  Scenarios loaded(kVariants);
  for (size_t i = 0; i < loaded.size(); ++i) {
    const scenarios::LeaveOneOut measured =
        scenarios::MeasureLeaveOneOut(loaded.runner(i), /*seeds=*/4, /*stride=*/3);
    const std::string text = loaded.name(i) + ": " + measured.ToString();
    std::printf("%s\n", text.c_str());
    EXPECT_GT(measured.left, 100) << text;
    EXPECT_GE(measured.same * 100, measured.left * 95) << text;
  }
}

}  // namespace
}  // namespace determinism
