#include "systems/exchange/merchant.h"

#include "systems/exchange/contract.h"
#include "systems/exchange/methods.h"

namespace exchange {

using notify::Answer;
using sim::Task;

namespace {

constexpr sim::CallOptions kPatience{.timeout = kContract.acknowledge_within};
static_assert(kPatience.timeout <= notify::kAttemptDeadline);

Answer AnswerOf(const absl::StatusOr<NoticeReply>& reply) {
  if (!reply.ok()) return Answer::kUnanswered;
  return reply->processed() ? Answer::kProcessed : Answer::kNotProcessed;
}

}  // namespace

Task<Answer> Merchant::Tell(std::string order_id, std::string kind) {
  const auto rows = co_await db_.Execute(
      "SELECT status, amount, trade_no FROM trade WHERE order_id = ? ORDER BY trade_no LIMIT 1",
      order_id);
  if (!rows.ok() || rows->empty()) co_return Answer::kUnanswered;
  const std::string status = (*rows)[0].Text(0);
  const int64_t amount = (*rows)[0].Int(1);

  const sim::Address initiator = env_.peer("initiator");
  if (kind == "REVERSAL") {
    ReversalNotice notice;
    notice.set_order_id(order_id);
    notice.set_amount(amount);
    notice.set_reversal_no(Reversals::NumberOf((*rows)[0].Int(2)));
    notice.set_signature(env_.Outcome("signing_key", order_id) == 0);
    const auto reply = co_await env_.Call(initiator, kNotifyReversal, notice, kPatience);
    co_return AnswerOf(reply);
  }
  ResultNotice notice;
  notice.set_order_id(order_id);
  notice.set_success(status != "FAILED");
  notice.set_signature(env_.Outcome("signing_key", order_id) == 0);
  const auto reply = co_await env_.Call(initiator, kNotifyResult, notice, kPatience);
  const bool refused = AnswerOf(reply) == Answer::kNotProcessed;
  if (refused && notice.success() && cancels_) {
    const absl::Status cancelled = co_await reversals_.Cancel(order_id);
    if (cancelled.ok()) co_return Answer::kProcessed;  // there is nothing more to say
  }
  co_return AnswerOf(reply);
}

}  // namespace exchange
