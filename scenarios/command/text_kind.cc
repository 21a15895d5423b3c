#include "scenarios/command/text_kind.h"

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults/fault.pb.h"
#include "reports/result.pb.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {
namespace {

using absl::StrCat;

template <typename Message>
std::optional<Message> Parse(const std::string& text) {
  Message message;
  faults::Diagnostics problems;
  faults::ParseText("", text, message, problems);
  if (!problems.empty()) return std::nullopt;
  return message;
}

bool HasOnlyChecks(settle::Scenario text) {
  if (text.check().empty()) return false;
  text.clear_about();
  text.clear_check();
  return text.ByteSizeLong() == 0;
}

// Nothing if the text could be several kinds, or none.
std::optional<TextKind> KindOf(const std::string& text) {
  if (const auto scenario = Parse<settle::Scenario>(text); scenario.has_value()) {
    if (HasOnlyChecks(*scenario)) return TextKind::kChecks;
    if (scenario->organisation_size() + scenario->workload_size() > 0) return TextKind::kScenario;
  }
  if (const auto plan = Parse<settle::FaultPlan>(text); plan.has_value()) {
    if (plan->rule_size() + plan->pin_size() + plan->include_size() > 0) {
      return TextKind::kFaultPlan;
    }
  }
  if (const auto repro = Parse<settle::Repro>(text); repro.has_value()) {
    if (!repro->scenario().empty()) return TextKind::kRepro;
  }
  for (const auto& [name, kind] : {std::pair{"settle.Checks", TextKind::kChecks},
                                   std::pair{"settle.FaultPlan", TextKind::kFaultPlan},
                                   std::pair{"settle.Repro", TextKind::kRepro}}) {
    if (absl::StrContains(text, StrCat("# proto-message: ", name, "\n"))) return kind;
  }
  return std::nullopt;
}

std::string About(TextKind kind, const std::string& path) {
  switch (kind) {
    case TextKind::kScenario:
      return StrCat("this is a scenario; to run one seed of it, name the seed: ", path, "@1");
    case TextKind::kChecks:
      return "these are checks: scenarios include them by include_checks: \"...\"; name a scenario";
    case TextKind::kFaultPlan:
      return "this is a fault plan: scenarios include it by chaos { include: \"...\" }; name a "
             "scenario";
    case TextKind::kRepro:
      return StrCat("this is a repro file: settle replay ", path, "; name a scenario");
  }
  return "";
}

}  // namespace

bool IsOfKind(TextKind wanted, const std::string& path, faults::Diagnostics& problems) {
  const absl::StatusOr<std::string> text = faults::ReadFile(path);
  if (!text.ok()) return true;  // Whoever reads it says so.
  const std::optional<TextKind> kind = KindOf(*text);
  if (!kind.has_value() || *kind == wanted) return true;
  problems.push_back({path, 1, 1, About(*kind, path)});
  return false;
}

}  // namespace scenarios
