// OpenTransaction: what a database knows of one of its open transactions.

#ifndef SIM_STORAGE_OPEN_TRANSACTION_H_
#define SIM_STORAGE_OPEN_TRANSACTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/time.h"
#include "sim/storage/isolation.h"
#include "sim/storage/lock_table.h"
#include "sim/storage/residency.h"

namespace sim {

class LockWait;

// The session that began a transaction, and who uses it: for people.
struct Caller {
  uint64_t session = 0;
  std::string node;
  std::string task;   // "exchange.Submit order-7"
  uint64_t root = 0;  // serial of that task, the client's; 0 outside every task
  std::string sql;    // of its last statement
};

struct OpenTransaction final : LockHolder {
  // As XA has it: after END no more statements, after PREPARE no session any more.
  enum class Stage : uint8_t { kActive, kEnded, kPrepared };

  uint64_t id = 0;
  Isolation isolation = Isolation::kReadCommitted;
  Stage stage = Stage::kActive;
  bool begun = false;                // it has tried to write
  bool poisoned = false;             // by a duplicate, where that poisons
  std::optional<uint64_t> snapshot;  // the newest commit that its plain reads see
  std::string xid;
  WriteSet writes;
  std::vector<StatementRun> statements;

  Caller caller;
  Nanos began_at = 0;
  Nanos waits_since = 0;
  std::string waits_for;       // "account ann"
  bool in_vain = false;        // A fault keeps from it what it waits for.
  LockWait* waiter = nullptr;  // of the task that waits
};

}  // namespace sim

#endif  // SIM_STORAGE_OPEN_TRANSACTION_H_
