// TableLocks: locks in a table of a database that the holders share, as Seata has them.
//
// Durable, and the token with them: what a restart or a fail-over of a cache forgets, a
// database does not. Whether a lock has expired is judged by the clock of whoever asks;
// two whose clocks differ by more than the time it is lent for may both have it.

#ifndef SYSTEMS_PROTOCOLS_LOCK_TABLE_LOCKS_H_
#define SYSTEMS_PROTOCOLS_LOCK_TABLE_LOCKS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "sim/storage/database.h"
#include "systems/protocols/lock/lock.h"

namespace lock {

// Times are milliseconds since 1970; a lock without owner is free.
inline constexpr absl::string_view kLockTable =
    "CREATE TABLE dlock("
    "  name TEXT NOT NULL PRIMARY KEY,"
    "  owner TEXT NOT NULL,"
    "  token INTEGER NOT NULL,"  // of the last acquisition
    "  expire_at INTEGER NOT NULL) WITHOUT ROWID;";

// The expiry of a lock that was taken for ever, by mistake.
inline constexpr int64_t kNever = int64_t{1} << 60;

class TableLocks final : public Locks {
 public:
  TableLocks(sim::Env& env, Quirks quirks) : Locks(env, quirks), db_(env.database()) {}

 private:
  sim::Task<absl::StatusOr<std::optional<int64_t>>> Take(std::string name, std::string owner,
                                                         absl::Duration lent_for) override;
  sim::Task<absl::StatusOr<bool>> Prolong(std::string name, std::string owner,
                                          absl::Duration lent_for) override;
  sim::Task<absl::StatusOr<bool>> GiveBack(std::string name, std::string owner) override;

  sim::Database db_;
};

}  // namespace lock

#endif  // SYSTEMS_PROTOCOLS_LOCK_TABLE_LOCKS_H_
