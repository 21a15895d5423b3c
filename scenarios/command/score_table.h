// The quirk score, as it is told: a line for each quirk and search, and what they come to.

#ifndef SCENARIOS_COMMAND_SCORE_TABLE_H_
#define SCENARIOS_COMMAND_SCORE_TABLE_H_

#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "scenarios/command/console.h"
#include "scenarios/search/score.h"
#include "scenarios/search/silence.h"

namespace scenarios {

// What all attempts at one quirk came to: by search, and each in its order.
struct QuirkAttempts {
  std::string quirk;  // name of its scenario
  std::vector<Attempt> of[std::size(kSearches)];
  Silence silence;
};

// Of a bug that every search finds with one fault nobody can tell which one is better at
// putting faults together: those of which even the smallest failure that was met has two or
// more are summed up apart. A quirk that breaks a promise without its trigger is told with
// what was on.
void SayScore(const std::vector<QuirkAttempts>& quirks, bool shrunk, Console& console);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_SCORE_TABLE_H_
