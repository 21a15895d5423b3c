#include "systems/exchange/notice_endpoint.h"

#include <optional>

#include "systems/exchange/methods.h"

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

NoticeEndpoint::NoticeEndpoint(sim::Env& env, Orders& orders, LostOrderQuery& lost_orders)
    : env_(env), orders_(orders), lost_orders_(lost_orders) {}

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
  co_return reply;
}

// The order that was submitted under `number`.
std::string NoticeEndpoint::OrderOf(const std::string& number) const {
  if (env_.settings().Quirk("key_per_attempt")) return number.substr(0, number.find('#'));
  return number;
}

}  // namespace exchange
