// Egress: the initiator's gateway to the provider, through which orders are
// submitted.
//
// A refused connection has had no effect and is tried again. A call without an
// answer may have had any effect: it is repeated under the same order number, which
// the provider recognises, and at last left to the lost-order query. Only a
// rejection is definitive. What is being taken back is not submitted any more.
//
// Instances of the initiator may have the same order to send. Each claims it by a
// compare-and-set before it sends it first; by the switch "serialise" it also takes turns
// by a lock (turns.h): lock, send, record the answer, unlock. Neither keeps back who has
// claimed and locked, and sleeps: only the token, which B's fence compares, does.

#ifndef SYSTEMS_EXCHANGE_EGRESS_H_
#define SYSTEMS_EXCHANGE_EGRESS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/exchange.pb.h"
#include "systems/exchange/orders.h"
#include "systems/exchange/query_plan.h"
#include "systems/exchange/reversal_requests.h"
#include "systems/exchange/turns.h"
#include "systems/scheduler/agenda.h"

namespace exchange {

class Egress {
 public:
  Egress(sim::Env& env, Orders& orders, scheduler::Agenda& open, ReversalRequests& reversals);

  // Sends an order in INIT, in the background.
  void Submit(const std::string& order_id);

  // Sends an order of which the provider knows nothing once more.
  void SubmitAgain(const std::string& order_id);

 private:
  sim::Task<> Run(std::string order_id, bool again);
  sim::Task<absl::Status> InTurn(std::string order_id, bool again);
  sim::Task<absl::Status> Send(std::string order_id, bool again, int64_t token);
  sim::Task<absl::Status> Answered(Order order, SubmitReply reply, bool only_attempt);
  sim::Task<absl::Status> Accepted(std::string order_id, int64_t advised_ms);
  SubmitRequest RequestFor(const Order& order, int64_t attempt, int64_t token);

  sim::Env& env_;
  sim::Database db_;
  Orders& orders_;
  scheduler::Agenda& open_;
  ReversalRequests& reversals_;
  QueryPlan plan_;
  int64_t attempts_;
  const std::unique_ptr<Turns> turns_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_EGRESS_H_
