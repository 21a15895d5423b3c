// Silence: what a planted bug does when its trigger is away, and all else that the
// scenario's plan does to it is not.
//
// A quirk that breaks a promise all the same is too blunt: that a check or a search finds it
// proves nothing. What it takes to set it off, its SystemSpec declares (sim/world/trigger.h).

#ifndef SCENARIOS_SEARCH_SILENCE_H_
#define SCENARIOS_SEARCH_SILENCE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "scenarios/run.h"
#include "scenarios/scenario.h"
#include "sim/choice/choice.h"
#include "sim/world/trigger.h"

namespace sim {
struct QuirkSpec;
}  // namespace sim

namespace scenarios {

// "late answers or system_error", "two clients at once, and fail_over".
std::string InWords(const sim::Trigger& trigger);

// "drop, delay, partition".
std::string FaultNames(const std::set<sim::ChoiceKind>& faults);

// The quirk that the scenario plants; null if it plants none, or several.
const sim::QuirkSpec* QuirkOf(const LoadedScenario& scenario);

// A run, but for its seed, and what is on in it: "duplicate, refuse, all clients".
struct WhatIsOn {
  RunOptions run;
  std::string on;
};

// Without `trigger` and with all else: it is there in none of them. Of a quirk that needs
// nothing, and of one that declares nothing: no fault and one client.
std::vector<WhatIsOn> WithoutTrigger(const LoadedScenario& scenario, const sim::Trigger& trigger);

// With one part of `trigger` for which the scenario's plan has rules, and nothing else.
std::vector<WhatIsOn> TriggerAlone(const LoadedScenario& scenario, const sim::Trigger& trigger);

struct Silence {
  std::string trigger;               // in words
  std::vector<std::string> without;  // what was on when it was watched without it
  std::string broken;                // the promise that it breaks all the same, and with what
  bool needs_nothing = false;
  // Parts of the trigger that set it off alone, and those that did not.
  std::vector<std::string> alone;
  std::vector<std::string> not_alone;
};
// With `seeds` of each.
Silence SilenceOf(const LoadedScenario& scenario, Runner& runner, uint64_t seeds);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_SILENCE_H_
