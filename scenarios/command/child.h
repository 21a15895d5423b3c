// A fresh process of this very program: new addresses, new static state, nothing
// left of earlier runs. (A fork would share all of them and prove nothing.)

#ifndef SCENARIOS_COMMAND_CHILD_H_
#define SCENARIOS_COMMAND_CHILD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace scenarios {

enum class Addresses {
  kAsConfigured,   // usually random
  kNotRandomized,  // personality(ADDR_NO_RANDOMIZE)
};

// Runs this program with `arguments`, without stdout, and waits for it. Returns
// its exit code, or 128 and the signal that ended it. It is gone when this process is.
// Unavailable: it could not be started. Cancelled: this process was interrupted;
// DeadlineExceeded: it took longer than `patience`; the child is terminated.
absl::StatusOr<int> RunChild(const std::vector<std::string>& arguments, Addresses addresses,
                             absl::Duration patience = absl::InfiniteDuration());

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_CHILD_H_
