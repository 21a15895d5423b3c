// Leave one out: how far a fault that is removed disturbs the others.
//
// A choice is keyed by what it is about and not by how much happened before it,
// so without one fault the others should still strike the very messages that they
// struck before. Shrinking and explaining rest on that.
//
// Failing work on a disk is left out in turn like any other fault, but not counted
// among the others: whoever fails tries again, and without the failure there is no
// second try whose reads could fail.

#ifndef SCENARIOS_TESTING_LEAVE_ONE_OUT_H_
#define SCENARIOS_TESTING_LEAVE_ONE_OUT_H_

#include <cstdint>
#include <string>

#include "scenarios/run.h"

namespace scenarios {

struct LeaveOneOut {
  int64_t left = 0;   // pins that should strike once more, but those of disks
  int64_t fired = 0;  // those that did, at the same point and occurrence
  int64_t same = 0;   // and struck the same there (scenarios/testing/struck.h)

  int64_t percent() const { return left == 0 ? 100 : same * 100 / left; }
  std::string ToString() const;
};

// Over the faults of the seeds 1 to `seeds`, each `stride`-th left out in turn.
LeaveOneOut MeasureLeaveOneOut(Runner& runner, uint64_t seeds, size_t stride = 1);

}  // namespace scenarios

#endif  // SCENARIOS_TESTING_LEAVE_ONE_OUT_H_
