// The initiator (A): a shop's order system, which pays through a provider of
// another company.
//
// The two share no database, queue or transaction; all they have is calls that may
// fail. A customer is answered as soon as the order is stored, and asks later for
// its status. The order is submitted, and its outcome comes by a notice (push) or
// by the lost-order query (pull), whichever is first. What neither has told, the
// provider's statement tells a day later (T+1), if the initiator reconciles. What stays
// unconfirmed for too long it may take back (reversal_requests.h).

#ifndef SYSTEMS_EXCHANGE_INITIATOR_H_
#define SYSTEMS_EXCHANGE_INITIATOR_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/storage/database.h"
#include "sim/world/env.h"
#include "sim/world/system.h"
#include "systems/exchange/egress.h"
#include "systems/exchange/exchange.pb.h"
#include "systems/exchange/lost_order_query.h"
#include "systems/exchange/notice_endpoint.h"
#include "systems/exchange/orders.h"
#include "systems/exchange/query_plan.h"
#include "systems/exchange/reconciliation.h"
#include "systems/exchange/reversal_requests.h"
#include "systems/exchange/statement_pull.h"
#include "systems/scheduler/agenda.h"

namespace exchange {

// "exchange.Initiator".
sim::SystemSpec InitiatorSystem();

class Initiator final : public sim::Component {
 public:
  explicit Initiator(sim::Env& env);

  sim::Task<absl::Status> Start() override;

 private:
  sim::Task<absl::StatusOr<PayReply>> Pay(PayRequest request);
  sim::Task<absl::StatusOr<PayReply>> Repeated(PayRequest request);
  sim::Task<absl::StatusOr<OrderStatusReply>> OrderStatus(OrderStatusRequest request);

  sim::Env& env_;
  sim::Database db_;
  QueryPlan plan_;
  scheduler::Agenda open_;  // when to ask about each open order
  Orders orders_;
  ReversalRequests reversals_;
  Egress egress_;
  LostOrderQuery lost_orders_;
  NoticeEndpoint notices_;
  Reconciliation reconciliation_;
  StatementPull statements_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_INITIATOR_H_
