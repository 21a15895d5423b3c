#include "tests/determinism/exchange.h"

#include "faults/source_text.h"
#include "scenarios/exchange/catalogue.h"
#include "sim/core/check.h"

namespace determinism {
namespace {

// Both variants of the initiator with notices and queries, and queries alone.
constexpr const char* kScenarios[] = {
    "scenarios/exchange/reject_and_resend.textproto",
    "scenarios/exchange/query_and_collapse.textproto",
    "scenarios/exchange/pull_only.textproto",
};

}  // namespace

Exchange::Exchange() {
  scenarios::AddExchange(catalogue_);
  for (const char* path : kScenarios) {
    faults::Diagnostics problems;
    auto scenario = scenarios::Load(path, catalogue_, problems);
    SIM_CHECK(scenario != nullptr) << faults::ToStatus(problems).ToString();
    runners_.push_back(scenarios::NewRunner(*scenario));
    scenarios_.push_back(std::move(scenario));
  }
}

}  // namespace determinism
