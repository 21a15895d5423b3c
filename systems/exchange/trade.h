// Trade: a payment that the provider has accepted.
//
//   ACCEPTED -> SUCCESS -> REVERSED
//       |
//       +-> FAILED                      (before any money has moved)
//
// A reversal that comes before its payment takes the number: it leaves a tombstone, a
// FAILED trade that was never accepted (`accepted_at` is 0), on which the payment is
// refused when it comes.
//
// `settled` is 0 until it is known what became of it after the debit; only then
// does nothing more happen to it.

#ifndef SYSTEMS_EXCHANGE_TRADE_H_
#define SYSTEMS_EXCHANGE_TRADE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "sim/storage/value.h"
#include "sim/world/system.h"
#include "systems/exchange/exchange.pb.h"

namespace exchange {

inline constexpr absl::string_view kTradeTable =
    "CREATE TABLE trade("
    "  trade_no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  order_id TEXT NOT NULL,"
    "  merchant TEXT NOT NULL,"
    "  payer TEXT NOT NULL,"
    "  payee TEXT NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  currency TEXT NOT NULL,"
    "  status TEXT NOT NULL,"
    "  settled INTEGER NOT NULL,"
    "  accepted_at INTEGER NOT NULL);";

// The last line of defence against a payment that is submitted twice.
inline constexpr absl::string_view kOneTradePerOrder =
    "CREATE UNIQUE INDEX trade_order_id ON trade(order_id);";

inline bool HasOneTradePerOrder(const sim::Settings& settings) {
  return settings.Is("idempotency", "unique") && !settings.Quirk("submit_not_unique");
}

struct Trade {
  // One just accepted.
  Trade(int64_t trade_no, const SubmitRequest& request)
      : trade_no(trade_no),
        order_id(request.order_id()),
        payer(request.payer()),
        payee(request.payee()),
        amount(request.amount()),
        currency(request.currency()),
        status("ACCEPTED") {}

  // From a row of kTradeColumns.
  explicit Trade(const sim::Row& row)
      : trade_no(row.Int(0)),
        order_id(row.Text(1)),
        payer(row.Text(2)),
        payee(row.Text(3)),
        amount(row.Int(4)),
        currency(row.Text(5)),
        status(row.Text(6)) {}

  int64_t trade_no;
  std::string order_id;
  std::string payer;
  std::string payee;
  int64_t amount;
  std::string currency;
  std::string status;
};

inline constexpr absl::string_view kTradeColumns =
    "trade_no, order_id, payer, payee, amount, currency, status";

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_TRADE_H_
