// Target: one run that somebody names: a repro file, or SCENARIO@SEED.
//
// A repro file brings its seed, pins and overrides along and takes no others. Files are
// read here and nothing is run. Errors are for the user's eyes, a line each.

#ifndef SCENARIOS_COMMAND_TARGET_H_
#define SCENARIOS_COMMAND_TARGET_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "faults/source_text.h"
#include "reports/result.pb.h"
#include "scenarios/catalogue.h"
#include "scenarios/run.h"
#include "scenarios/scenario.h"

namespace scenarios {

// What the command line says instead of the scenario.
struct Overrides {
  std::vector<std::string> set;  // "node.switch=value"
  std::string plan;              // a file with rules besides those of the scenario
  int clients = 0;               // 0: the scenario's
  int operations = 0;
  bool no_chaos = false;
  settle::Ties ties = settle::DRAWN;

  RunOptions Options() const;

  // As flags, for a fresh process.
  std::vector<std::string> Arguments() const;

  // What a failure repeats of them.
  settle::Repro Recorded(absl::string_view scenario) const;
};

struct Target {
  std::unique_ptr<LoadedScenario> scenario;
  RunOptions options;
  settle::Repro repro;  // of SCENARIO@SEED: without check, key, digest and pins
  bool from_repro = false;
  faults::Diagnostics left_out;  // what the file has of a newer schema
};

// Reads a scenario, with its switches set and rules added. InvalidArgument: a line for each error
// of the text; NotFound: no such file.
absl::StatusOr<std::unique_ptr<LoadedScenario>> LoadWith(const std::string& path,
                                                         const Overrides& overrides,
                                                         const Catalogue& catalogue);

// Errors as those of LoadWith and ReadRepro. A scenario of a repro file is looked
// for as FindScenarioOf does; that it has not the check that failed is an error, too.
absl::StatusOr<Target> LoadTarget(const std::string& text, const Overrides& overrides,
                                  const Catalogue& catalogue);

// InvalidArgument: the scenario does not watch a check that --check names.
absl::Status HasCheck(const LoadedScenario& scenario, const std::string& check);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_TARGET_H_
