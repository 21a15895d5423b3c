// Paths as the user means them. Bazel starts a program elsewhere; relative paths
// are those of the folder where the command was typed.

#ifndef SCENARIOS_COMMAND_USER_PATH_H_
#define SCENARIOS_COMMAND_USER_PATH_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace scenarios {

// Goes to SETTLE_CWD, else BUILD_WORKING_DIRECTORY, if one is set.
absl::Status GoWhereTheUserIs();

// NotFound with the system's reason if `path` is no file that can be read.
absl::Status CheckReadable(const std::string& path);

// `path` as seen from the root of the repository, if Bazel started this program
// and it lies inside; else as it is.
std::string FromRoot(const std::string& path);

// The files among `paths`, and for a folder all scenarios beneath it, sorted.
// NotFound as CheckReadable.
absl::StatusOr<std::vector<std::string>> FindScenarios(const std::vector<std::string>& paths);

// All texts beneath `folder` but repro files, sorted.
std::vector<std::string> FindTexts(const std::string& folder);

// All repro files beneath it, sorted.
std::vector<std::string> FindRepros(const std::string& folder);

// The text of the scenario that a repro file calls `scenario`, a path from where its
// run was started: from here, else from the root of the repository, else from a
// folder above the file or above here, else beside the file. NotFound says so.
absl::StatusOr<std::string> FindScenarioOf(const std::string& repro_file,
                                           const std::string& scenario);

// What to type, from the root of the repository, to run this program again: its
// target, "./bazelw run //:settle --", if Bazel started it, else `program`.
std::string ThisCommand(absl::string_view program);

// The same for a program that Bazel started as a test.
std::string ThisTarget();

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_USER_PATH_H_
