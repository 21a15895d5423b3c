#include "systems/protocols/lock/guard.h"

namespace lock {

using sim::Task;
using sim::Try;

Task<absl::StatusOr<Admission>> Admit(sim::Transaction& txn, std::string resource, int64_t token,
                                      Issuer issuer) {
  bool from_nowhere = token <= 0;
  if (issuer == Issuer::kHere) {
    auto issued = co_await Try(txn.Execute("SELECT token FROM dlock WHERE name = ?", resource));
    from_nowhere |= issued.empty() || token > issued[0].Int(0);
  }
  if (!from_nowhere) {
    co_await Try(txn.Execute("INSERT INTO guarded VALUES(?, 0) ON CONFLICT DO NOTHING", resource));
    auto admitted = co_await Try(
        txn.Execute("UPDATE guarded SET max_token = ?1 WHERE resource = ?2 AND max_token <= ?1",
                    token, resource));
    if (admitted.affected() > 0) co_return Admission::kAdmitted;
  }
  const absl::string_view reason = from_nowhere ? "NEVER_ISSUED" : "STALE";
  co_await Try(txn.Execute("INSERT INTO refused_token(resource, token, reason) VALUES(?, ?, ?)",
                           resource, token, reason));
  co_return from_nowhere ? Admission::kNeverIssued : Admission::kStale;
}

Task<absl::StatusOr<int64_t>> IssueToken(sim::Transaction& txn, std::string name) {
  co_await Try(txn.Execute("INSERT INTO dlock VALUES(?, '', 0, 0) ON CONFLICT DO NOTHING", name));
  auto issued = co_await Try(
      txn.Execute("UPDATE dlock SET token = token + 1 WHERE name = ? RETURNING token", name));
  co_return issued[0].Int(0);
}

}  // namespace lock
