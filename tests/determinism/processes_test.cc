// A run does not feel what its process ran before: nothing is left behind in pools,
// statements, schemas or static variables. Method: a child process that has run nothing
// runs one seed and tells the digest; this process runs fifty other seeds first.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/determinism/scenarios.h"

namespace determinism {
namespace {

constexpr uint64_t kSeed = 51;

uint64_t DigestOf(scenarios::Runner& runner, uint64_t seed) {
  scenarios::RunOptions options;
  options.seed = seed;
  return runner.Run(options).digest();
}

// Of a process that this one has forked and that runs nothing else; 0 if it dies.
uint64_t DigestOfAFreshProcess(scenarios::Runner& runner) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    const uint64_t digest = DigestOf(runner, kSeed);
    const bool told = write(ends[1], &digest, sizeof digest) == sizeof digest;
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  uint64_t digest = 0;
  if (read(ends[0], &digest, sizeof digest) != sizeof digest) digest = 0;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return digest;
}

TEST(Processes, ForgetTheirRuns) {
  Scenarios variants(kVariants);
  Scenarios worlds(kWorlds);
  struct Case {
    std::string name;
    scenarios::Runner* runner;
    uint64_t fresh;
  };
  std::vector<Case> cases;
  for (Scenarios* loaded : {&variants, &worlds}) {
    for (size_t i = 0; i < loaded->size(); ++i) {
      cases.push_back({loaded->name(i), &loaded->runner(i), 0});
    }
  }
  for (Case& one : cases) {
    one.fresh = DigestOfAFreshProcess(*one.runner);
    EXPECT_NE(one.fresh, 0u) << one.name << " does not run in a fresh process";
  }
  for (Case& one : cases) {
    for (uint64_t seed = 1; seed < kSeed; ++seed) DigestOf(*one.runner, seed);
    EXPECT_EQ(DigestOf(*one.runner, kSeed), one.fresh) << one.name;
  }
}

}  // namespace
}  // namespace determinism
