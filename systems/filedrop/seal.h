// The seal of a statement: the totals and the digest in its header.
//
// Sums are made with 128 bits: no file that has 64-bit amounts overflows them.

#ifndef SYSTEMS_FILEDROP_SEAL_H_
#define SYSTEMS_FILEDROP_SEAL_H_

#include <string>

#include "absl/numeric/int128.h"

namespace filedrop {

class Statement;

// The sum of the amounts of its lines.
absl::int128 TotalOf(const Statement& statement);

// The same as the header writes it.
std::string TotalText(const Statement& statement);

// Over the header without the digest, and the lines.
std::string DigestOf(const Statement& statement);

// Writes count, total and digest.
void Seal(Statement& statement);

}  // namespace filedrop

#endif  // SYSTEMS_FILEDROP_SEAL_H_
