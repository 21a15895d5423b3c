// LoadedScenario: a scenario made ready to run. Every name in it was found,
// every role is wired, every check and every rule fits the world.
//
//   faults::Diagnostics problems;
//   auto scenario = scenarios::Load("pay.textproto", catalogue, problems);
//   if (scenario == nullptr) Print(faults::ToStatus(problems));
//
// What is wrong is said at its place in its file, together with what would be
// right:
//
//   pay.textproto:7:34: error: no system is called "exchange.Provder"; did you mean
//   "exchange.Provider"?

#ifndef SCENARIOS_SCENARIO_H_
#define SCENARIOS_SCENARIO_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "faults/plan.h"
#include "faults/source_text.h"
#include "scenarios/catalogue.h"
#include "scenarios/planned_check.h"
#include "scenarios/scenario.pb.h"
#include "scenarios/world_plan.h"

namespace scenarios {

class LoadedScenario {
 public:
  // As it was given: "scenarios/exchange/pay.textproto".
  const std::string& path() const { return path_; }

  // Without directory and extension: "pay".
  const std::string& name() const { return name_; }

  // Of all that its files say, those that it includes too. Comments and layout do
  // not count.
  uint64_t hash() const { return hash_; }

  // The text. `expect` and `budget` are filled in where it is silent.
  const settle::Scenario& text() const { return text_; }

  const WorldPlan& world() const { return world_; }

  // In the order of the text, included ones last.
  const std::vector<PlannedCheck>& checks() const { return checks_; }

  // Those of the catalogue that this world has the nodes for, by name.
  const std::vector<PlannedMeasure>& measures() const { return measures_; }

  // The outcomes of the workloads come first. A rule that `does_not_apply` here
  // was included and says why.
  const faults::Plan& plan() const { return plan_; }

 private:
  friend class ScenarioReader;
  LoadedScenario() = default;

  std::string path_;
  std::string name_;
  uint64_t hash_ = 0;
  settle::Scenario text_;
  WorldPlan world_;
  std::vector<PlannedCheck> checks_;
  std::vector<PlannedMeasure> measures_;
  faults::Plan plan_;
};

// Reads and checks a scenario. Null if anything is wrong, which is added to
// `problems`. `catalogue` must outlive the scenario.
std::unique_ptr<LoadedScenario> Load(const std::string& path, const Catalogue& catalogue,
                                     faults::Diagnostics& problems);

// The same for a text that has been read; `path` names it, and what it includes
// is relative to that.
std::unique_ptr<LoadedScenario> LoadText(const std::string& path, absl::string_view text,
                                         const Catalogue& catalogue, faults::Diagnostics& problems);

}  // namespace scenarios

#endif  // SCENARIOS_SCENARIO_H_
