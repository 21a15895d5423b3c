// Guided search: which run to make next, from what earlier ones came to.
//
//   Guided guided(scenario.plan(), base_seed);
//   for (...) {
//     const GuidedRun next = guided.Next();
//     RunOptions run = next.Options();
//     Coverage coverage(scenario, next.seed);
//     coverage.Watch(run);
//     const settle::RunResult result = runner.Run(run);
//     guided.Learn(next, ToPins(result.fired()), coverage.covered());
//   }
//
// All runs have the scenario's rules. The first one has all of them, since nothing comes to
// more at once; then fresh seeds with swarm take turns with mutations (mutation.h), which
// lay the pins of a parent, changed, over the rules under another seed. Parents are the runs
// whose rarest feature (coverage.h) is hit least, and the less it is hit the more children
// they get, as in AFLFast (Bohme, Pham, Roychoudhury 2016) and Entropic (Bohme, Manes, Cha
// 2020).
//
// What is asked for is a function of scenario, base seed, the number of the run and what
// was learned. A search that is saved and restored asks for what it would have asked for.

#ifndef SCENARIOS_SEARCH_GUIDED_H_
#define SCENARIOS_SEARCH_GUIDED_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "faults/plan.h"
#include "scenarios/run.h"
#include "scenarios/search/coverage.h"
#include "scenarios/search/hits.h"
#include "scenarios/search/mutation.h"
#include "sim/choice/choice.h"

namespace scenarios {

struct GuidedRun {
  uint64_t number = 0;  // from 0
  uint64_t seed = 0;
  bool swarm = true;
  std::vector<sim::Pin> pins;  // besides the rules

  RunOptions Options() const;

  // Whether it is what anybody runs under that seed.
  bool BySeed() const { return swarm && pins.empty(); }
};

// How far a search has come.
struct GuidedProgress {
  uint64_t runs = 0;   // planned
  uint64_t seeds = 0;  // fresh ones that were used
};

class Guided {
 public:
  // `plan` must outlive this. `known` is what earlier searches came to.
  Guided(const faults::Plan& plan, uint64_t base_seed, Hits known = Hits());

  // All that it knows, as bytes. False: these are none.
  std::string Save() const;
  bool Restore(const std::string& saved);

  GuidedRun Next();
  void Learn(const GuidedRun& run, const std::vector<sim::Pin>& fired, Covered covered);

  const Hits& hits() const { return hits_; }
  const GuidedProgress& progress() const { return progress_; }

  // Features whose hits have come to a power of two since the last time, with them.
  Hits TakeNews();

 private:
  const Parent& Pick(sim::Choices& choices) const;

  const faults::Plan& plan_;
  const uint64_t base_seed_;
  GuidedProgress progress_;
  Hits hits_;
  Hits news_;
  std::deque<Parent> parents_;
};

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_GUIDED_H_
