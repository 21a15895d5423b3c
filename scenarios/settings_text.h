// The settings of a node or a workload, as its text sets them.
//
// What is wrong goes into `problems`, with the line and column of the field, and all of
// it: reading goes on. What is returned is of use only if nothing was added.

#ifndef SCENARIOS_SETTINGS_TEXT_H_
#define SCENARIOS_SETTINGS_TEXT_H_

#include <string>

#include "faults/source_text.h"
#include "google/protobuf/repeated_field.h"
#include "sim/world/system.h"

namespace scenarios {

using Strings = google::protobuf::RepeatedPtrField<std::string>;

// `system`'s defaults and then each "switch=value" of `set`. `where` is the
// message that has the field "set".
sim::Settings ReadSwitches(const sim::SystemSpec& system, const Strings& set,
                           const faults::Where& where, faults::Diagnostics& problems);

// The same for the field "quirk".
// The same for `settings` that are complete.
void ChangeSwitches(const sim::SystemSpec& system, const Strings& set, const faults::Where& where,
                    sim::Settings& settings, faults::Diagnostics& problems);

void ReadQuirks(const sim::SystemSpec& system, const Strings& quirks, const faults::Where& where,
                sim::Settings& settings, faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_SETTINGS_TEXT_H_
