// The typical seed: ten banks with a database of a hundred accounts each, which make
// three hundred transfers of three statements and tell their neighbour of each one,
// under faults of every kind, watched by checks of every kind.

#ifndef TESTS_BENCH_BANK_H_
#define TESTS_BENCH_BANK_H_

#include <cstdint>
#include <memory>
#include <string>

#include "reports/result.pb.h"
#include "sim/world/world.h"

namespace bench {

inline constexpr int kBanks = 10;
inline constexpr int64_t kBankAccounts = 100;
inline constexpr int64_t kTransfers = 300;

// What a bank's database is and what it is asked: the bare loop over SQLite runs the
// same.
extern const char kBankSchema[];
extern const char kSelectAccount[];
extern const char kUpdateAccount[];
extern const char kInsertTransfer[];

// Runs of the scenario, everything on.
class TypicalSeeds {
 public:
  TypicalSeeds();
  ~TypicalSeeds();
  // Ends the process if a promise breaks or was not exercised: then the seed did not
  // do the work that is measured.
  settle::RunResult Run(uint64_t seed);

 private:
  class Loaded;
  std::unique_ptr<Loaded> loaded_;
};

// A world of `banks` banks, nobody watching, no faults, which make `transfers`
// transfers each.
class BankWorld {
 public:
  BankWorld(int banks, int64_t transfers);
  ~BankWorld();
  sim::World& world() { return *world_; }
  // Lets all banks do their work.
  void Work();

 private:
  sim::SystemSpec system_;
  std::unique_ptr<sim::World> world_;
};

// The same work by bare SQLite, on the same disk with the same settings: `banks`
// databases, one after the other.
void RunBareSqlite(int banks);

}  // namespace bench

#endif  // TESTS_BENCH_BANK_H_
