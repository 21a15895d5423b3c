#include "systems/exchange/settlement.h"

#include "systems/exchange/contract.h"

namespace exchange {

using sim::Task;
using sim::Try;

Settlements::Settlements(sim::Env& env)
    : env_(env), db_(env.database()), on_(env.settings().Is("statement", "on")) {}

Task<absl::Status> Settlements::Enter(sim::Transaction& txn, Trade trade, std::string status) {
  if (!on_) co_return absl::OkStatus();
  co_return (co_await txn.Execute(
                 "INSERT INTO settlement(trade_no, order_id, amount, fee, status, settled_at,"
                 "  bill_date) VALUES(?, ?, ?, ?, ?, ?, '')",
                 trade.trade_no, trade.order_id, trade.amount, FeeOf(trade.amount), status,
                 env_.clock().NowMillis()))
      .status();
}

Task<absl::StatusOr<bool>> Settlements::TakeBack(sim::Transaction& txn, Trade trade) {
  if (!on_) co_return true;
  auto taken =
      co_await Try(txn.Execute("UPDATE settlement SET status = 'REVERSED'"
                               " WHERE trade_no = ? AND status = 'SUCCESS' AND bill_date = ''",
                               trade.trade_no));
  co_return taken.affected() > 0;
}

Task<absl::Status> Settlements::Succeed(Trade trade) {
  auto txn = co_await Try(db_.Begin());
  auto settled =
      co_await Try(txn.Execute("UPDATE trade SET settled = 1"
                               " WHERE trade_no = ? AND status = 'SUCCESS' AND settled = 0",
                               trade.trade_no));
  if (settled.affected() == 0) co_return absl::OkStatus();
  co_await Try(Enter(txn, trade, "SUCCESS"));
  co_return co_await txn.Commit();
}

}  // namespace exchange
