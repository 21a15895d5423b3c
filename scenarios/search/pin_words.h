// A pin in words of its scenario: of how business ends, what its system says that it means.
//
//   the 1st outcome before_debit of pay3-1 on b: the payment fails before any money has moved

#ifndef SCENARIOS_SEARCH_PIN_WORDS_H_
#define SCENARIOS_SEARCH_PIN_WORDS_H_

#include <string>

#include "scenarios/world_plan.h"
#include "sim/choice/choice.h"

namespace scenarios {

// Without a world, and of an outcome that its system does not explain, as faults::Sentence.
std::string PinWords(const sim::Pin& pin, const WorldPlan* world);

}  // namespace scenarios

#endif  // SCENARIOS_SEARCH_PIN_WORDS_H_
