// Shrinking: the least run in which the same promise breaks for the same business key.
//
// A run is a function of scenario, seed and pins, so a smaller failure is looked for among
// runs with less in them: only the operations of the key at fault (fewer_operations.h),
// without faults that come after the violation, without families of faults, with one fault
// alone (fewer_faults.h), then by delta debugging. What is left is made plainer: without
// idle clients and instances, with calm messages, shorter delays and round amounts
// (plainer.h). What is left out last in vain is in the run for a reason.
//
// The result is the least that was met within the budget of runs. It still breaks the
// promise, in this process; whoever keeps it should repeat it in a fresh one.

#ifndef SCENARIOS_SEARCH_SHRINK_H_
#define SCENARIOS_SEARCH_SHRINK_H_

#include <string>
#include <vector>

#include "google/protobuf/repeated_field.h"
#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "scenarios/search/trials.h"
#include "scenarios/world_plan.h"

namespace scenarios {

// One way of making a run smaller, when it had been tried.
struct ShrinkPass {
  std::string name;  // "operations"
  int runs = 0;
  int faults = 0;      // left after it
  int operations = 0;  // the same
};

struct Shrunk {
  RunOptions run;            // the smallest; pins and operations are set
  settle::RunResult result;  // of it
  bool found = false;        // false: not even the first run broke the promise
  bool least = false;        // nothing can be left out any more; false: the budget ran out
  int runs = 0;
  int faults_before = 0;
  int operations_before = 0;
  std::vector<ShrinkPass> passes;
  // Pins that it was given and that the first run did not come to.
  google::protobuf::RepeatedPtrField<settle::Pin> unreached;
};

// Faults that fired, without how business ended, which is no fault.
int Faults(const settle::RunResult& run);
int Count(const Operations& operations);

// `run` is the failing run, by seed or by pins; `all` is what its clients do. At most
// `most_runs` runs are made; `run.stop` ends it earlier.
Shrunk Shrink(Runner& runner, const RunOptions& run, const Operations& all, const Wanted& wanted,
              int most_runs);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_SHRINK_H_
