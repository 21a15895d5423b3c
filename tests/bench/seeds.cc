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

}  // namespace

// A scenario with what its runs share.
class ExchangeSeeds::Loaded {
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

ExchangeSeeds::ExchangeSeeds(const char* path) : loaded_(std::make_unique<Loaded>(path)) {}
ExchangeSeeds::~ExchangeSeeds() = default;
settle::RunResult ExchangeSeeds::Run(uint64_t seed) { return loaded_->Run(seed); }
const std::string& ExchangeSeeds::name() const { return loaded_->name(); }

void PrintSeeds(int seeds) {
  std::printf("\n%-24s %8s %14s %22s %13s\n", "scenario", "seeds/s", "events/seed",
              "simulated s per CPU s", "us per event");
  for (const char* path : kScenarios) {
    ExchangeSeeds loaded(path);
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

}  // namespace bench
