// The checks of this folder, one by one, with the nodes a and b of its scenarios; b1 and
// b2 are instances that share the database b.
// B repeats its notices by the schedule "roncoo": after 1, 2, 5 and 15 minutes.

#ifndef SCENARIOS_EXCHANGE_CHECK_BY_NAME_H_
#define SCENARIOS_EXCHANGE_CHECK_BY_NAME_H_

#include <memory>
#include <string>

#include "scenarios/catalogue.h"

namespace scenarios {

// A fresh check of those that `add` adds to a catalogue.
inline std::unique_ptr<Check> CheckByName(void (*add)(Catalogue&), const std::string& name,
                                          const std::string& reversal_first = "reject_and_resend") {
  Catalogue catalogue;
  add(catalogue);
  CheckContext context;
  context.nodes = {{"initiator", "a"}, {"provider", "b"}};
  context.databases = {{"b1", "b"}, {"b2", "b"}};
  context.settings["a"].Set("reversal_first", reversal_first);
  context.settings["a"].Set("day_ends_at_ms", "0");
  context.settings["b"].Set("notify_schedule", "roncoo");
  return catalogue.checks.at(name).make(context);
}

}  // namespace scenarios

#endif  // SCENARIOS_EXCHANGE_CHECK_BY_NAME_H_
