#include "tests/bench/scaling.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tests/bench/cpu_time.h"
#include "tests/bench/kernel.h"

namespace bench {
namespace {

// CPU seconds of a run, the best of some that take half a second together.
double CostOf(Size size) {
  double best = 0;
  const double began = CpuSeconds();
  for (int round = 0; round == 0 || (CpuSeconds() - began < 0.5 && round < 20); ++round) {
    const double start = CpuSeconds();
    KernelW2(size);
    const double cost = CpuSeconds() - start;
    best = round == 0 ? cost : std::min(best, cost);
  }
  return best;
}

void Print(const char* what, const std::vector<Measurement>& measurements, double events_per) {
  for (const Measurement& m : measurements) {
    std::printf("%10.0f %-8s %10.4f s %8.1f ns per event\n", m.size, what, m.cost,
                m.cost * 1e9 / (m.size * events_per));
  }
}

}  // namespace

double FittedExponent(const std::vector<Measurement>& measurements) {
  double x = 0, y = 0;
  for (const Measurement& m : measurements) {
    x += std::log(m.size) / static_cast<double>(measurements.size());
    y += std::log(m.cost) / static_cast<double>(measurements.size());
  }
  double above = 0, below = 0;
  for (const Measurement& m : measurements) {
    above += (std::log(m.size) - x) * (std::log(m.cost) - y);
    below += (std::log(m.size) - x) * (std::log(m.size) - x);
  }
  return above / below;
}

void AddScaling(Effort effort, Rows& rows) {
  // W2: a round trip is two events.
  const double most = effort == Effort::kQuick ? 1e6 : 1e7;
  std::vector<Measurement> by_events;
  for (double events = 1e4; events <= most; events *= 10) {
    constexpr int kPairs = 10;
    by_events.push_back({events, CostOf({kPairs, static_cast<int>(events / (2 * kPairs))})});
  }
  constexpr int kRoundTrips = 1000;
  std::vector<Measurement> by_nodes;
  for (const int nodes : {10, 30, 100, 300, 1000}) {
    by_nodes.push_back({static_cast<double>(nodes), CostOf({nodes / 2, kRoundTrips})});
  }
  std::printf("\n");
  Print("events", by_events, 1);
  Print("nodes", by_nodes, kRoundTrips);
  rows.Add({"scaling: exponent of cost against events", FittedExponent(by_events), "", 1.05, 1.0});
  rows.Add({"scaling: exponent of cost against nodes, each as busy", FittedExponent(by_nodes), "",
            1.05, 1.0});
}

}  // namespace bench
