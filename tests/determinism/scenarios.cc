#include "tests/determinism/scenarios.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "faults/source_text.h"
#include "scenarios/broker/catalogue.h"
#include "scenarios/cache/catalogue.h"
#include "scenarios/command/target.h"
#include "scenarios/exchange/catalogue.h"
#include "scenarios/lock/catalogue.h"
#include "scenarios/manners/assumption_checks.h"
#include "scenarios/shared/catalogue.h"
#include "scenarios/time/catalogue.h"
#include "scenarios/xa/catalogue.h"
#include "sim/core/check.h"

namespace determinism {

Scenarios::Scenarios(absl::Span<const char* const> names) {
  scenarios::AddExchange(catalogue_);
  scenarios::AddBroker(catalogue_);
  scenarios::AddCache(catalogue_);
  scenarios::AddLocks(catalogue_);
  scenarios::AddAssumptionChecks(catalogue_);
  scenarios::AddDeposits(catalogue_);
  scenarios::AddTime(catalogue_);
  scenarios::AddXa(catalogue_);
  for (const char* name : names) {
    const std::string path = absl::StrCat("scenarios/", name, ".textproto");
    faults::Diagnostics problems;
    auto scenario = scenarios::Load(path, catalogue_, problems);
    SIM_CHECK(scenario != nullptr) << faults::ToStatus(problems).ToString();
    runners_.push_back(scenarios::NewRunner(*scenario));
    scenarios_.push_back(std::move(scenario));
  }
}

Replayed Replay(const char* file) {
  const Scenarios none({});
  const absl::StatusOr<scenarios::Target> target =
      scenarios::LoadTarget(file, scenarios::Overrides(), none.catalogue());
  SIM_CHECK(target.ok()) << target.status().ToString();
  return {target->repro, scenarios::NewRunner(*target->scenario)->Run(target->options)};
}

}  // namespace determinism
