// Seeds as they are asked for: "7", "1..500".
//
// Any 64-bit number is a seed. Both ends of a range are meant. Shards and processes
// share out seeds, never runs of one seed.

#ifndef SCENARIOS_COMMAND_SEEDS_H_
#define SCENARIOS_COMMAND_SEEDS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace scenarios {

// first, first + step, ... at most `last`. Empty if last < first.
struct Seeds {
  uint64_t first = 1;
  uint64_t last = 0;
  uint64_t step = 1;

  uint64_t count() const { return last < first ? 0 : (last - first) / step + 1; }

  // Every `of`-th of them, beginning with the one at `index`.
  Seeds Shard(uint64_t index, uint64_t of) const { return {first + index * step, last, step * of}; }
};

// InvalidArgument with what would be right.
absl::StatusOr<Seeds> ParseSeeds(absl::string_view text);

}  // namespace scenarios

#endif  // SCENARIOS_COMMAND_SEEDS_H_
