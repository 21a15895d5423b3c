// The promises that texts declare, for `settle list checks`: a reader of the list
// asks what is watched, not in which language it was written.

#ifndef SCENARIOS_COMMAND_DECLARED_CHECKS_H_
#define SCENARIOS_COMMAND_DECLARED_CHECKS_H_

#include <string>
#include <vector>

#include "scenarios/scenario.pb.h"

namespace scenarios {

struct DeclaredCheck {
  settle::CheckText text;
  std::vector<std::string> files;  // that declare it, word for word; sorted
};

// Of all scenarios and files of checks beneath `folder`, by file. Texts with errors
// are left out: `settle check` tells them.
std::vector<DeclaredCheck> FindDeclaredChecks(const std::string& folder);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_DECLARED_CHECKS_H_
