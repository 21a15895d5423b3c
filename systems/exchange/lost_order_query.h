// Lost orders (掉单): those whose outcome the initiator has not been told.
//
// It asks the provider about them, ever more rarely, until the answer is definite.
// "Not found" is no evidence of anything: the submission may still be on its way,
// so it is repeated under the same number. An order that stays open after the last
// query goes to the manual queue.

#ifndef SYSTEMS_EXCHANGE_LOST_ORDER_QUERY_H_
#define SYSTEMS_EXCHANGE_LOST_ORDER_QUERY_H_

#include <string>

#include "absl/status/status.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "systems/exchange/egress.h"
#include "systems/exchange/orders.h"
#include "systems/exchange/query_plan.h"
#include "systems/scheduler/agenda.h"

namespace exchange {

class LostOrderQuery {
 public:
  // `open` says when each open order is due.
  LostOrderQuery(sim::Env& env, Orders& orders, Egress& egress, scheduler::Agenda& open);

  // Fills the agenda from the table and goes to work. Once, at boot.
  sim::Task<absl::Status> Start();

  // Asks about the order now and applies the answer.
  sim::Task<absl::Status> Ask(std::string order_id);

 private:
  sim::Task<> Run();
  sim::Task<> Look(std::string order_id);
  sim::Task<absl::Status> FollowUp(std::string order_id);
  sim::Task<absl::Status> GiveUp(std::string order_id, std::string reason);

  sim::Env& env_;
  sim::Database db_;
  Orders& orders_;
  Egress& egress_;
  scheduler::Agenda& open_;
  QueryPlan plan_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_LOST_ORDER_QUERY_H_
