#include "sim/net/latency.h"

#include <bit>

namespace sim {
namespace {

constexpr int kHalvings = 16;  // The tail ends here: 2^-16 of all messages.

}  // namespace

Nanos LongTail::Sample(NodeId, NodeId, uint64_t bits) {
  // The leading zeros of random bits are geometric, the bits after them uniform:
  // together an exponential variable in steps of 2^-16, without floating point.
  const int halvings = std::countl_zero(bits | 1);
  if (halvings >= kHalvings) return floor_ + (unit_ << (kHalvings / 2));
  const uint64_t fraction = (bits << (halvings + 1)) >> 48;
  // unit * 2^(j/2), linear between whole j: even j by shifting, odd j by 181/128,
  // which is the square root of 2 to four digits.
  const auto power = [this](int j) {
    const Nanos even = unit_ << (j / 2);
    return j % 2 == 0 ? even : even * 181 / 128;
  };
  const Nanos low = power(halvings);
  const Nanos high = power(halvings + 1);
  // A large fraction means many ones: nearer to the smaller value.
  return floor_ + low + (high - low) * static_cast<Nanos>(65535 - fraction) / 65536;
}

}  // namespace sim
