#include "scenarios/settings_text.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "scenarios/catalogue.h"
#include "scenarios/names.h"

namespace scenarios {
namespace {

// What is wrong with setting a switch of `system` to `value`; empty: nothing.
std::string Objection(const sim::SystemSpec& system, const std::string& name,
                      const std::string& value) {
  const auto found = absl::c_find_if(
      system.switches, [&name](const sim::SwitchSpec& one) { return one.name == name; });
  if (found == system.switches.end()) {
    return absl::StrCat(system.name, " has no switch \"", name, "\"",
                        Instead(name, NamesOf(system.switches)));
  }
  if (CanBe(*found, value)) return "";
  return absl::StrCat(
      "switch \"", name, "\" of ", system.name, " cannot be \"", value, "\"; it is ",
      found->values.empty() ? absl::StrCat("an integer from ", found->least, " to ", found->most)
                            : Alternatives(found->values));
}

}  // namespace

sim::Settings ReadSwitches(const sim::SystemSpec& system, const Strings& set,
                           const faults::Where& where, faults::Diagnostics& problems) {
  sim::Settings settings = system.Defaults();
  ChangeSwitches(system, set, where, settings, problems);
  return settings;
}

void ChangeSwitches(const sim::SystemSpec& system, const Strings& set, const faults::Where& where,
                    sim::Settings& settings, faults::Diagnostics& problems) {
  std::set<std::string> seen;
  for (int i = 0; i < set.size(); ++i) {
    const faults::Where here = where.Field("set", i);
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(set[i], absl::MaxSplits('=', 1));
    const auto& [name, value] = parts;
    if (set[i].find('=') == std::string::npos) {
      problems.push_back(here.Error(
          absl::StrCat("\"", set[i], "\" sets nothing; write set: \"", set[i], "=value\"")));
      continue;
    }
    const std::string objection = Objection(system, name, value);
    if (!objection.empty()) {
      problems.push_back(here.Error(objection));
    } else if (!seen.insert(name).second) {
      problems.push_back(here.Error(absl::StrCat("switch \"", name, "\" is set twice")));
    } else {
      settings.Set(name, value);
    }
  }
}

void ReadQuirks(const sim::SystemSpec& system, const Strings& quirks, const faults::Where& where,
                sim::Settings& settings, faults::Diagnostics& problems) {
  const std::vector<std::string> known = NamesOf(system.quirks);
  for (int i = 0; i < quirks.size(); ++i) {
    if (absl::c_linear_search(known, quirks[i])) {
      settings.AddQuirk(quirks[i]);
      continue;
    }
    problems.push_back(where.Field("quirk", i)
                           .Error(absl::StrCat(system.name, " has no quirk \"", quirks[i], "\"",
                                               Instead(quirks[i], known))));
  }
}

}  // namespace scenarios
