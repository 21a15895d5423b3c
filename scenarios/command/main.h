// The `settle` command over a catalogue of systems, workloads and checks.
//
//   int main(int argc, char** argv) {
//     scenarios::Catalogue catalogue;
//     scenarios::AddExchange(catalogue);
//     return scenarios::Main(argc, argv, catalogue);
//   }

#ifndef SCENARIOS_COMMAND_MAIN_H_
#define SCENARIOS_COMMAND_MAIN_H_

#include "scenarios/catalogue.h"

namespace scenarios {

// Returns the exit code; exit_code.h says what it means.
int Main(int argc, char** argv, const Catalogue& catalogue);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_MAIN_H_
