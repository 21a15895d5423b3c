// What the initiator keeps of reversals (冲正): the requests that it sends until they are
// answered, and its book of what was given back.
//
//   request: PENDING -> UNDONE, TOO_LATE or REFUSED, as the provider has answered
//            PENDING -> EXHAUSTED, unanswered: people look
//
// A reversal is entered into the book in the transaction that makes the order REVERSED,
// whoever has asked for it and however it became known. Times are milliseconds since 1970.

#ifndef SYSTEMS_EXCHANGE_REVERSAL_TABLES_H_
#define SYSTEMS_EXCHANGE_REVERSAL_TABLES_H_

#include "absl/strings/string_view.h"
#include "sim/world/system.h"

namespace exchange {

// `reversal_no` is the provider's number, '' until an answer has told it.
inline constexpr absl::string_view kReversalTables =
    "CREATE TABLE reversal_request("
    "  order_id TEXT NOT NULL PRIMARY KEY,"
    "  status TEXT NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  next_at INTEGER NOT NULL,"
    "  reversal_no TEXT NOT NULL,"
    "  written_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE reversal("
    "  entry_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  order_id TEXT NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  at INTEGER NOT NULL);";

inline constexpr char kEnterReversal[] =
    "INSERT INTO reversal(order_id, amount, at)"
    " SELECT order_id, amount, ? FROM trade_order WHERE order_id = ?";

// Whether the initiator asks for reversals, and so has these tables.
inline bool AsksForReversals(const sim::Settings& settings) {
  return settings.Int("reverse_after_ms") > 0;
}

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_REVERSAL_TABLES_H_
