#include "systems/exchange/lost_order_query.h"

#include <optional>
#include <vector>

#include "systems/exchange/contract.h"
#include "systems/exchange/methods.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

constexpr sim::CallOptions kPatience{.timeout = kContract.answer_within};
constexpr int64_t kRetryAfter = 60'000;  // when the database could not be asked

}  // namespace

LostOrderQuery::LostOrderQuery(sim::Env& env, Orders& orders, Egress& egress,
                               scheduler::Agenda& open)
    : env_(env),
      db_(env.database()),
      orders_(orders),
      egress_(egress),
      open_(open),
      plan_(env.settings()) {}

Task<absl::Status> LostOrderQuery::Start() {
  if (!env_.settings().Quirk("query_timer_in_memory")) {
    auto rows =
        co_await Try(db_.Execute("SELECT order_id, next_query_at FROM trade_order"
                                 " WHERE status IN ('INIT', 'PROCESSING', 'SUBMITTED')"
                                 " AND order_id NOT IN (SELECT order_id FROM manual_queue)"));
    for (const sim::Row& row : rows) open_.Put(row.Text(0), row.Int(1));
  }
  env_.Spawn("lost_orders", Run());
  co_return absl::OkStatus();
}

Task<> LostOrderQuery::Run() {
  for (;;) {
    const std::string order_id = co_await open_.Next();
    env_.Spawn("query", order_id, Look(order_id));
  }
}

Task<> LostOrderQuery::Look(std::string order_id) {
  const absl::Status done = co_await FollowUp(order_id);
  if (!done.ok()) open_.Put(order_id, env_.clock().NowMillis() + kRetryAfter);
}

Task<absl::Status> LostOrderQuery::FollowUp(std::string order_id) {
  const std::optional<Order> order = co_await Try(orders_.Find(order_id));
  if (!order.has_value() || !order->open()) co_return absl::OkStatus();
  if (order->next_query_at > env_.clock().NowMillis()) {
    // A claim of which nobody knew has happened, or the clock was set back.
    open_.Put(order_id, order->next_query_at);
    co_return absl::OkStatus();
  }
  if (!plan_.asks()) co_return co_await GiveUp(order_id, "no notice within a day");
  if (order->queries >= plan_.max_queries()) {
    co_return co_await GiveUp(order_id, "the provider gives no outcome");
  }

  // The query is counted, and the next one set, before it is made.
  const int64_t next = env_.clock().NowMillis() + plan_.WaitAfter(order->queries + 1);
  open_.Put(order_id, next);
  auto claimed =
      co_await Try(db_.Execute("UPDATE trade_order SET queries = queries + 1, next_query_at = ?"
                               " WHERE order_id = ? AND queries = ?"
                               " AND status IN ('INIT', 'PROCESSING', 'SUBMITTED')",
                               next, order_id, order->queries));
  if (claimed.affected() == 0) {
    open_.Erase(order_id);
    co_return absl::OkStatus();
  }
  if (order->status == "INIT") {
    egress_.Submit(order_id);
    co_return absl::OkStatus();
  }
  co_return co_await Ask(order_id);
}

Task<absl::Status> LostOrderQuery::Ask(std::string order_id) {
  QueryRequest request;
  request.set_order_id(order_id);
  const auto reply = co_await env_.Call(env_.peer("provider"), kQuery, request, kPatience);
  if (!reply.ok()) co_return absl::OkStatus();  // as unknown as before

  std::vector<Event> events;
  switch (reply->answer()) {
    case QueryReply::SUCCEEDED:
      events.push_back(Event::kSucceed);
      break;
    case QueryReply::FAILED:
      events.push_back(Event::kFail);
      break;
    case QueryReply::REVERSED:
      events.push_back(Event::kSucceed);
      events.push_back(Event::kReverse);
      break;
    case QueryReply::NOT_FOUND:
      egress_.SubmitAgain(order_id);
      co_return absl::OkStatus();
    default:
      co_return absl::OkStatus();
  }
  co_return (co_await orders_.Apply(order_id, events, "query")).status();
}

Task<absl::Status> LostOrderQuery::GiveUp(std::string order_id, std::string reason) {
  co_await Try(orders_.HandOver(order_id, reason));
  if (env_.settings().Is("channels", "pull")) co_return absl::OkStatus();
  // The first thing that the person would do.
  ResendRequest again;
  again.set_order_id(order_id);
  env_.Send(env_.peer("provider"), kResend, again);
  co_return absl::OkStatus();
}

}  // namespace exchange
