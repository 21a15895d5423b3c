// Where the provider's notices arrive (结果通知).
//
// A notice is answered "processed" only when what it tells is booked, also if that
// was so before: notices are repeated. Otherwise the provider sends it again.
//
// Who only asks ("channels=pull") has none: the provider is refused.
//
// A reversal may overtake the notice of the success that it reverses (反交易先到).
// An order never jumps from PROCESSING to REVERSED; by the switch reversal_first
// the reversal is refused until the success has arrived ("reject_and_resend"), or
// the provider is asked and both are booked in one transaction
// ("query_and_collapse").

#ifndef SYSTEMS_EXCHANGE_NOTICE_ENDPOINT_H_
#define SYSTEMS_EXCHANGE_NOTICE_ENDPOINT_H_

#include <string>

#include "absl/status/statusor.h"
#include "sim/core/task.h"
#include "sim/world/env.h"
#include "systems/exchange/exchange.pb.h"
#include "systems/exchange/lost_order_query.h"
#include "systems/exchange/orders.h"
#include "systems/exchange/reversal_requests.h"

namespace exchange {

class NoticeEndpoint {
 public:
  NoticeEndpoint(sim::Env& env, Orders& orders, LostOrderQuery& lost_orders,
                 ReversalRequests& reversals);

  void Serve();

 private:
  sim::Task<absl::StatusOr<NoticeReply>> Result(ResultNotice notice);
  sim::Task<absl::StatusOr<NoticeReply>> Reversal(ReversalNotice notice);
  std::string OrderOf(const std::string& number) const;

  // A published mistake.
  sim::Task<absl::Status> MisenterReversal(ReversalNotice notice);

  sim::Env& env_;
  Orders& orders_;
  LostOrderQuery& lost_orders_;
  ReversalRequests& reversals_;
};

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_NOTICE_ENDPOINT_H_
