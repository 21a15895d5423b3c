// FuzzWorker: what a worker of `settle fuzz` does with a seed. It runs it, repeats one in
// so many in a fresh process, and tells of it what a search needs, as fuzz.proto says.

#ifndef SCENARIOS_COMMAND_FUZZ_WORKER_H_
#define SCENARIOS_COMMAND_FUZZ_WORKER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/command/fuzz.pb.h"
#include "scenarios/command/fuzz_options.h"
#include "scenarios/command/prospect.h"
#include "scenarios/run.h"

namespace scenarios {

class FuzzWorker {
 public:
  FuzzWorker(const std::deque<Prospect>& prospects, const FuzzOptions& options)
      : prospects_(prospects), options_(options), runners_(prospects.size()) {}

  // A serialized settle::SeedReport of a seed of the scenario number `task`; of a guided
  // search, of the run that `input`, a serialized settle::GuidedPlan, says. Of as many more
  // tasks as there are scenarios: of the settle::Failure that `input` is, made small.
  std::string Run(uint32_t task, uint64_t seed, const std::string& input);

 private:
  settle::SeedReport RunSeed(uint32_t task, uint64_t seed);
  settle::SeedReport RunGuided(uint32_t task, const std::string& input);
  settle::SeedReport MakeSmall(uint32_t task, const std::string& input);

  const std::deque<Prospect>& prospects_;
  const FuzzOptions options_;
  std::vector<std::unique_ptr<Runner>> runners_;  // made when they are needed
};

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_FUZZ_WORKER_H_
