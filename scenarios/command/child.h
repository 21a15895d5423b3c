// A fresh process of this very program: new addresses, new static state, nothing
// left of earlier runs. (A fork would share all of them and prove nothing.)

#ifndef SCENARIOS_COMMAND_CHILD_H_
#define SCENARIOS_COMMAND_CHILD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace scenarios {

enum class Addresses {
  kAsConfigured,   // usually random
  kNotRandomized,  // personality(ADDR_NO_RANDOMIZE)
};

// Runs this program with `arguments`, without stdout, and waits for it. Returns
// its exit code, or 128 and the signal that ended it. It is gone when this process is.
// Unavailable: it could not be started. Cancelled: this process was interrupted; the
// child is terminated.
absl::StatusOr<int> RunChild(const std::vector<std::string>& arguments, Addresses addresses);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_CHILD_H_
