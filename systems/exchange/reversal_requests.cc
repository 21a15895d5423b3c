#include "systems/exchange/reversal_requests.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "systems/exchange/contract.h"
#include "systems/exchange/methods.h"
#include "systems/exchange/reversal_tables.h"
#include "systems/exchange/submission.h"

namespace exchange {

using sim::Task;
using sim::Try;

namespace {

constexpr sim::CallOptions kPatience{.timeout = kContract.undo_within};
constexpr int64_t kRetryAfter = 1'000;  // when the database could not be asked

// From the `made`-th request, counted from 1, to the next.
int64_t WaitAfter(int64_t made) {
  const int64_t most = absl::ToInt64Milliseconds(kContract.reverse_wait_most);
  int64_t wait = absl::ToInt64Milliseconds(kContract.reverse_again_after);
  for (int64_t i = 1; i < made && wait < most; ++i) wait *= 2;
  return std::min(wait, most);
}

// What the request becomes by an answer; "" if it is to be sent again.
std::string StatusBy(ReverseReply::Result result) {
  switch (result) {
    case ReverseReply::UNDONE:
      return "UNDONE";
    case ReverseReply::TOO_LATE:
      return "TOO_LATE";
    case ReverseReply::PARAMETER_MISMATCH:
      return "REFUSED";
    default:
      return "";
  }
}

// What has become of the payment by then.
std::vector<Event> EventsBy(const ReverseReply& reply) {
  std::vector<Event> events;
  if (reply.result() == ReverseReply::UNDONE && reply.reversal_no().empty()) {
    events.push_back(Event::kFail);
  } else if (reply.result() == ReverseReply::UNDONE) {
    events.push_back(Event::kSucceed);
    events.push_back(Event::kReverse);
  } else if (reply.result() == ReverseReply::TOO_LATE) {
    events.push_back(Event::kSucceed);
  }
  return events;
}

}  // namespace

ReversalRequests::ReversalRequests(sim::Env& env, Orders& orders)
    : env_(env),
      db_(env.database()),
      orders_(orders),
      due_(env),
      on_(AsksForReversals(env.settings())),
      after_(env.settings().Int("reverse_after_ms")) {}

int64_t ReversalRequests::Length() {
  int64_t length = 0;
  for (int64_t made = 1; made <= kContract.reversals_most; ++made) length += WaitAfter(made);
  return length;
}

Task<absl::Status> ReversalRequests::Start() {
  if (!on_) co_return absl::OkStatus();
  auto pending = co_await Try(
      db_.Execute("SELECT order_id, next_at FROM reversal_request WHERE status = 'PENDING'"));
  for (const sim::Row& row : pending) due_.Put(row.Text(0), row.Int(1));
  auto open =
      co_await Try(db_.Execute("SELECT order_id, created_at FROM trade_order"
                               " WHERE status IN ('PROCESSING', 'SUBMITTED')"
                               " AND order_id NOT IN (SELECT order_id FROM reversal_request)"));
  for (const sim::Row& row : open) Watch(row.Text(0), row.Int(1));
  env_.Spawn("reversals", Run());
  co_return absl::OkStatus();
}

void ReversalRequests::Watch(const std::string& order_id, int64_t since) {
  if (on_) due_.Put(order_id, since + after_);
}

Task<absl::StatusOr<bool>> ReversalRequests::Written(std::string order_id) {
  if (!on_) co_return false;
  auto rows =
      co_await Try(db_.Execute("SELECT 1 FROM reversal_request WHERE order_id = ?", order_id));
  co_return !rows.empty();
}

Task<absl::StatusOr<bool>> ReversalRequests::Known(std::string reversal_no) {
  auto rows = co_await Try(
      db_.Execute("SELECT 1 FROM reversal_request WHERE reversal_no = ?", reversal_no));
  co_return !rows.empty();
}

Task<> ReversalRequests::Run() {
  for (;;) {
    const std::string order_id = co_await due_.Next();
    env_.Spawn("reverse", order_id, Look(order_id));
  }
}

Task<> ReversalRequests::Look(std::string order_id) {
  const absl::Status done = co_await FollowUp(order_id);
  if (!done.ok()) due_.Put(order_id, env_.clock().NowMillis() + kRetryAfter);
}

Task<absl::Status> ReversalRequests::FollowUp(std::string order_id) {
  const std::optional<Order> order = co_await Try(orders_.Find(order_id));
  if (!order.has_value()) co_return absl::OkStatus();
  co_await Try(Write(order_id));
  auto rows =
      co_await Try(db_.Execute("SELECT attempts, next_at FROM reversal_request"
                               " WHERE order_id = ? AND status = 'PENDING'",
                               order_id));
  if (rows.empty()) co_return absl::OkStatus();
  const int64_t made = rows[0].Int(0);
  const int64_t now = env_.clock().NowMillis();
  if (rows[0].Int(1) > now) {
    // A claim of which nobody knew has happened, or the clock was set back.
    due_.Put(order_id, rows[0].Int(1));
    co_return absl::OkStatus();
  }
  if (made >= kContract.reversals_most) co_return co_await Close(order_id, "EXHAUSTED", "");

  // The request is counted, and the next one set, before it is sent.
  const int64_t next = now + WaitAfter(made + 1);
  due_.Put(order_id, next);
  auto claimed =
      co_await Try(db_.Execute("UPDATE reversal_request SET attempts = ?, next_at = ?"
                               " WHERE order_id = ? AND attempts = ? AND status = 'PENDING'",
                               made + 1, next, order_id, made));
  if (claimed.affected() == 0) co_return absl::OkStatus();
  co_return co_await Ask(*order);
}

// Unless the order has ended in time, or was never sent.
Task<absl::Status> ReversalRequests::Write(std::string order_id) {
  const int64_t now = env_.clock().NowMillis();
  co_return (co_await db_.Execute(
                 "INSERT INTO reversal_request SELECT order_id, 'PENDING', 0, ?1, '', ?1"
                 " FROM trade_order WHERE order_id = ?2 AND status IN ('PROCESSING', 'SUBMITTED')"
                 " ON CONFLICT DO NOTHING",
                 now, order_id))
      .status();
}

Task<absl::Status> ReversalRequests::Ask(Order order) {
  ReverseRequest request;
  request.set_order_id(order.order_id);
  *request.mutable_original() = SubmissionOf(order, env_.organisation());
  request.set_signature(env_.Outcome("signing_key", order.order_id) == 0);
  const auto reply = co_await env_.Call(env_.peer("provider"), kReverse, request, kPatience);
  if (!reply.ok()) co_return absl::OkStatus();  // as unknown as before
  const std::string status = StatusBy(reply->result());
  if (status.empty()) co_return absl::OkStatus();
  std::vector<Event> events = EventsBy(*reply);
  if (!events.empty()) {
    co_await Try(orders_.Apply(order.order_id, std::move(events), "reversal"));
  }
  co_return co_await Close(order.order_id, status, reply->reversal_no());
}

Task<absl::Status> ReversalRequests::Close(std::string order_id, std::string status,
                                           std::string reversal_no) {
  auto txn = co_await Try(db_.Begin());
  auto closed =
      co_await Try(txn.Execute("UPDATE reversal_request SET status = ?, reversal_no = ?"
                               " WHERE order_id = ? AND status = 'PENDING'",
                               status, reversal_no, order_id));
  if (closed.affected() == 0) co_return absl::OkStatus();
  if (!reversal_no.empty() && env_.settings().Quirk("reversal_known_by_answer")) {
    co_await Try(txn.Execute(kEnterReversal, env_.clock().NowMillis(), order_id));
  }
  co_await Try(txn.Commit());
  due_.Erase(order_id);
  co_return absl::OkStatus();
}

}  // namespace exchange
