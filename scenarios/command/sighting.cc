#include "scenarios/command/sighting.h"

#include "absl/strings/str_cat.h"
#include "reports/result.pb.h"

namespace scenarios {

Sighting SightingOf(const settle::Repro& repro, const settle::RunResult& run) {
  const settle::FindingResult* first = nullptr;  // of any key
  for (const settle::FindingResult& finding : run.finding()) {
    if (finding.check() != repro.check()) continue;
    if (finding.key() == repro.key()) return {&finding, ""};
    if (first == nullptr) first = &finding;
  }
  if (first == nullptr || repro.key().empty()) return {first, ""};
  const std::string key = first->key().empty() ? "no key" : first->key();
  return {nullptr, absl::StrCat("broken, but for ", key, ", not ", repro.key())};
}

}  // namespace scenarios
