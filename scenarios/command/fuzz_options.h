// The command line of `settle fuzz`.

#ifndef SCENARIOS_COMMAND_FUZZ_OPTIONS_H_
#define SCENARIOS_COMMAND_FUZZ_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "reports/result.pb.h"

namespace scenarios {

// The largest seed of a search, so that seeds are ordered in SQL as they are here.
inline constexpr uint64_t kMostSeed = uint64_t{1} << 62;

struct FuzzOptions {
  std::string corpus;
  uint64_t base_seed = 1;
  uint64_t seeds = kMostSeed;  // of each scenario; those that are resumed count
  absl::Duration time = absl::InfiniteDuration();
  absl::Duration patience;  // with one seed
  int jobs = 1;
  uint64_t guard = 256;     // one seed in so many is repeated in a fresh process; 0: none
  uint64_t stop_after = 0;  // new kinds of failures; 0: never
  bool resume = false;
  // How runs are chosen: random is the rules as they are written, swarm has families of
  // faults on and off by seed, guided adds what was seldom tried.
  enum class Search { kRandom, kSwarm, kGuided } search = Search::kSwarm;
  settle::Ties ties = settle::DRAWN;
  bool swarm() const { return search == Search::kSwarm; }
  bool guided() const { return search == Search::kGuided; }
  // A seed is run as `settle replay SCENARIO@SEED` does: the corpus remembers how it ends.
  bool plain() const { return swarm() && ties == settle::DRAWN; }
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_FUZZ_OPTIONS_H_
