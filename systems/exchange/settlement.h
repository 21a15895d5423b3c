// Settlements: how each trade has ended, for the statement of the day.
//
// Entered once for each trade, in the transaction in which it ends. Until a statement
// tells of it, a success may become a reversal; after that nothing changes. A settlement
// is in exactly one statement: `bill_date` is '' until then.

#ifndef SYSTEMS_EXCHANGE_SETTLEMENT_H_
#define SYSTEMS_EXCHANGE_SETTLEMENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/trade.h"

namespace exchange {

inline constexpr absl::string_view kSettlementTables =
    "CREATE TABLE settlement("
    "  serial INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  trade_no INTEGER NOT NULL UNIQUE,"
    "  order_id TEXT NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  fee INTEGER NOT NULL,"
    "  status TEXT NOT NULL,"
    "  settled_at INTEGER NOT NULL,"
    "  bill_date TEXT NOT NULL);"
    "CREATE INDEX settlement_bill_date ON settlement(bill_date);"
    "CREATE TABLE statement("
    "  bill_date TEXT NOT NULL PRIMARY KEY,"
    "  lines INTEGER NOT NULL,"
    "  total TEXT NOT NULL,"
    "  written_at INTEGER NOT NULL) WITHOUT ROWID;";

class Settlements {
 public:
  explicit Settlements(sim::Env& env);

  // Whether there are statements at all.
  bool on() const { return on_; }

  // Enters the trade as part of `txn`, in which it ends as `status`. Nothing if
  // there are no statements.
  sim::Task<absl::Status> Enter(sim::Transaction& txn, Trade trade, std::string status);

  // Makes a success that was entered a reversal as part of `txn`; false if a statement
  // tells of it, and then `txn` must not be committed. True if there are no statements.
  sim::Task<absl::StatusOr<bool>> TakeBack(sim::Transaction& txn, Trade trade);

  // Ends a trade whose money has moved and stays.
  sim::Task<absl::Status> Succeed(Trade trade);

 private:
  sim::Env& env_;
  sim::Database db_;
  bool on_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_SETTLEMENT_H_
