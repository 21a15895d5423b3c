#include "scenarios/command/listing.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/words.h"
#include "scenarios/checks/declared.h"
#include "scenarios/names.h"
#include "scenarios/search/silence.h"
#include "scenarios/world_plan.h"

namespace scenarios {
namespace {

using absl::StrAppend;
using absl::StrCat;
using nlohmann::ordered_json;

std::string OnText(const sim::Step& step) {
  switch (step.on) {
    case sim::Step::On::kCommit:
      return StrCat("the commit of ", step.what,
                    step.column.empty() ? "" : StrCat(" [", step.column, " = ", step.value, "]"));
    case sim::Step::On::kSend:
      return StrCat("the request ", step.what);
    case sim::Step::On::kReply:
      return StrCat("the reply to ", step.what);
    case sim::Step::On::kTimer:
      return StrCat("the timer ", step.what);
  }
  return "";
}

void AddSwitches(const sim::SystemSpec& spec, Listing& listing) {
  for (const sim::SwitchSpec& it : spec.switches) {
    if (IsSetPerClient(it.name)) continue;
    const std::string values =
        it.values.empty() ? StrCat(it.least, " to ", it.most) : absl::StrJoin(it.values, " | ");
    StrAppend(&listing.text, "    switch  ", it.name, ": ", values, "; default ", it.default_value,
              "\n            ", it.about, "\n");
    listing.json["switches"].push_back({{"name", it.name},
                                        {"about", it.about},
                                        {"values", it.values},
                                        {"least", it.least},
                                        {"most", it.most},
                                        {"default", it.default_value}});
  }
}

// Quirks, and at their end which faults the families are that set them off.
void AddQuirks(const sim::SystemSpec& spec, Listing& listing) {
  std::map<std::string, std::string> families;
  for (const sim::QuirkSpec& it : spec.quirks) {
    StrAppend(&listing.text, "    quirk   ", it.name, ": ", it.about, "\n",
              it.source.empty() ? "" : StrCat("            source: ", it.source, "\n"),
              "            trigger: ", InWords(it.trigger), "\n");
    for (const sim::FaultFamily& family : it.trigger.families()) {
      if (!family.name.empty()) families[family.name] = FaultNames(family.faults);
    }
    listing.json["quirks"].push_back({{"name", it.name},
                                      {"about", it.about},
                                      {"source", it.source},
                                      {"trigger", InWords(it.trigger)},
                                      {"trigger_faults", FaultNames(it.trigger.faults())}});
  }
  for (const auto& [name, faults] : families) {
    StrAppend(&listing.text, "    ", name, ": ", faults, "\n");
  }
}

Listing Begun(absl::string_view type, const sim::SystemSpec& spec) {
  return {type,
          StrCat(type, "  ", spec.name, "\n    ", spec.about, "\n"),
          {{"name", spec.name},
           {"about", spec.about},
           {"methods", NamesOf(spec.methods)},
           {"tasks", spec.tasks},
           {"roles", ordered_json::array()},
           {"switches", ordered_json::array()},
           {"outcomes", ordered_json::array()},
           {"quirks", ordered_json::array()}}};
}

Listing Declared(absl::string_view type, const sim::SystemSpec& spec) {
  Listing listing = Begun(type, spec);
  for (const sim::RoleSpec& role : spec.roles) {
    StrAppend(&listing.text, "    role    ", role.name, ": ", role.system, "\n");
    listing.json["roles"].push_back({{"name", role.name}, {"system", role.system}});
  }
  AddSwitches(spec, listing);
  for (const sim::OutcomeSpec& it : spec.outcomes) {
    StrAppend(&listing.text, "    outcome ", it.name, ": ", it.about, "\n");
    listing.json["outcomes"].push_back({{"name", it.name}, {"about", it.about}});
  }
  AddQuirks(spec, listing);
  return listing;
}

}  // namespace

Listing SystemListing(const sim::SystemSpec& spec) {
  Listing listing = Declared("system", spec);
  StrAppend(&listing.text, "\n");
  return listing;
}

Listing WorkloadListing(const sim::SystemSpec& spec) {
  Listing listing = Declared("workload", spec);
  StrAppend(&listing.text, "    by flag --clients=1 to ", kMaxClients, ", --operations=1 to ",
            kMaxOperations, " of each; else as the scenario says\n\n");
  listing.json["most_clients"] = kMaxClients;
  listing.json["most_operations"] = kMaxOperations;
  return listing;
}

Listing StepListing(const StepSpec& spec) {
  const bool after = spec.step.moment == sim::Step::Moment::kAfter;
  const std::string when = StrCat(after ? "after " : "before ", OnText(spec.step));
  return {
      "step",
      StrCat("step  ", spec.step.name, " of ", spec.system, ", ", when, "\n    ", spec.about,
             "\n\n"),
      {{"name", spec.step.name}, {"system", spec.system}, {"when", when}, {"about", spec.about}}};
}

Listing CheckListing(const settle::CheckText& check, const std::vector<std::string>& files) {
  const size_t others = files.size() - 1;
  return {"check",
          StrCat("check  ", check.name(),
                 check.catalogue().empty() ? "" : StrCat(" (", check.catalogue(), ")"),
                 ", declared in ", files.front(),
                 others == 0 ? "" : StrCat(" and ", reports::Counted(others, "other text")),
                 "\n    \"", check.claim(), "\"\n    exercised by: ", Counts(check), "\n\n"),
          {{"name", check.name()},
           {"catalogue", check.catalogue()},
           {"claim", check.claim()},
           {"counts", Counts(check)},
           {"declared_in", files.front()}}};
}

Listing ScenarioListing(const LoadedScenario& scenario) {
  const settle::Scenario& text = scenario.text();
  return {"scenario",
          StrCat("scenario  ", scenario.path(), "\n    ", text.about(), "\n    expects ",
                 reports::VerdictWords(text.expect()),
                 text.violated().empty() ? "" : StrCat(": ", absl::StrJoin(text.violated(), ", ")),
                 "; ", reports::Counted(text.budget().seeds(), "seed"), "\n\n"),
          {{"path", scenario.path()},
           {"about", text.about()},
           {"expect", settle::Verdict_Name(text.expect())},
           {"violated", std::vector<std::string>(text.violated().begin(), text.violated().end())},
           {"seeds", text.budget().seeds()}}};
}

}  // namespace scenarios
