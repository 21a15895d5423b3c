// Goal: to be told and to ask is better than either alone: 99 orders in 100 agree no later,
// whatever goes wrong.
// Method: the scenarios of README.md, the same seeds for each; the 99th percentile of
// consistency_lag by nearest rank, in which an order that never agrees counts as the slowest.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "faults/durations.h"
#include "faults/source_text.h"
#include "gtest/gtest.h"
#include "scenarios/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "sim/core/time.h"

namespace scenarios {
namespace {

constexpr uint64_t kSeeds = 100;

// The lag that 99 orders in 100 do not exceed.
sim::Nanos Slowest(const std::string& channels, const std::string& trouble) {
  Catalogue catalogue;
  AddExchange(catalogue);
  faults::Diagnostics problems;
  const auto scenario =
      Load(absl::StrCat("scenarios/hypotheses/channels_", channels, "_", trouble, ".textproto"),
           catalogue, problems);
  EXPECT_NE(scenario, nullptr) << faults::ToStatus(problems);
  if (scenario == nullptr) return 0;
  const std::unique_ptr<Runner> runner = NewRunner(*scenario);
  std::vector<sim::Nanos> lags;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    RunOptions options;
    options.seed = seed;
    const settle::RunResult run = runner->Run(options);
    for (const settle::Samples& samples : run.samples()) {
      if (samples.name() == "consistency_lag" && samples.group().empty()) {
        lags.insert(lags.end(), samples.value().begin(), samples.value().end());
      }
      if (samples.name() != "final_inconsistencies") continue;
      for (const int64_t orders : samples.value()) {
        lags.insert(lags.end(), static_cast<size_t>(orders), sim::kForever);
      }
    }
  }
  EXPECT_GE(lags.size(), 2000u) << scenario->name();
  std::stable_sort(lags.begin(), lags.end());
  const sim::Nanos slowest = lags[(lags.size() * 99 + 99) / 100 - 1];
  const std::string words = slowest == sim::kForever ? "never" : faults::NanosInWords(slowest);
  std::printf("%s, of %zu orders: %s\n", scenario->name().c_str(), lags.size(), words.c_str());
  return slowest;
}

class Channels : public testing::TestWithParam<const char*> {};

TEST_P(Channels, BothAreNoSlowerThanEither) {
  const sim::Nanos both = Slowest("both", GetParam());
  EXPECT_LE(both, Slowest("pull", GetParam()));
  EXPECT_LE(both, Slowest("push", GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Under, Channels, testing::Values("loss", "partition", "down"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace scenarios
