#include "scenarios/catalogue.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "sim/core/check.h"

namespace scenarios {
namespace {

void CheckDeclaration(const sim::SystemSpec& spec) {
  SIM_CHECK(!spec.name.empty()) << "a system without a name";
  SIM_CHECK(spec.make != nullptr) << spec.name << " cannot be made";
  for (const sim::SwitchSpec& one : spec.switches) {
    SIM_CHECK(CanBe(one, one.default_value))
        << "switch \"" << one.name << "\" of " << spec.name << " cannot have its own default, \""
        << one.default_value << "\"";
  }
}

}  // namespace

bool CanBe(const sim::SwitchSpec& one, absl::string_view value) {
  int64_t number = 0;
  if (one.values.empty()) {
    return absl::SimpleAtoi(value, &number) && one.least <= number && number <= one.most;
  }
  return absl::c_linear_search(one.values, value);
}

void Catalogue::AddSystem(sim::SystemSpec spec) {
  CheckDeclaration(spec);
  const std::string name = spec.name;
  SIM_CHECK(systems.emplace(name, std::move(spec)).second) << "two systems are called " << name;
}

void Catalogue::AddWorkload(sim::SystemSpec spec) {
  CheckDeclaration(spec);
  const std::string name = spec.name;
  SIM_CHECK(spec.schema == nullptr) << "workload " << name << " has a database: clients keep none";
  SIM_CHECK(workloads.emplace(name, std::move(spec)).second) << "two workloads are called " << name;
}

void Catalogue::AddCheck(CheckSpec spec) {
  const std::string name = spec.name;
  SIM_CHECK(!name.empty()) << "a check without a name";
  SIM_CHECK(!spec.claim.empty()) << "check " << name << " claims nothing";
  SIM_CHECK(spec.make != nullptr) << "check " << name << " cannot be made";
  SIM_CHECK(checks.emplace(name, std::move(spec)).second) << "two checks are called " << name;
}

void Catalogue::AddMeasure(MeasureSpec spec) {
  const std::string name = spec.name;
  SIM_CHECK(!name.empty() && !spec.unit.empty()) << "a measure without a name or a unit";
  SIM_CHECK(spec.make != nullptr) << "measure " << name << " cannot be made";
  SIM_CHECK(measures.emplace(name, std::move(spec)).second) << "two measures are called " << name;
}

}  // namespace scenarios
