#include "scenarios/scenario.h"

#include <filesystem>
#include <utility>

#include "scenarios/check_text.h"
#include "scenarios/expectation_text.h"
#include "scenarios/fault_text.h"
#include "scenarios/wiring.h"
#include "scenarios/world_text.h"
#include "sim/core/hash.h"

namespace scenarios {
namespace {

// `text` holds the included checks already; the faults are as gathered.
uint64_t HashOf(settle::Scenario text, const faults::PlanText& gathered) {
  settle::FaultPlan plan;
  for (const faults::RuleText& rule : gathered.rules) *plan.add_rule() = rule.rule;
  for (const faults::PinInText& pin : gathered.pins) *plan.add_pin() = pin.pin;
  text.clear_include_checks();
  text.mutable_chaos()->clear_include();
  return sim::HashBytes(plan.SerializeAsString(), sim::HashBytes(text.SerializeAsString(), 0));
}

}  // namespace

class ScenarioReader {
 public:
  ScenarioReader(const Catalogue& catalogue, faults::Diagnostics& problems)
      : catalogue_(catalogue), problems_(problems), already_(problems.size()) {}

  std::unique_ptr<LoadedScenario> Read(const std::string& path, absl::string_view text) {
    std::unique_ptr<LoadedScenario> scenario(new LoadedScenario);
    scenario->path_ = path;
    scenario->name_ = std::filesystem::path(path).stem().string();
    settle::Scenario& said = scenario->text_;
    const faults::Where where = faults::ParseText(path, text, said, problems_);
    if (Failed()) return nullptr;

    const std::vector<CheckInText> checks = GatherChecks(said, where, problems_);
    const faults::PlanText faults = GatherFaults(said, where, problems_);
    const bool gathered = !Failed();
    scenario->world_ = ReadWorld(said, where, catalogue_, problems_);
    // Of promises that could not be read, nobody knows whether they are there.
    if (gathered) ReadExpectation(checks, where, said, problems_);
    if (Failed()) return nullptr;  // Of a world that is not right, nothing more can be said.

    const auto mirror = Mirror::Build(scenario->world_.Schemas());
    if (!mirror.ok()) {
      problems_.push_back(where.Error(std::string(mirror.status().message())));
      return nullptr;
    }
    scenario->checks_ = ReadChecks(checks, catalogue_, scenario->world_, **mirror, problems_);
    for (const auto& [name, spec] : catalogue_.measures) {
      if (auto nodes = WireMeasure(spec.roles, scenario->world_.nodes)) {
        scenario->measures_.push_back({&spec, *std::move(nodes)});
      }
    }
    scenario->plan_ = ReadFaults(said, faults, scenario->world_, problems_);
    if (Failed()) return nullptr;

    said.clear_check();
    for (const CheckInText& check : checks) *said.add_check() = check.text;
    scenario->hash_ = HashOf(said, faults);
    return scenario;
  }

 private:
  bool Failed() const { return problems_.size() > already_; }

  const Catalogue& catalogue_;
  faults::Diagnostics& problems_;
  const size_t already_;
};

std::unique_ptr<LoadedScenario> Load(const std::string& path, const Catalogue& catalogue,
                                     faults::Diagnostics& problems) {
  const absl::StatusOr<std::string> text = faults::ReadFile(path);
  if (!text.ok()) {
    faults::Diagnostic problem;
    problem.file = path;
    problem.message = std::string(text.status().message());
    problems.push_back(std::move(problem));
    return nullptr;
  }
  return LoadText(path, *text, catalogue, problems);
}

std::unique_ptr<LoadedScenario> LoadText(const std::string& path, absl::string_view text,
                                         const Catalogue& catalogue,
                                         faults::Diagnostics& problems) {
  return ScenarioReader(catalogue, problems).Read(path, text);
}

}  // namespace scenarios
