#include "tests/determinism/exchange.h"

#include "absl/strings/str_cat.h"
#include "faults/source_text.h"
#include "scenarios/exchange/catalogue.h"
#include "sim/core/check.h"

namespace determinism {
Exchange::Exchange(absl::Span<const char* const> names) {
  scenarios::AddExchange(catalogue_);
  for (const char* name : names) {
    const std::string path = absl::StrCat("scenarios/exchange/", name, ".textproto");
    faults::Diagnostics problems;
    auto scenario = scenarios::Load(path, catalogue_, problems);
    SIM_CHECK(scenario != nullptr) << faults::ToStatus(problems).ToString();
    runners_.push_back(scenarios::NewRunner(*scenario));
    scenarios_.push_back(std::move(scenario));
  }
}

}  // namespace determinism
