// Sighting: whether the failure of a repro is in a run.
//
// It is if the run breaks the same check for the same business key; of a repro that names no
// key, for any. Broken for another key alone the promise has not become sound, but that is
// another failure: shrinking it would make another bug small.

#ifndef SCENARIOS_COMMAND_SIGHTING_H_
#define SCENARIOS_COMMAND_SIGHTING_H_

#include <string>

namespace settle {
class FindingResult;  // reports/result.proto
class Repro;          // the same
class RunResult;      // the same
}  // namespace settle

namespace scenarios {

struct Sighting {
  const settle::FindingResult* finding = nullptr;  // of the run; null: the failure is not in it
  // "broken, but for pay1-5, not pay9-9"; empty if the failure is there, or the check holds.
  std::string elsewhere;
};

Sighting SightingOf(const settle::Repro& repro, const settle::RunResult& run);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_SIGHTING_H_
