// Statements: the provider's file of each day, for the initiator to fetch (T+1 对账).
//
// A day's file is written after the day has ended, in one transaction: which
// settlements are in it, and its header. So there is all of it or nothing, whenever
// the machine dies. In it is what was settled before the end of the day by the clock
// and stands in no file yet: a settlement that was being committed when the file was
// written is in the next one, and none is in two or in none. Each day has a file,
// also one without settlements.
//
// A file is never written again.

#ifndef SYSTEMS_EXCHANGE_STATEMENTS_H_
#define SYSTEMS_EXCHANGE_STATEMENTS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/bill_day.h"
#include "systems/exchange/exchange.pb.h"
#include "systems/filedrop/file_drop.h"

namespace exchange {

class Statements {
 public:
  explicit Statements(sim::Env& env);

  // Does nothing if there are no statements. Once, at boot.
  sim::Task<absl::Status> Start();

 private:
  sim::Task<> WriteDue();
  sim::Task<absl::Status> Write(int64_t day);
  sim::Task<absl::StatusOr<FetchStatementReply>> Fetch(FetchStatementRequest request);
  sim::Task<absl::StatusOr<filedrop::Statement>> Read(std::string bill_date);

  sim::Env& env_;
  sim::Database db_;
  BillDays days_;
  filedrop::FileDrop drop_;
  int64_t next_ = 0;  // the first day without a file
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_STATEMENTS_H_
