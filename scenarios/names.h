// Names in scenarios, and what to say about one that nobody knows.
//
// Errors that name what is unknown end with what might have been meant; so does every
// error of the command line.

#ifndef SCENARIOS_NAMES_H_
#define SCENARIOS_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace scenarios {

// Letters, digits and underscores, no digit first: what SQL reads without quotes.
bool IsIdentifier(absl::string_view name);

// Ends an error about the unknown `name`: with the name that was probably meant,
// else with all that are known, if they are few, else with nothing.
std::string Instead(absl::string_view name, const std::vector<std::string>& known);

// "b", "b or c", "b, c or d".
std::string Alternatives(const std::vector<std::string>& names);

// The names under which `map` keeps things.
template <typename Map>
std::vector<std::string> KeysOf(const Map& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

// The names of things that have one.
template <typename Things>
std::vector<std::string> NamesOf(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

}  // namespace scenarios

#endif  // SCENARIOS_NAMES_H_
