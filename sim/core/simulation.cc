#include "sim/core/simulation.h"

#include "sim/core/hash.h"
#include "sim/core/pool.h"

namespace sim {

Simulation::Simulation(uint64_t seed, Adversary* adversary, TraceDepth depth)
    : choices_(seed, adversary), trace_(depth), events_(Mix(seed + 1)) {}

void Simulation::UsePriorities(const Priorities& priorities) {
  std::vector<uint64_t> falls;
  for (int i = 1; i < priorities.depth; ++i) {
    falls.push_back(1 + choices_.Noise(HashName("fall"), priorities.steps));
  }
  events_.UsePriorities(std::move(falls));
}

Simulation::~Simulation() {
  Bury();
  Pool::Rest();
}

bool Simulation::RunUntil(Nanos end, uint64_t max_events) {
  while (!events_.empty() && events_.next() <= end) {
    if (events_.fired() >= max_events) return false;
    events_.FireNext();
    Bury();
    cause_ = 0;
  }
  events_.AdvanceTo(end);
  return true;
}

void Simulation::BuryAll() {
  graveyard_.clear();
  while (!last_rites_.empty()) {
    const auto rites = std::exchange(last_rites_, {});
    for (const auto& rite : rites) rite();
    graveyard_.clear();
  }
}

}  // namespace sim
