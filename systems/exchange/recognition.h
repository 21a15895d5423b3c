// Recognition: how the provider knows a submission that it has had before (幂等).
//
//   unique             the constraint of the table of trades says so: the last line of
//                      defence, and alone enough
//   cache_only         a key in a cache: fast, and gone when it expires, is evicted, or
//                      the cache restarts or fails over
//   check_then_insert  a record of its own (先查询,后插入), which is looked for before and
//                      written after, or together with the trade
//   key_table          a table of keys, with a constraint, which is written together with
//                      the trade: trades can be archived, and keys are pruned once nobody
//                      comes again (contract.h)
//
// Source: Stripe, "Idempotent requests"; alphagov/pay-connector#4460 for what becomes of
// check-then-insert when two look at once.

#ifndef SYSTEMS_EXCHANGE_RECOGNITION_H_
#define SYSTEMS_EXCHANGE_RECOGNITION_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"
#include "systems/exchange/fence.h"

namespace exchange {

// Without a constraint, since whether one looks first is the question.
inline constexpr absl::string_view kSubmissionRecord =
    "CREATE TABLE submission_record("
    "  record_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  order_id TEXT NOT NULL,"
    "  recorded_at INTEGER NOT NULL);"
    "CREATE INDEX submission_record_order_id ON submission_record(order_id);";

inline constexpr absl::string_view kSubmissionKeys =
    "CREATE TABLE submission_key("
    "  order_id TEXT NOT NULL PRIMARY KEY,"
    "  accepted_at INTEGER NOT NULL) WITHOUT ROWID;";

class Recognition {
 public:
  virtual ~Recognition() = default;

  // Once, at boot.
  virtual void Start() {}

  // Whether the number is known already. Before anything is done; `token` is of the turn.
  virtual sim::Task<absl::StatusOr<bool>> Known(std::string order_id, int64_t token) = 0;

  // Whether the trade is to be written together with RecordIn, which may say ALREADY_EXISTS.
  virtual bool together() const { return false; }
  virtual sim::Task<absl::Status> RecordIn(sim::Transaction& txn, std::string order_id);

  // That it was accepted, afterwards.
  virtual sim::Task<absl::Status> Record(std::string order_id);

  // That it was not, after all.
  virtual sim::Task<> Forget(std::string order_id);
};

// By the switches "idempotency", "record" and "serialise".
std::unique_ptr<Recognition> MakeRecognition(sim::Env& env, const Fence& fence);

// Whether there are records. Who takes turns by a lock writes one, with and without
// constraint: lock, do, record, unlock.
bool HasRecords(const sim::Settings& settings);

bool HasKeys(const sim::Settings& settings);

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_RECOGNITION_H_
