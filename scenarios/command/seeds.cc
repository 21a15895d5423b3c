#include "scenarios/command/seeds.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace scenarios {

absl::StatusOr<Seeds> ParseSeeds(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(text, absl::MaxSplits("..", 1));
  Seeds seeds;
  const bool range = absl::StrContains(text, "..");
  if (!absl::SimpleAtoi(ends.first, &seeds.first) ||
      !absl::SimpleAtoi(range ? ends.second : ends.first, &seeds.last)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no range of seeds; write 1..500, or 7"));
  }
  if (seeds.last < seeds.first) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" has no seeds; write the smaller one first"));
  }
  // The count must fit as well.
  if (seeds.last - seeds.first == std::numeric_limits<uint64_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" has too many seeds"));
  }
  return seeds;
}

}  // namespace scenarios
