// StatementPull: fetches the provider's statements and gives them to Reconciliation.
//
// Days are processed in their order: while the file of one is missing or refused, the
// next is not looked at, and the provider is asked again every ten minutes; if that lasts, people
// are told, once. Files of days that are processed are looked at again, once a day while orders can
// wait in the buffer: the provider may have issued one again.

#ifndef SYSTEMS_EXCHANGE_STATEMENT_PULL_H_
#define SYSTEMS_EXCHANGE_STATEMENT_PULL_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "systems/exchange/bill_day.h"
#include "systems/exchange/reconciliation.h"

namespace exchange {

class StatementPull {
 public:
  StatementPull(sim::Env& env, Reconciliation& reconciliation);

  // Does nothing if nobody reconciles. Once, at boot.
  void Start();

 private:
  sim::Task<> Look();
  sim::Task<absl::Status> Work();
  sim::Task<absl::Status> FetchNext();
  sim::Task<absl::Status> MissIfDue();
  sim::Task<absl::Status> LookAgain();
  sim::Task<absl::Status> Fetch(int64_t day);

  sim::Env& env_;
  Reconciliation& reconciliation_;
  BillDays days_;
  int64_t after_;                // milliseconds from the end of a day to its pull
  int64_t next_ = -1;            // the first day that is not processed, if known
  int64_t missed_ = -1;          // the last day of which people were told that it is missing
  int64_t looked_again_on_ = 0;  // the last day on which this was done
  bool finished_ = false;        // nothing is left to do of what is saved
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_STATEMENT_PULL_H_
