// Guard: what makes a lock safe, at the thing that is locked.
//
//   auto txn = co_await sim::Try(db_.Begin());
//   auto admission =
//       co_await sim::Try(lock::Admit(txn, "page-7", request.token(), lock::Issuer::kHere));
//   if (admission != lock::Admission::kAdmitted) { commit; refuse }
//   ... write ...
//   co_await sim::Try(txn.Commit());
//
// A resource admits a token if it has seen no larger one: whoever lost the lock and
// does not know comes too late, since its successor has shown a larger one. For that,
// successors show theirs when they read, not only when they write.
//
// A token from nowhere - zero, negative, or beyond all that were issued for the lock of
// the resource's name - is refused, since one admitted would shut out every rightful
// holder. Beyond can be seen only where tokens are issued in the same database (kHere),
// by IssueToken or TableLocks. Each refusal leaves a row.

#ifndef SYSTEMS_PROTOCOLS_LOCK_GUARD_H_
#define SYSTEMS_PROTOCOLS_LOCK_GUARD_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"

namespace lock {

// Beside kLockTable.
inline constexpr absl::string_view kGuardTables =
    "CREATE TABLE guarded("
    "  resource TEXT NOT NULL PRIMARY KEY,"
    "  max_token INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE refused_token("
    "  refusal_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  resource TEXT NOT NULL,"
    "  token INTEGER NOT NULL,"
    "  reason TEXT NOT NULL);";  // STALE NEVER_ISSUED

enum class Issuer { kHere, kElsewhere };
enum class Admission { kAdmitted, kStale, kNeverIssued };

// Whether work under `token` may be done. A refusal writes its row: commit that, too.
sim::Task<absl::StatusOr<Admission>> Admit(sim::Transaction& txn, std::string resource,
                                           int64_t token, Issuer issuer);

// A durable counter for locks that are kept elsewhere.
sim::Task<absl::StatusOr<int64_t>> IssueToken(sim::Transaction& txn, std::string name);

}  // namespace lock

#endif  // SYSTEMS_PROTOCOLS_LOCK_GUARD_H_
