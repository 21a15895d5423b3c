// Struck: what each fault of a run struck, so that two runs can be compared.
//
// That a fault fires at the same point and occurrence says that it struck a message
// of the same method, leg, ends and business key. It is the same message only if it
// says the same (its content and status) for the same reason: the last thing from
// outside, a delivery, a deadline or a timer, that led its sender to send it. The
// same crash is one at the same record of the same task, woken for the same reason.
// Partitions, outcomes and clocks are what their point and occurrence say.

#ifndef SCENARIOS_TESTING_STRUCK_H_
#define SCENARIOS_TESTING_STRUCK_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/run.h"
#include "sim/choice/choice.h"

namespace scenarios {

struct Struck {
  std::vector<sim::Pin> pins;  // that fired, in order
  // By point and occurrence: a hash of what was struck.
  std::map<std::pair<std::string, uint64_t>, uint64_t> what;

  bool has(const sim::Pin& pin) const { return what.count({pin.point, pin.occurrence}) > 0; }

  // Whether `pin`, which fired here, struck the same in `other`.
  bool IsSame(const sim::Pin& pin, const Struck& other) const {
    const std::pair<std::string, uint64_t> where(pin.point, pin.occurrence);
    return other.has(pin) && other.what.at(where) == what.at(where);
  }
};

// Runs as `options` say, but for the trace, which is kept whole.
Struck RunAndSeeWhatIsStruck(Runner& runner, RunOptions options);

}  // namespace scenarios

#endif  // SCENARIOS_TESTING_STRUCK_H_
