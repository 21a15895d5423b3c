#include "scenarios/check_text.h"

#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scenarios/checks/declared.h"
#include "scenarios/names.h"
#include "scenarios/wiring.h"

namespace scenarios {
namespace {

using absl::StrCat;
using faults::Where;

void Include(const std::string& name, const Where& where, std::vector<CheckInText>& checks,
             faults::Diagnostics& problems) {
  const std::filesystem::path folder = std::filesystem::path(where.file()).parent_path();
  const std::string path = (folder / name).lexically_normal().string();
  const absl::StatusOr<std::string> text = faults::ReadFile(path);
  if (!text.ok()) {
    problems.push_back(where.Error(std::string(text.status().message())));
    return;
  }
  settle::Checks included;
  const Where there = faults::ParseText(path, *text, included, problems);
  for (int i = 0; i < included.check_size(); ++i) {
    checks.push_back({included.check(i), there.Field("check", i)});
  }
}

// Fills in a check of the catalogue.
void Find(const CheckInText& check, const Catalogue& catalogue, const WorldPlan& world,
          PlannedCheck& planned, faults::Diagnostics& problems) {
  const auto& [text, where] = check;
  const auto found = catalogue.checks.find(text.name());
  if (found == catalogue.checks.end()) {
    problems.push_back(where.Field("name").Error(
        text.name().empty()
            ? "the check has no name"
            : StrCat("no check is called \"", text.name(), "\"",
                     Instead(text.name(), KeysOf(catalogue.checks)),
                     text.claim().empty() ? "" : "; to declare one here, add sql: \"...\"")));
    return;
  }
  const CheckSpec& spec = found->second;
  if (!text.catalogue().empty() && text.catalogue() != spec.catalogue) {
    problems.push_back(where.Field("catalogue")
                           .Error(StrCat("check \"", spec.name, "\" is ", spec.catalogue, ", not ",
                                         text.catalogue())));
  }
  if (!text.claim().empty()) {
    problems.push_back(where.Field("claim").Error(
        StrCat("check \"", spec.name, "\" is of the catalogue, which states its claim")));
  }
  if (!text.exercised_sql().empty()) {
    problems.push_back(where.Field("exercised_sql").Error("exercised_sql goes with sql only"));
  }
  planned.spec = &spec;
  planned.catalogue = spec.catalogue;
  planned.claim = spec.claim;
  planned.counts = spec.counts;
  planned.nodes = WireCheck(spec.name, spec.roles, world.nodes, where, problems);
}

// Fills in a check that the scenario declares.
void Declare(const CheckInText& check, const Catalogue& catalogue, Mirror& mirror,
             PlannedCheck& planned, faults::Diagnostics& problems) {
  const auto& [text, where] = check;
  LintDeclared(text, where, mirror, problems);
  if (catalogue.checks.count(text.name()) > 0) {
    problems.push_back(where.Field("name").Error(
        StrCat("the catalogue has a check \"", text.name(), "\"; call this one otherwise")));
  }
  planned.catalogue = text.catalogue();
  planned.claim = text.claim();
  planned.counts = Counts(text);
}

}  // namespace

std::vector<CheckInText> GatherChecks(const settle::Scenario& text, const Where& where,
                                      faults::Diagnostics& problems) {
  std::vector<CheckInText> checks;
  for (int i = 0; i < text.check_size(); ++i) {
    checks.push_back({text.check(i), where.Field("check", i)});
  }
  for (int i = 0; i < text.include_checks_size(); ++i) {
    Include(text.include_checks(i), where.Field("include_checks", i), checks, problems);
  }
  return checks;
}

std::vector<PlannedCheck> ReadChecks(const std::vector<CheckInText>& texts,
                                     const Catalogue& catalogue, const WorldPlan& world,
                                     Mirror& mirror, faults::Diagnostics& problems) {
  std::vector<PlannedCheck> checks;
  std::set<std::string> names;
  for (const CheckInText& check : texts) {
    const std::string& name = check.text.name();
    if (!name.empty() && !names.insert(name).second) {
      problems.push_back(
          check.where.Field("name").Error(StrCat("two checks are called \"", name, "\"")));
      continue;
    }
    PlannedCheck planned;
    planned.name = name;
    planned.text = check.text;
    planned.where = check.where;
    if (IsDeclared(check.text)) {
      Declare(check, catalogue, mirror, planned, problems);
    } else {
      Find(check, catalogue, world, planned, problems);
    }
    checks.push_back(std::move(planned));
  }
  return checks;
}

}  // namespace scenarios
