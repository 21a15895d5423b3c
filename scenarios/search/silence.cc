#include "scenarios/search/silence.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "faults/kinds.h"
#include "sim/choice/place.h"
#include "sim/world/system.h"

namespace scenarios {
namespace {

using sim::ChoiceKind;

// For which the plan has rules that apply.
std::set<ChoiceKind> RuledFaults(const LoadedScenario& scenario) {
  std::set<ChoiceKind> faults;
  for (const faults::Rule& rule : scenario.plan().rules) {
    const bool business = rule.place == sim::PlaceKind::kOutcome;
    if (!business && rule.does_not_apply.empty()) faults.insert(rule.fault);
  }
  return faults;
}

constexpr absl::string_view kAll = "all clients";
constexpr absl::string_view kOne = "one client";

// All rules but those of the faults in `off`.
WhatIsOn Faulty(const LoadedScenario& scenario, std::set<ChoiceKind> off, absl::string_view who) {
  std::vector<std::string> on;
  for (const ChoiceKind fault : RuledFaults(scenario)) {
    if (!off.contains(fault)) on.emplace_back(faults::FaultName(fault));
  }
  on.emplace_back(who);
  WhatIsOn what;
  what.on = absl::StrJoin(on, ", ");
  what.run.off = std::move(off);
  if (who == kOne) what.run.clients = 1;
  return what;
}

WhatIsOn Calm(absl::string_view who) {
  WhatIsOn what;
  what.on = absl::StrCat("no fault, ", who);
  what.run.chaos = false;
  if (who == kOne) what.run.clients = 1;
  return what;
}

// The first promise that is broken in a run of `seeds`, or "".
std::string Broken(Runner& runner, RunOptions run, uint64_t seeds) {
  for (run.seed = 1; run.seed <= seeds; ++run.seed) {
    const settle::RunResult result = runner.Run(run);
    if (result.verdict() == settle::VIOLATED) return result.finding(0).check();
  }
  return "";
}

}  // namespace

std::string FaultNames(const std::set<ChoiceKind>& faults) {
  return absl::StrJoin(faults, ", ", [](std::string* text, ChoiceKind fault) {
    absl::StrAppend(text, faults::FaultName(fault));
  });
}

std::string InWords(const sim::Trigger& trigger) {
  if (!trigger.declared()) return "not declared";
  if (!trigger.why_nothing().empty()) return absl::StrCat("nothing: ", trigger.why_nothing());
  std::vector<std::string> families;
  for (const sim::FaultFamily& family : trigger.families()) {
    families.push_back(family.name.empty() ? FaultNames(family.faults) : family.name);
  }
  std::string any = absl::StrJoin(families, ", ");
  if (families.size() > 1) {
    const std::string last = std::move(families.back());
    families.pop_back();
    any = absl::StrCat(absl::StrJoin(families, ", "), " or ", last);
  }
  if (!trigger.concurrency()) return any;
  return any.empty() ? "two clients at once" : absl::StrCat("two clients at once, and ", any);
}

const sim::QuirkSpec* QuirkOf(const LoadedScenario& scenario) {
  std::set<std::string> names;
  const sim::QuirkSpec* planted = nullptr;
  for (const sim::NodeSpec& node : scenario.world().nodes) {
    for (const sim::QuirkSpec& quirk : node.system->quirks) {
      if (!node.settings.Quirk(quirk.name)) continue;
      names.insert(quirk.name);
      planted = &quirk;
    }
  }
  return names.size() == 1 ? planted : nullptr;
}

std::vector<WhatIsOn> WithoutTrigger(const LoadedScenario& scenario, const sim::Trigger& trigger) {
  std::vector<WhatIsOn> all;
  if (!trigger.families().empty()) all.push_back(Faulty(scenario, trigger.faults(), kAll));
  if (trigger.concurrency()) all.push_back(Faulty(scenario, {}, kOne));
  if (all.empty()) all.push_back(Calm(kOne));
  return all;
}

std::vector<WhatIsOn> TriggerAlone(const LoadedScenario& scenario, const sim::Trigger& trigger) {
  std::vector<WhatIsOn> all;
  const std::set<ChoiceKind> ruled = RuledFaults(scenario);
  for (const sim::FaultFamily& family : trigger.families()) {
    for (const ChoiceKind fault : family.faults) {
      if (!ruled.contains(fault)) continue;
      std::set<ChoiceKind> others = ruled;
      others.erase(fault);
      all.push_back(Faulty(scenario, std::move(others), kAll));
      all.back().on = std::string(faults::FaultName(fault));
    }
  }
  if (trigger.concurrency() && trigger.families().empty()) all.push_back(Calm(kAll));
  return all;
}

Silence SilenceOf(const LoadedScenario& scenario, Runner& runner, uint64_t seeds) {
  Silence silence;
  const sim::QuirkSpec* const quirk = QuirkOf(scenario);
  if (quirk == nullptr) return silence;
  silence.trigger = InWords(quirk->trigger);
  silence.needs_nothing = !quirk->trigger.why_nothing().empty();
  for (const WhatIsOn& what : WithoutTrigger(scenario, quirk->trigger)) {
    silence.without.push_back(what.on);
    const std::string broken = Broken(runner, what.run, seeds);
    if (!broken.empty()) silence.broken = absl::StrCat(broken, ", with ", what.on);
  }
  for (const WhatIsOn& what : TriggerAlone(scenario, quirk->trigger)) {
    const bool alone = !Broken(runner, what.run, seeds).empty();
    (alone ? silence.alone : silence.not_alone).push_back(what.on);
  }
  return silence;
}

}  // namespace scenarios
