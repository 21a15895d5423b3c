// Time, as a scenario declares it: when the world begins, the business calendar of an
// organisation, and how good the clock of a node is.
//
//   starts: "2026-03-27"
//   organisation {
//     name: "bank"
//     calendar {
//       utc_offset: "1h" transition { at: "2026-03-29T01:00:00Z" utc_offset: "2h" }
//       cut_off: "16:30" holiday: "2026-04-03" holiday: "2026-04-06"
//     }
//     node { name: "b" system: "exchange.Provider" clock { ntp: SLEW drift_ppm: 40 } }
//   }

#ifndef SCENARIOS_TIME_TEXT_H_
#define SCENARIOS_TIME_TEXT_H_

#include <memory>

#include "absl/time/time.h"
#include "faults/source_text.h"
#include "scenarios/scenario.pb.h"
#include "sim/world/calendar.h"
#include "sim/world/clock_spec.h"

namespace scenarios {

// Each adds to `problems` what is wrong, at its place `where`.

// A day ("2026-03-27", UTC midnight) or an instant ("2026-03-27T16:00:00Z").
absl::Time ReadStart(const std::string& text, const faults::Where& where,
                     faults::Diagnostics& problems);

std::shared_ptr<const sim::Calendar> ReadCalendar(const settle::Calendar& text,
                                                  const faults::Where& where,
                                                  faults::Diagnostics& problems);

sim::ClockSpec ReadClock(const settle::NodeClock& text, const faults::Where& where,
                         faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_TIME_TEXT_H_
