// TestEnvironment: what Bazel asks of a test, in environment variables.
//
// Read only when the command line says --bazel-test, as scenario_test does: a
// `settle` that a test of yours starts must not take a share of its seeds.

#ifndef SCENARIOS_COMMAND_TEST_ENVIRONMENT_H_
#define SCENARIOS_COMMAND_TEST_ENVIRONMENT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "scenarios/command/seeds.h"

namespace scenarios {

struct TestEnvironment {
  std::string target;         // "//scenarios/exchange:pay_test"
  std::string outputs;        // TEST_UNDECLARED_OUTPUTS_DIR, zipped by Bazel
  std::string outputs_zip;    // where that will be, from the repository's root
  std::string junit;          // XML_OUTPUT_FILE
  int64_t timeout_nanos = 0;  // 0: none
  uint64_t shard = 0;
  uint64_t shards = 1;
  uint64_t run = 1;  // of --runs_per_test, from 1

  uint64_t factor = 1;      // SETTLE_SEEDS_FACTOR: soak runs
  uint64_t divisor = 1;     // SETTLE_SEEDS_DIVISOR: slow builds, such as sanitizers
  uint64_t first_seed = 0;  // SETTLE_FIRST_SEED; 0: as asked

  // How many seeds instead of `seeds`, at least one: both of the budget and of
  // its minimum.
  uint64_t Scaled(uint64_t seeds) const;

  // The share of this shard and run. Each run of --runs_per_test takes new seeds.
  Seeds Share(Seeds asked) const;

  // Tells Bazel that sharding is understood.
  void AcknowledgeShards() const;
};

// `get` is getenv. InvalidArgument: a number that is none.
absl::StatusOr<TestEnvironment> ReadTestEnvironment(
    const std::function<const char*(const char*)>& get);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_TEST_ENVIRONMENT_H_
