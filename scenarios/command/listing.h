// Listing: one thing that a scenario can name, as `settle list` shows it: for people,
// with line ends, and for programs.

#ifndef SCENARIOS_COMMAND_LISTING_H_
#define SCENARIOS_COMMAND_LISTING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "scenarios/catalogue.h"
#include "scenarios/scenario.h"
#include "scenarios/scenario.pb.h"

namespace scenarios {

struct Listing {
  absl::string_view type;  // of the JSON line
  std::string text;
  nlohmann::ordered_json json;
};

Listing SystemListing(const sim::SystemSpec& spec);

// As that of a system, with the flags for its number of clients and operations.
Listing WorkloadListing(const sim::SystemSpec& spec);

Listing StepListing(const StepSpec& spec);

// A check that `files`, at least one, declare.
Listing CheckListing(const settle::CheckText& check, const std::vector<std::string>& files);

Listing ScenarioListing(const LoadedScenario& scenario);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_LISTING_H_
