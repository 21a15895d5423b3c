// Hashes that are the same in every process, on every compiler, for all time.
//
// std::hash and absl::Hash are not: both may differ between two runs, so neither
// may come near a choice, a trace or an order. Hash fields, never structs:
// padding has no defined value.

#ifndef SIM_CORE_HASH_H_
#define SIM_CORE_HASH_H_

#include <cstdint>
#include <type_traits>

#include "absl/strings/string_view.h"

namespace sim {

// MurmurHash3's finalizer: a bijection of 64-bit words with good avalanche.
constexpr uint64_t Mix(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

// Names are hashed once, often at compile time: FNV-1a, then Mix.
constexpr uint64_t HashName(absl::string_view text) {
  uint64_t h = 0xcbf29ce484222325ULL;
  for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return Mix(h);
}

// A text with its HashName, for what is hashed more than once; made of any text.
// A view: it must outlive the call that it is passed to, no more.
class HashedText {
 public:
  template <typename Text>
    requires std::is_convertible_v<const Text&, absl::string_view>
  HashedText(const Text& text) : text_(text), hash_(HashName(text_)) {}
  HashedText(absl::string_view text, uint64_t hash) : text_(text), hash_(hash) {}

  absl::string_view text() const { return text_; }
  uint64_t hash() const { return hash_; }

 private:
  absl::string_view text_;
  uint64_t hash_;
};

// XXH3 of `count` words.
uint64_t HashWords(const uint64_t* words, int count, uint64_t seed);

// XXH3 of bytes.
uint64_t HashBytes(absl::string_view bytes, uint64_t seed);

}  // namespace sim

#endif  // SIM_CORE_HASH_H_
