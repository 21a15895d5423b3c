// Processing: executes the trades that the provider has accepted.
//
// A payment fails before its debit, or its debit and credit, its new status and the
// notice of its result become true in one transaction. What fails later is undone
// by a reversal (冲正), again in one transaction: the status first, so that of two
// reversals one finds nothing to do, then the postings.
//
// Each trade has a task of its own; after a restart those that are not settled get
// a new one.

#ifndef SYSTEMS_EXCHANGE_PROCESSING_H_
#define SYSTEMS_EXCHANGE_PROCESSING_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/enquiry.h"
#include "systems/exchange/settlement.h"
#include "systems/exchange/trade.h"
#include "systems/ledger/double_entry.h"
#include "systems/protocols/notify/notifier.h"

namespace exchange {

class Processing {
 public:
  // `notifier` may be null: nobody is told.
  Processing(sim::Env& env, notify::Notifier* notifier, Enquiry& enquiry);

  // Goes on with the trades that are not settled. Once, at boot.
  sim::Task<absl::Status> Start();

  // Executes a trade in the background.
  void Begin(const Trade& trade);

  // Fails a trade before its debit; nothing if it is past that.
  sim::Task<absl::Status> Fail(Trade trade);

  // What is booked when a payment is taken back.
  ledger::Journal ReversalOf(const Trade& trade, std::string leg) const;

  // Commits `txn` together with the notice of what it does to the trade.
  sim::Task<absl::Status> Commit(sim::Transaction txn, Trade trade, std::string status);

 private:
  sim::Task<> Process(Trade trade);
  sim::Task<absl::StatusOr<bool>> Execute(Trade trade, bool refused);
  sim::Task<absl::StatusOr<ledger::Posted>> Pay(Trade trade);
  sim::Task<absl::Status> Settle(Trade trade, bool later_failure);
  sim::Task<absl::Status> Reverse(Trade trade);

  // Published mistakes, in misprocessing.cc.
  sim::Task<absl::StatusOr<ledger::Posted>> MispayFromOldBalances(Trade trade);
  sim::Task<absl::StatusOr<ledger::Posted>> MispayInTwoTransactions(Trade trade);
  sim::Task<absl::StatusOr<ledger::Posted>> MispayWhenLocked(Trade trade);
  sim::Task<absl::Status> MisreverseBeforeFlip(Trade trade);
  sim::Task<absl::Status> MisreverseInPlace(Trade trade);

  ledger::Journal PaymentOf(const Trade& trade) const;
  absl::Duration WorkTime(const Trade& trade);

  sim::Env& env_;
  sim::Database db_;
  notify::Notifier* notifier_;
  Enquiry& enquiry_;
  Settlements settlements_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_PROCESSING_H_
