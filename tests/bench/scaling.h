// How the cost of a run grows: with events, and with nodes that each do the same.

#ifndef TESTS_BENCH_SCALING_H_
#define TESTS_BENCH_SCALING_H_

#include <vector>

#include "tests/bench/row.h"

namespace bench {

struct Measurement {
  double size = 0;
  double cost = 0;
};

// The exponent e of cost = c * size^e that fits best: the slope of a straight line
// through the logarithms, by least squares. At least two sizes.
double FittedExponent(const std::vector<Measurement>& measurements);

void AddScaling(Effort effort, Rows& rows);

}  // namespace bench

#endif  // TESTS_BENCH_SCALING_H_
