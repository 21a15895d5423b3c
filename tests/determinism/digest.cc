// Prints one digest over many runs and the replay of a repro file, so that two builds can be
// compared by a line:
//
//   ./bazelw run //tests/determinism:digest -- 500
//
// The line must be the same from g++ and clang, at -O0 and -O2, under
// sanitizers, with and without address randomisation.

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "sim/core/hash.h"
#include "tests/determinism/scenarios.h"

int main(int argc, char** argv) {
  const uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20;
  uint64_t digest = 0;
  uint64_t events = 0;
  size_t scenarios = 0;
  const auto add = [&](const settle::RunResult& result) {
    const uint64_t words[] = {result.digest(), result.events(),
                              static_cast<uint64_t>(result.verdict())};
    digest = sim::HashWords(words, 3, digest);
    events += result.events();
  };
  for (const absl::Span<const char* const> names :
       {absl::MakeSpan(determinism::kVariants), absl::MakeSpan(determinism::kWorlds),
        absl::MakeSpan(determinism::kMore)}) {
    determinism::Scenarios loaded(names);
    scenarios += loaded.size();
    for (size_t i = 0; i < loaded.size(); ++i) {
      for (uint64_t seed = 1; seed <= seeds; ++seed) {
        scenarios::RunOptions options;
        options.seed = seed;
        add(loaded.runner(i).Run(options));
      }
    }
  }
  add(determinism::Replay(determinism::kRepro).result);
  std::printf("digest %016" PRIx64 " over %" PRIu64
              " seeds of %zu scenarios and a repro file, %" PRIu64 " events\n",
              digest, seeds, scenarios, events);
  return 0;
}
