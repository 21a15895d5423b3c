// Catalogue: everything that a scenario can name.
//
// Filled in by one function per system ("scenarios/exchange/catalogue.h") and
// handed to the `settle` command; your own components make your own command:
//
//   int main(int argc, char** argv) {
//     scenarios::Catalogue catalogue;
//     scenarios::AddExchange(catalogue);
//     return scenarios::Main(argc, argv, catalogue);
//   }

#ifndef SCENARIOS_CATALOGUE_H_
#define SCENARIOS_CATALOGUE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "scenarios/check.h"
#include "scenarios/measure.h"
#include "sim/world/step.h"
#include "sim/world/system.h"

namespace scenarios {

// A protocol step of every node of one system; `step.node` is left empty.
struct StepSpec {
  std::string about;
  std::string system;
  sim::Step step;
};

struct Catalogue {
  // By name. A workload is a system whose nodes are the clients: one node per
  // client, named after the workload and numbered from 1. Its settings "client"
  // (number) and "operations" are set by the scenario; it asks Env::Turn() of each operation.
  std::map<std::string, sim::SystemSpec> systems;
  std::map<std::string, sim::SystemSpec> workloads;
  std::map<std::string, CheckSpec> checks;
  std::map<std::string, MeasureSpec> measures;
  std::vector<StepSpec> steps;

  // Two of one name, or a declaration that contradicts itself, end the process.
  void AddSystem(sim::SystemSpec spec);
  void AddWorkload(sim::SystemSpec spec);
  void AddCheck(CheckSpec spec);
  void AddMeasure(MeasureSpec spec);
};

// Whether a switch can have this value: one of its own, or an integer in its range.
bool CanBe(const sim::SwitchSpec& one, absl::string_view value);

}  // namespace scenarios

#endif  // SCENARIOS_CATALOGUE_H_
