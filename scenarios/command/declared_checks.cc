#include "scenarios/command/declared_checks.h"

#include <map>
#include <utility>

#include "absl/status/statusor.h"
#include "faults/source_text.h"
#include "scenarios/checks/declared.h"
#include "scenarios/command/user_path.h"

namespace scenarios {

std::vector<DeclaredCheck> FindDeclaredChecks(const std::string& folder) {
  std::vector<DeclaredCheck> found;
  std::map<std::string, size_t> known;  // position in `found`, by what the check says
  for (const std::string& file : FindTexts(folder)) {
    const absl::StatusOr<std::string> text = faults::ReadFile(file);
    if (!text.ok()) continue;
    // Scenarios and files of checks have their checks in the same field.
    settle::Scenario scenario;
    faults::Diagnostics problems;
    faults::ParseText(file, *text, scenario, problems);
    if (!problems.empty()) continue;
    for (settle::CheckText& check : *scenario.mutable_check()) {
      if (!IsDeclared(check)) continue;
      const auto [at, fresh] = known.emplace(check.SerializeAsString(), found.size());
      if (fresh) found.push_back({std::move(check), {}});
      found[at->second].files.push_back(file);
    }
  }
  return found;
}

}  // namespace scenarios
