// How orders have been repaired wrongly elsewhere: the quirks of Reconciliation that
// are not a single line. Nothing here is an example to follow.

#include "systems/exchange/reconciliation.h"

namespace exchange {

using sim::Task;
using sim::Try;

// Writes the provider's status over ours, wherever they differed when the file was
// checked, whatever has happened since and however often it has done so before.
Task<absl::Status> Reconciliation::MisrepairByStatus() {
  auto rows =
      co_await Try(db_.Execute("SELECT id, order_no, bank_status FROM recon_mistake"
                               " WHERE err_type LIKE '%STATUS_MISMATCH' ORDER BY id"));
  for (const sim::Row& row : rows) {
    co_await Try(
        db_.Execute("UPDATE trade_order SET status = ?, version = version + 1 WHERE order_id = ?",
                    row.Text(2), row.Text(1)));
    co_await Try(db_.Execute("UPDATE recon_mistake SET handle_status = 'REPAIRED' WHERE id = ?",
                             row.Int(0)));
  }
  co_return absl::OkStatus();
}

}  // namespace exchange
