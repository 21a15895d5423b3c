#include "systems/protocols/lock/table_locks.h"

namespace lock {

using sim::Task;
using sim::Try;

Task<absl::StatusOr<std::optional<int64_t>>> TableLocks::Take(std::string name, std::string owner,
                                                              absl::Duration lent_for) {
  const int64_t now = env().clock().NowMillis();
  const int64_t until = quirks().no_expiry ? kNever : now + absl::ToInt64Milliseconds(lent_for);
  auto txn = co_await Try(db_.Begin());
  const int64_t free_before = quirks().ignore_expiry ? 1 : now;  // given back: 0
  auto taken =
      co_await Try(txn.Execute("UPDATE dlock SET owner = ?, token = token + 1, expire_at = ?"
                               " WHERE name = ? AND expire_at < ? RETURNING token",
                               owner, until, name, free_before));
  int64_t token = 1;
  if (!taken.empty()) {
    token = taken[0].Int(0);
  } else {
    // It is somebody's, or nobody has ever had it.
    auto fresh = co_await Try(txn.Execute(
        "INSERT INTO dlock VALUES(?, ?, 1, ?) ON CONFLICT DO NOTHING", name, owner, until));
    if (fresh.affected() == 0) co_return std::nullopt;
  }
  co_await Try(txn.Commit());
  co_return token;
}

Task<absl::StatusOr<bool>> TableLocks::Prolong(std::string name, std::string owner,
                                               absl::Duration lent_for) {
  const int64_t now = env().clock().NowMillis();
  auto prolonged = co_await Try(
      db_.Execute("UPDATE dlock SET expire_at = ? WHERE name = ? AND owner = ? AND expire_at >= ?",
                  now + absl::ToInt64Milliseconds(lent_for), name, owner, now));
  co_return prolonged.affected() > 0;
}

Task<absl::StatusOr<bool>> TableLocks::GiveBack(std::string name, std::string owner) {
  if (quirks().release_unowned) {
    auto freed = co_await Try(
        db_.Execute("UPDATE dlock SET owner = '', expire_at = 0 WHERE name = ?", name));
    co_return freed.affected() > 0;
  }
  auto freed = co_await Try(db_.Execute(
      "UPDATE dlock SET owner = '', expire_at = 0 WHERE name = ? AND owner = ?", name, owner));
  co_return freed.affected() > 0;
}

}  // namespace lock
