#include "systems/exchange/notice_endpoint.h"

#include <optional>

#include "systems/exchange/methods.h"
#include "systems/exchange/reversal_tables.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

NoticeReply RejectedSignature() {
  NoticeReply reply;
  reply.set_rejected_signature(true);
  return reply;
}

}  // namespace

NoticeEndpoint::NoticeEndpoint(sim::Env& env, Orders& orders, LostOrderQuery& lost_orders,
                               ReversalRequests& reversals)
    : env_(env), orders_(orders), lost_orders_(lost_orders), reversals_(reversals) {}

void NoticeEndpoint::Serve() {
  if (env_.settings().Is("channels", "pull")) return;  // There is no such address.
  env_.Serve(kNotifyResult, this, &NoticeEndpoint::Result);
  env_.Serve(kNotifyReversal, this, &NoticeEndpoint::Reversal);
}

Task<absl::StatusOr<NoticeReply>> NoticeEndpoint::Result(ResultNotice notice) {
  if (!notice.signature()) co_return RejectedSignature();
  const Event event = notice.success() ? Event::kSucceed : Event::kFail;
  const Moved moved = co_await Try(orders_.Apply(OrderOf(notice.order_id()), event, "notice"));
  NoticeReply reply;
  reply.set_processed(moved != Moved::kNotNow);
  if (moved == Moved::kAlready && env_.settings().Quirk("duplicate_notice_is_error")) {
    reply.set_processed(false);
  }
  co_return reply;
}

Task<absl::StatusOr<NoticeReply>> NoticeEndpoint::Reversal(ReversalNotice notice) {
  if (!notice.signature()) co_return RejectedSignature();
  NoticeReply reply;
  const std::string order_id = OrderOf(notice.order_id());
  const std::optional<Order> order = co_await Try(orders_.Find(order_id));
  // Reversals are of the whole payment; another amount is not booked unseen.
  if (!order.has_value() || order->amount != notice.amount()) co_return reply;

  Moved moved = co_await Try(orders_.Apply(order_id, Event::kReverse, "notice"));
  const bool collapse = env_.settings().Is("reversal_first", "query_and_collapse");
  if (moved == Moved::kNotNow && order->open() && collapse) {
    co_await Try(lost_orders_.Ask(order_id));
    moved = co_await Try(orders_.Apply(order_id, Event::kReverse, "notice"));
  }
  reply.set_processed(moved != Moved::kNotNow);
  if (moved == Moved::kAlready && env_.settings().Quirk("duplicate_reversal_refused")) {
    reply.set_processed(false);
  }
  if (moved == Moved::kMoved && env_.settings().Quirk("reversal_known_by_answer")) {
    co_await Try(MisenterReversal(notice));
  }
  co_return reply;
}

// Enters the reversal unless the answer to our own request has, which it looks for by
// the number that only the answer tells.
Task<absl::Status> NoticeEndpoint::MisenterReversal(ReversalNotice notice) {
  const bool known = co_await Try(reversals_.Known(notice.reversal_no()));
  if (known) co_return absl::OkStatus();
  co_return (
      co_await env_.database().Execute(kEnterReversal, env_.clock().NowMillis(), notice.order_id()))
      .status();
}

// The order that was submitted under `number`.
std::string NoticeEndpoint::OrderOf(const std::string& number) const {
  if (env_.settings().Quirk("key_per_attempt")) return number.substr(0, number.find('#'));
  return number;
}

}  // namespace exchange
