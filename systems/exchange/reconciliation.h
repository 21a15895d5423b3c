// Reconciliation of our orders with the provider's statements, one day after the
// other (T+1 对账): the backstop for what no notice and no query has told us.
//
// A file is verified, saved, checked and repaired, each in a transaction of its own;
// after a crash the work goes on where it was. A day is processed once: the same file
// again changes nothing, and another one for that day is for people, since what the
// first has led to cannot be taken back unseen.
//
// The check has two passes. Our orders whose money has moved before the end of the day
// and of which no statement tells wait in the buffer, since the provider may date them
// a day later; after three days they are BANK_MISS. Then each line is compared with
// our order, whatever day and status we give it: what we date later than the provider
// is no mistake either.
//
// A status is repaired by the moves that a notice or an answer would have caused, and
// only where the amounts agree; what that cannot mend is for people.
//
// Source: ReconciliationCheckBiz and ReconciliationValidateBiz of roncoo/roncoo-pay.

#ifndef SYSTEMS_EXCHANGE_RECONCILIATION_H_
#define SYSTEMS_EXCHANGE_RECONCILIATION_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/bill_day.h"
#include "systems/exchange/orders.h"

namespace filedrop {
class Statement;
}

namespace exchange {

class Reconciliation {
 public:
  Reconciliation(sim::Env& env, Orders& orders);

  // The first day that is not processed; -1 if we have had no order yet. We begin with the day
  // before that of our first order, in which it lies if the provider's clock is slow.
  sim::Task<absl::StatusOr<int64_t>> NextDay();
  sim::Task<absl::StatusOr<bool>> Processed(int64_t day);

  // Processes a file that the provider has given for `day`, or refuses it.
  sim::Task<absl::Status> Take(int64_t day, filedrop::Statement statement);

  // Tells people, once, that there is no file of `day` that could be processed.
  sim::Task<absl::Status> Miss(int64_t day);

  // Goes on with what is saved and not checked, or found and not repaired.
  sim::Task<absl::Status> Finish();

 private:
  sim::Task<absl::Status> Save(std::string batch_no, filedrop::Statement statement);
  sim::Task<absl::Status> Refuse(std::string bill_date, std::string file_sha, std::string reason);
  sim::Task<absl::Status> Check(std::string batch_no, std::string bill_date);
  sim::Task<absl::Status> FillBuffer(sim::Transaction& txn, std::string bill_date);
  sim::Task<absl::Status> EmptyBuffer(sim::Transaction& txn, std::string batch_no,
                                      std::string bill_date);
  sim::Task<absl::Status> CompareLines(sim::Transaction& txn, std::string batch_no,
                                       std::string bill_date);
  sim::Task<absl::Status> CompareLine(sim::Transaction& txn, std::string batch_no, sim::Row line);
  sim::Task<absl::StatusOr<bool>> Ours(sim::Transaction& txn, std::string bill_date, sim::Row line);
  sim::Task<absl::Status> Note(sim::Transaction& txn, std::string batch_no, std::string order_no,
                               std::string mistake, std::string bank_status, bool repairable);
  sim::Task<absl::Status> Repair();
  sim::Task<absl::StatusOr<bool>> Agree(std::string order_no, std::string bank_status);

  // Published mistakes, in misreconciliation.cc.
  sim::Task<absl::Status> MisrepairByStatus();

  sim::Env& env_;
  sim::Database db_;
  Orders& orders_;
  BillDays days_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_RECONCILIATION_H_
