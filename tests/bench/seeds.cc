#include "tests/bench/seeds.h"

#include <cstdint>
#include <cstdio>
#include <memory>

#include "faults/source_text.h"
#include "scenarios/catalogue.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "sim/core/check.h"
#include "tests/bench/cpu_time.h"

namespace bench {
namespace {

constexpr const char* kScenarios[] = {
    "scenarios/exchange/reject_and_resend.textproto",
    "scenarios/exchange/query_and_collapse.textproto",
    "scenarios/exchange/pull_only.textproto",
};

// A scenario with what its runs share.
class Loaded {
 public:
  explicit Loaded(const char* path) {
    scenarios::AddExchange(catalogue_);
    faults::Diagnostics problems;
    scenario_ = scenarios::Load(path, catalogue_, problems);
    SIM_CHECK(scenario_ != nullptr) << faults::ToStatus(problems).message();
    runner_ = scenarios::NewRunner(*scenario_);
  }

  const std::string& name() const { return scenario_->name(); }
  settle::RunResult Run(uint64_t seed) {
    scenarios::RunOptions options;
    options.seed = seed;
    return runner_->Run(options);
  }

 private:
  scenarios::Catalogue catalogue_;
  std::unique_ptr<scenarios::LoadedScenario> scenario_;
  std::unique_ptr<scenarios::Runner> runner_;
};

}  // namespace

void PrintSeeds(int seeds) {
  std::printf("\n%-24s %8s %14s %22s %13s\n", "scenario", "seeds/s", "events/seed",
              "simulated s per CPU s", "us per event");
  for (const char* path : kScenarios) {
    Loaded loaded(path);
    loaded.Run(1);  // The schema images are made once per process.
    uint64_t events = 0;
    double simulated = 0;
    const double began = CpuSeconds();
    for (int seed = 1; seed <= seeds; ++seed) {
      const settle::RunResult result = loaded.Run(static_cast<uint64_t>(seed));
      events += result.events();
      simulated += static_cast<double>(result.simulated_nanos()) * 1e-9;
    }
    const double cpu = CpuSeconds() - began;
    std::printf("%-24s %8.1f %14.0f %22.0f %13.2f\n", loaded.name().c_str(), seeds / cpu,
                static_cast<double>(events) / seeds, simulated / cpu,
                cpu * 1e6 / static_cast<double>(events));
  }
}

void PrintMemory(int few, int many) {
  Loaded loaded(kScenarios[0]);
  int64_t after_few = 0;
  for (int seed = 1; seed <= many; ++seed) {
    loaded.Run(static_cast<uint64_t>(seed));
    if (seed == few) after_few = PeakMemory();
  }
  std::printf("\npeak memory: %.1f MiB after %d seeds, %.1f MiB after %d\n",
              static_cast<double>(after_few) / 1024, few, static_cast<double>(PeakMemory()) / 1024,
              many);
}

}  // namespace bench
