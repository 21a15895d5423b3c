#include "sim/core/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstddef>

namespace sim {

static_assert(sizeof(size_t) == sizeof(uint64_t), "sizes are hashed too");
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "words are hashed as they lie in memory; a big-endian port must swap them");

uint64_t HashWords(const uint64_t* words, int count, uint64_t seed) {
  return XXH3_64bits_withSeed(words, sizeof(uint64_t) * count, seed);
}

uint64_t HashBytes(absl::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace sim
