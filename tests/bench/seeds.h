// How many seeds of whole systems a second of CPU time buys: the scenarios of the
// exchange, everything on.

#ifndef TESTS_BENCH_SEEDS_H_
#define TESTS_BENCH_SEEDS_H_

#include <cstdint>
#include <memory>

#include "reports/result.pb.h"

namespace bench {

// Runs of a scenario of the exchange in this process.
class ExchangeSeeds {
 public:
  explicit ExchangeSeeds(const char* path = "scenarios/exchange/reject_and_resend.textproto");
  ~ExchangeSeeds();
  settle::RunResult Run(uint64_t seed);
  const std::string& name() const;

 private:
  class Loaded;
  std::unique_ptr<Loaded> loaded_;
};

// Runs three scenarios under `seeds` seeds and prints a line for each.
void PrintSeeds(int seeds);

}  // namespace bench

#endif  // TESTS_BENCH_SEEDS_H_
