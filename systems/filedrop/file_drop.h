// FileDrop: the place where a bank leaves its statements for others to fetch.
//
// The bank writes what its books say; what a reader finds may be something else:
// here is where statements go wrong in the world, between the system that keeps the
// books and the file that leaves the house. A line is missing, states another
// amount, fee or status, stands in the file of a later day, or is followed by one
// that is nobody's. A file is there late or twice, lacks its end for a while, or is
// issued again without its mistakes.
//
// Header and lines of a file with mistakes agree: it is what the bank has issued.
// Only a truncated file has a header that its lines do not bear out.
//
// The mistakes are choices of the fault plan (see sim/world/fault_point.h): "line b
// statement order-7" and "file b statement 2026-01-05". A file stays as it was first
// found.

#ifndef SYSTEMS_FILEDROP_FILE_DROP_H_
#define SYSTEMS_FILEDROP_FILE_DROP_H_

#include <cstdint>
#include <vector>

#include "sim/world/env.h"
#include "sim/world/fault_point.h"

namespace filedrop {

class Statement;
class StatementLine;

// How a line can be misstated; the numbers are those of fault.proto.
enum class Misstated : int64_t { kAmountMore = 1, kAmountLess = 2, kFee = 3, kStatus = 4 };

// What such a line states instead.
void Misstate(Misstated what, StatementLine& line);

// The line that nobody knows, made after `line`.
StatementLine StrayAfter(const StatementLine& line);

// How many days later a line stands that is so many nanoseconds late: begun days count.
int64_t DaysLate(int64_t nanos);

// Days for which lines may come late; who calls Listed() knows as many files.
inline constexpr int64_t kMostDaysLate = 3;

class FileDrop {
 public:
  static constexpr char kKind[] = "statement";

  explicit FileDrop(sim::Env& env);

  // The files of a day that a reader finds `age_ms` after they were written, in the
  // order of their issue; perhaps none. `written`: sealed, as the books say, of the
  // day and of up to kMostDaysLate days before it, the day itself last.
  std::vector<Statement> Listed(const std::vector<Statement>& written, int64_t age_ms);

 private:
  Statement AsIssued(const std::vector<Statement>& written);

  sim::FaultPoint faults_;
};

}  // namespace filedrop

#endif  // SYSTEMS_FILEDROP_FILE_DROP_H_
