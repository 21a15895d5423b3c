// Transfers between accounts on a StorageBench, and the audit of its books; for
// tests of what becomes of money when something breaks.

#ifndef SIM_STORAGE_TRANSFERS_H_
#define SIM_STORAGE_TRANSFERS_H_

#include <cstdint>
#include <set>
#include <string>

#include "sim/storage/storage_bench.h"

namespace sim {

// Fat rows, so that a transfer touches several pages and the file grows.
std::string TransferSchema();

// What those who transferred were told, by the reference of the transfer. Of any
// that is not here nobody was told anything.
struct TransferOutcomes {
  std::set<std::string> acknowledged;
  std::set<std::string> failed;   // nothing was committed
  std::set<std::string> unknown;  // by COMMIT
};

// Four transfers, one after the other: "name-0", "name-1", ...
Task<> TransferMoney(TransferOutcomes* outcomes, Database* db, std::string name, uint64_t bits);

// What is wrong with the books, or with what was told; nothing if all is well.
std::string Audit(StorageBench& bench, const TransferOutcomes& outcomes);

}  // namespace sim

#endif  // SIM_STORAGE_TRANSFERS_H_
