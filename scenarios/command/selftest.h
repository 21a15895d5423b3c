// The scenario that comes with the command: with it `settle doctor` tests, also
// where there is no scenario, that runs repeat. A saver puts money into a box over
// a bad network; the box dies now and then. It uses whatever could differ between
// two processes: draws, calls, timers, tables, crashes.
//
// It finds what is wrong with the simulator, the libraries and the machine. A
// component of yours that is not deterministic is found by a scenario that has it.

#ifndef SCENARIOS_COMMAND_SELFTEST_H_
#define SCENARIOS_COMMAND_SELFTEST_H_

#include "absl/strings/string_view.h"
#include "scenarios/catalogue.h"

namespace scenarios {

// The systems of the self-test and nothing else: no scenario of a user has them.
Catalogue SelfTestCatalogue();

absl::string_view SelfTestText();

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_SELFTEST_H_
