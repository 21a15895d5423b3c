// Reversals: what the provider takes back because the merchant wants it so (冲正).
//
// A request names the payment, and there is one reversal of a payment at most; so the
// trade itself says what is left to do, and a repetition finds nothing and is answered
// like the first:
//
//   none               a tombstone is left, on which the payment is refused (trade.h)
//   ACCEPTED           it fails, before its debit
//   SUCCESS            it is booked back; too late if a statement tells of it
//   FAILED, REVERSED   nothing
//
// A tombstone and its payment race for the number, and the constraint of the table of
// trades lets one of them win. Without it reversals are not offered. The merchant hears
// of the end as of every other, by a notice or when it asks.
//
// Source: ISO 8583, messages 0400 and 0420; "empty rollback" and "anti-hanging" of TCC
// frameworks (空回滚, 防悬挂) are the same two cases.

#ifndef SYSTEMS_EXCHANGE_REVERSALS_H_
#define SYSTEMS_EXCHANGE_REVERSALS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/exchange.pb.h"
#include "systems/exchange/processing.h"
#include "systems/exchange/settlement.h"
#include "systems/exchange/trade.h"

namespace exchange {

class Reversals {
 public:
  Reversals(sim::Env& env, Processing& processing);

  void Serve();

  // Books back a payment whose success the merchant has refused to hear of. It is told
  // nothing: in the eyes of the provider the refusal was its own decision. FAILED_PRECONDITION
  // if a statement has told the success by now.
  sim::Task<absl::Status> Cancel(std::string order_id);

  // The provider's number of the reversal of a trade.
  static std::string NumberOf(int64_t trade_no);

 private:
  enum class TakenBack { kDone, kNotPaid, kTooLate };

  sim::Task<absl::StatusOr<ReverseReply>> Reverse(ReverseRequest request);
  sim::Task<absl::StatusOr<std::optional<Trade>>> Find(std::string order_id);
  sim::Task<absl::Status> Bury(SubmitRequest original);
  sim::Task<absl::StatusOr<ReverseReply>> Undo(Trade trade);

  // As part of `txn`, which must not be committed unless kDone.
  sim::Task<absl::StatusOr<TakenBack>> TakeBack(sim::Transaction& txn, Trade trade);

  sim::Env& env_;
  sim::Database db_;
  Processing& processing_;
  Settlements settlements_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_REVERSALS_H_
