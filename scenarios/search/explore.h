// Exploring: from a calm run, every single fault at every point that it comes to, exactly
// once; then pairs of them. Calm is a run without its rules; pins of the scenario's own, as
// a scripted story has them, belong to it.
//
// What could be done at a point are the alternatives of the scenario's own rules, whatever
// their rates (faults/alternatives.h). So the search ends, and what it has tried can be
// said in a sentence.
//
// Pairs are limited by lineage: two faults of which each touches other business keys than
// the other (scenarios/search/footprint.h) cannot meet, and are not tried together. A
// fault at a point to which only the run with the first one comes is always tried with it.
// A fault that breaks a promise alone is not tried in pairs. Whether the limit loses
// anything can be audited: then pairs that it would leave out are tried, too.

#ifndef SCENARIOS_SEARCH_EXPLORE_H_
#define SCENARIOS_SEARCH_EXPLORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "faults/plan.h"
#include "reports/result.pb.h"
#include "scenarios/run.h"
#include "sim/choice/choice.h"

namespace scenarios {

using RunOne = std::function<settle::RunResult(uint64_t index)>;
// An error: the process that made the run died of it, and so.
using SeeOne = std::function<bool(uint64_t index, const absl::StatusOr<settle::RunResult>& result)>;

// Makes the runs 0 to count - 1 by `run`, in any processes, and gives each to `seen` in
// that order; ends early if that is false. OK also then; Cancelled: it was interrupted.
using RunMany = std::function<absl::Status(uint64_t count, const RunOne& run, const SeeOne& seen)>;

// In this process.
absl::Status RunOneByOne(uint64_t count, const RunOne& run, const SeeOne& seen);

struct ExploreOptions {
  RunOptions run;  // seed, clients, operations; rules are off
  int depth = 1;   // faults at a time: 1 or 2
  uint64_t most_runs = 1'000'000;
  bool audit = false;
  // Called after each run that breaks a promise, also the calm one; false: that is enough.
  std::function<bool(const settle::RunResult&)> broken;
  // The same for a run of which its process died, with all its faults.
  std::function<bool(const std::vector<sim::Pin>& faults, const absl::Status& how)> died;
  // Whether faults that touch these keys and those can meet; empty: if they share one. For
  // tests of the audit.
  std::function<bool(const std::set<uint64_t>&, const std::set<uint64_t>&)> meet;
};

// Runs by how they ended; the rest of them held.
struct Tried {
  uint64_t run = 0;
  uint64_t broken = 0;
  uint64_t inconclusive = 0;
  uint64_t died = 0;
};

struct Explored {
  // Why it ended before its end, if not by the budget or since it was enough. Errors are
  // those of `many`; FailedPrecondition: the calm run breaks a promise already, or is
  // inconclusive, and no fault was tried.
  absl::Status ended;
  settle::RunResult calm;
  uint64_t points = 0;                      // that have alternatives
  std::map<std::string, uint64_t> choices;  // "crash": how many of that kind there are
  uint64_t singles = 0;                     // alternatives, all in all
  Tried singles_tried;
  uint64_t pairs = 0;        // of faults that do not end badly alone
  uint64_t pairs_known = 0;  // the others: they are not tried
  uint64_t relevant = 0;     // by lineage
  bool paired = false;       // pairs were listed; not if one failure was enough before
  Tried pairs_tried;
  uint64_t lost = 0;  // audit: broken pairs that lineage would have left out
  uint64_t runs = 0;
  bool whole = false;  // all was tried: neither the budget nor a failure ended it before
  std::vector<std::string> unexercised;  // checks that no run has put to the test
};

// `plan` is the scenario's.
Explored Explore(Runner& runner, const faults::Plan& plan, const RunMany& many,
                 const ExploreOptions& options);

// Of all runs, faults and none: VIOLATED before INCONCLUSIVE before NOT_EXERCISED before
// HELD. What was not tried may break a promise: then it is INCONCLUSIVE.
settle::Verdict VerdictOf(const Explored& explored);

// "seed 1, calm: all 214 points x {crash, drop}, 812 faults: held; ..."
std::string Statement(const Explored& explored, const ExploreOptions& options);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_EXPLORE_H_
